// What the registry keeps of operations.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_records.h"

#include "base/clock.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace manager;

namespace {

operation_record deploy_of(const std::string& name, const std::string& id) {
  operation_record operation;
  operation.id = id;
  operation.noun = "package";
  operation.name = name;
  operation.verb = "deploy";
  operation.user = "daemon";
  operation.state_before = "NOTDEPLOYED";
  operation.accepted_at = now_ms();
  return operation;
}

operation_records::recorder state(const std::string& name, const std::string& to) {
  return [=](registry_view& view) { view.packages.set_state(name, to, std::nullopt); };
}

ended_operation end_of(const operation_record& operation) {
  ended_operation end;
  end.operation = operation;
  end.ended_at = operation.accepted_at + 1;
  end.outcome = "SUCCEEDED";
  end.state = "DEPLOYED";
  return end;
}

struct opened {
  manager_test::temporary_directory directory;
  registry memory{directory / "db"};
  callbacks told{callback_options(), memory};
  operation_records records{memory, told, {200, std::chrono::hours(1)}};

  std::string state_of(const std::string& name) {
    return memory.transact([&](registry_view& view) { return view.packages.find(name).state; });
  }
};

}  // namespace

TEST_CASE("from its acceptance to its end an operation is in the journal, then in the history") {
  opened o;
  const operation_record operation = deploy_of("p-1.0.0", "one");
  o.records.accept(operation, "DEPLOYING", state("p-1.0.0", "DEPLOYING"));
  REQUIRE(o.records.pending().size() == 1);
  CHECK(o.state_of("p-1.0.0") == "DEPLOYING");
  CHECK_FALSE(o.records.find_ended("one"));
  o.records.set_attempts(operation, 3);
  CHECK(o.records.pending().front().attempts == 3);
  o.records.end(end_of(operation), {"DEPLOYED", "", state("p-1.0.0", "DEPLOYED")}, nullptr);
  CHECK(o.records.pending().empty());
  CHECK(o.state_of("p-1.0.0") == "DEPLOYED");
  CHECK(o.records.find_ended("one").value().outcome == "SUCCEEDED");
}

TEST_CASE("a record that cannot be written leaves nothing of its step behind") {
  opened o;
  const auto refused = [](registry_view&) { throw std::runtime_error("no"); };
  CHECK_THROWS(o.records.accept(deploy_of("p-1.0.0", "one"), "DEPLOYING", refused));
  CHECK(o.records.pending().empty());
  const operation_record operation = deploy_of("p-1.0.0", "two");
  o.records.accept(operation, "DEPLOYING", state("p-1.0.0", "DEPLOYING"));
  CHECK_THROWS(o.records.end(end_of(operation), {"DEPLOYED", "", refused}, nullptr));
  CHECK(o.records.pending().size() == 1);
  CHECK_FALSE(o.records.find_ended("two"));
}

TEST_CASE("what takes another operation's place keeps its own entry and its own state") {
  opened o;
  const operation_record first = deploy_of("p-1.0.0", "first");
  operation_record second = deploy_of("p-1.0.0", "second");
  second.verb = "undeploy";
  o.records.accept(first, "DEPLOYING", state("p-1.0.0", "DEPLOYING"));
  o.records.replace(end_of(first), second, "UNDEPLOYING", state("p-1.0.0", "UNDEPLOYING"));
  REQUIRE(o.records.pending().size() == 1);
  CHECK(o.records.pending().front().id == "second");
  // The first one's work returns only now.
  o.records.end(end_of(first), {"DEPLOYED", "", state("p-1.0.0", "DEPLOYED")},
                state("p-1.0.0", "UNDEPLOYING"));
  CHECK(o.state_of("p-1.0.0") == "UNDEPLOYING");
  CHECK(o.records.pending().size() == 1);
  CHECK(o.records.find_ended("first"));
}

TEST_CASE("the history is pruned by count, now and then") {
  opened o;
  for (int i = 0; i < 250; ++i) {
    const operation_record operation = deploy_of("p-1.0.0", fmt::format("{:03}", i));
    o.records.accept(operation, "DEPLOYING", state("p-1.0.0", "DEPLOYING"));
    o.records.end(end_of(operation), {"DEPLOYED", "", state("p-1.0.0", "DEPLOYED")}, nullptr);
    o.records.prune_now_and_then();
  }
  CHECK(o.records.find_ended("249"));
  o.records.prune();
  CHECK_FALSE(o.records.find_ended("000"));
  CHECK(o.records.find_ended("249"));
}
