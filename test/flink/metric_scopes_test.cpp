// Scope formats of metrics, by version and by what may stand in them.
// SPDX-License-Identifier: Apache-2.0
#include "flink/metric_scopes.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace dm::flink;

namespace {

version flink(const char* text) { return parse_version(text).value(); }

}  // namespace

TEST_CASE("a scope's key is the one that its version reads beside the others") {
  for (const char* old : {"1.13.6", "1.16.3", "1.18.1"}) {
    CAPTURE(old);
    CHECK(scope_key(flink(old), metric_scope::jm_job) == "metrics.scope.jm.job");
    CHECK(scope_key(flink(old), metric_scope::tm_job) == "metrics.scope.tm.job");
  }
  for (const char* newer : {"1.19.0", "1.20.5", "2.0.0", "2.3.0"}) {
    CAPTURE(newer);
    CHECK(scope_key(flink(newer), metric_scope::jm_job) == "metrics.scope.jm-job");
    CHECK(scope_key(flink(newer), metric_scope::tm_job) == "metrics.scope.tm-job");
    CHECK(scope_key(flink(newer), metric_scope::operator_of_task) == "metrics.scope.operator");
  }
}

TEST_CASE("a key is known in both spellings") {
  CHECK(scope_of_key("metrics.scope.jm.job") == metric_scope::jm_job);
  CHECK(scope_of_key("metrics.scope.jm-job") == metric_scope::jm_job);
  CHECK(scope_of_key("metrics.scope.task") == metric_scope::task);
  CHECK_FALSE(scope_of_key("metrics.scope.delimiter"));
  CHECK_FALSE(scope_of_key("metrics.scope"));
}

TEST_CASE("the defaults are valid, bounded, apart from each other, and no two are one's folder") {
  std::set<std::string_view> seen;
  for (const metric_scope scope : metric_scopes) {
    const auto format = default_scope(scope);
    CAPTURE(format);
    CHECK(is_metric_scope(scope, format));
    CHECK(unbounded_variable(format).empty());
    CHECK(seen.insert(format).second);
    for (const metric_scope other : metric_scopes) {
      if (other != scope) CHECK_FALSE(one_in_the_other(format, default_scope(other)));
    }
    CHECK_FALSE(one_in_the_other(format, jm_operator_scope));
  }
}

TEST_CASE("what carbon would not take, or Flink would leave as it is, is no scope") {
  const std::string format =
      GENERATE(as<std::string>(), "", ".", "a.", ".a", "a..b", "a b", "a(b)", "a;b=c", "a/b",
               "../a", "a\nb", "<host", "host>", "<hosts>", "<tm_id>", "\xC3\xA4",
               std::string(81, 'a'), "a.b.c.d.e.f.g.h.i.j.k");
  CAPTURE(format);
  CHECK_FALSE(is_metric_scope(metric_scope::jm, format));
}

TEST_CASE("variables are those of the scope") {
  CHECK(is_metric_scope(metric_scope::jm, "jm.<host>"));
  CHECK(is_metric_scope(metric_scope::tm, "tm.<host>.<tm_id>"));
  CHECK(is_metric_scope(metric_scope::tm_job, "x-<host>_<job_name>.<job_id>"));
  CHECK(is_metric_scope(metric_scope::task, "<task_name>.<subtask_index>"));
  CHECK(is_metric_scope(metric_scope::operator_of_task, "<task_id>.<operator_id>"));
  CHECK_FALSE(is_metric_scope(metric_scope::task, "<operator_name>"));
  CHECK_FALSE(is_metric_scope(metric_scope::tm, "<job_name>"));
  CHECK(is_scope_of<metric_scope::jm>("a.b.c.d.e.f.g.h.i." + std::string(80, 'z')));
}

TEST_CASE("variables that are others at each run are named") {
  CHECK(unbounded_variable("tm.<host>.<tm_id>") == "<tm_id>");
  CHECK(unbounded_variable("x.<task_attempt_id>") == "<task_attempt_id>");
  CHECK(unbounded_variable("x.<job_id>.y") == "<job_id>");
  CHECK(unbounded_variable("task.<task_name>").empty());
}

TEST_CASE("one scope is in another part by part, not letter by letter") {
  CHECK(one_in_the_other("jm.<host>", "jm.<host>.<job_name>"));
  CHECK(one_in_the_other("jm.<host>.<job_name>", "jm.<host>"));
  CHECK(one_in_the_other("jm", "jm"));
  CHECK_FALSE(one_in_the_other("jm", "jm-job"));
  CHECK_FALSE(one_in_the_other("tm.a", "tm.b.c"));
}
