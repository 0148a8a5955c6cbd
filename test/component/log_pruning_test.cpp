// What is deleted of a log, and what is not.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "one_log.h"

using namespace dm::component;
using dm::test::one_log;

namespace {

log_record incarnation(std::uint64_t intent, const std::string& from = {},
                       std::uint64_t restore_epoch = 0) {
  log_record record = one_log::of_kind(record_kind::incarnation);
  record.intent = intent;
  record.restore_path = from;
  record.restore_epoch = restore_epoch;
  return record;
}

bool has(one_log& l, const std::string& name) {
  const auto names = l.names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::size_t pruned(one_log& l, std::size_t keep) {
  const auto removed = component_log(l.hdfs, one_log::directory).prune(l.in_time, keep);
  if (!removed) FAIL(removed.error().text());
  return *removed;
}

}  // namespace

TEST_CASE("prune keeps the newest numbers and the newest intent") {
  one_log l;
  l.add(record_kind::run);
  for (int i = 0; i < 9; ++i) l.end(l.add(incarnation(1)));
  l.put_file("README", "somebody's");
  CHECK(pruned(l, 3) == 12);
  auto names = l.names();
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"1.json", "10-end.json", "10.json", "8-end.json",
                                          "8.json", "9-end.json", "9.json", "README"});
  const log_snapshot seen = l.read_afresh();
  CHECK(seen.wanted());
  CHECK(seen.newest_number() == 10);  // epochs never restart
  CHECK(pruned(l, 3) == 0);
}

TEST_CASE("prune keeps the newest incarnation with its end, however many intents have followed") {
  one_log l;
  l.add(record_kind::run);
  l.end(l.add(incarnation(1)));
  for (int i = 0; i < 10; ++i) l.add(record_kind::stop);
  pruned(l, 3);
  CHECK(has(l, "2.json"));
  CHECK(has(l, "2-end.json"));
  CHECK(l.read_afresh().newest_incarnation()->number == 2);
}

TEST_CASE("prune keeps the incarnations that the newest state comes from") {
  one_log l;
  l.add(record_kind::run);
  l.end(l.add(incarnation(1)));                                                // 2
  l.end(l.add(incarnation(1)));                                                // 3: made nothing
  l.end(l.add(incarnation(1, "/state/prod/app/job/checkpoints/2/0a/chk-4")));  // 4, as before
  l.end(l.add(incarnation(1)));                                                // 5
  l.end(l.add(incarnation(1, "/somewhere/savepoint-1", 4)));                   // 6
  for (int i = 0; i < 5; ++i) l.add(record_kind::stop);
  pruned(l, 2);
  CHECK(has(l, "6.json"));
  CHECK(has(l, "4.json"));
  CHECK(has(l, "2.json"));
  CHECK_FALSE(has(l, "3.json"));
  CHECK_FALSE(has(l, "5.json"));
}

TEST_CASE("a temporary file is removed when it is abandoned, not while somebody writes it") {
  one_log l;
  l.add(record_kind::run);
  l.put_file(".9.json.0123456789abcdef.tmp", "{");
  CHECK(pruned(l, 3) == 0);
  CHECK(has(l, ".9.json.0123456789abcdef.tmp"));
  l.node.files().set_modified(std::string(one_log::directory) + "/log/.9.json.0123456789abcdef.tmp",
                              1'000);
  CHECK(pruned(l, 3) == 1);
  CHECK_FALSE(has(l, ".9.json.0123456789abcdef.tmp"));
}

TEST_CASE("a long backlog is pruned in parts") {
  one_log l;
  l.put(1, one_log::of_kind(record_kind::run));
  for (std::uint64_t number = 2; number <= 700; ++number) l.put(number, incarnation(1));
  CHECK(pruned(l, 100) == 500);
  CHECK(pruned(l, 100) == 99);
  CHECK(pruned(l, 100) == 0);
  CHECK(l.read_afresh().wanted());
}

TEST_CASE("pruning what is not there is fine") {
  dm::fake::name_node node;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs(http, {node.address()}, "pnda");
  CHECK(component_log(hdfs, "/state/prod/app/job").prune({}, 3) == 0);
}
