// The index of the ledger: a cache that may be damaged.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_index.h"

#include <catch2/catch.hpp>

using namespace dm::state;

namespace {

savepoint_index full() {
  savepoint_index index;
  result_record result;
  result.completed = true;
  result.path = "/sp/savepoint-1";
  result.file_count = 1;
  result.manifest = {{"_metadata", 80}};
  index.results["a"] = {17, result};
  index.pins["a"] = {18, {"alice", "why", {}}};
  disposal_record disposal;
  disposal.epoch = 4;
  index.disposals["b"] = {19, disposal};
  discovered_savepoint found;
  found.path = "/sp/x/savepoint-2";
  found.checkpoint_id = 6;
  index.discovered["x"] = {20, found};
  return index;
}

}  // namespace

TEST_CASE("the index survives being written") {
  const auto read = read_savepoint_index(to_json(full()));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(full()));
  CHECK(read->results.at("a").modified_ms == 17);
  CHECK(read->results.at("a").record.manifest.size() == 1);
  CHECK(read->pins.at("a").record.reason == "why");
  CHECK(read->disposals.at("b").record.epoch == 4);
  CHECK(read->discovered.at("x").record.checkpoint_id == 6);
}

TEST_CASE("a long manifest is left out, its totals stay") {
  savepoint_index index = full();
  result_record& record = index.results["a"].record;
  for (int i = 0; i < 100; ++i) record.manifest.push_back({std::to_string(i), 1});
  record.file_count = 101;
  const auto read = read_savepoint_index(to_json(index));
  REQUIRE(read);
  CHECK(read->results.at("a").record.manifest.empty());
  CHECK(read->results.at("a").record.file_count == 101);
}

TEST_CASE("what is no index is told; an entry that cannot be read is left out") {
  for (const char* none : {"", "{", "[]", "7", "{}", R"({"schema":2})"})
    CHECK_FALSE(read_savepoint_index(none));
  const auto read = read_savepoint_index(
      R"({"schema":1,"results":{"a":7,"b":{"modified_ms":1,"record":{}},"c":{"modified_ms":1}},
"pins":[],"disposals":{"d":{"modified_ms":1,"record":{"schema":1}}},
"discovered":{"x":{"modified_ms":1,"record":{"path":"a/../b"}}}})");
  REQUIRE(read);
  CHECK(read->results.empty());
  CHECK(read->discovered.empty());
  CHECK(read->disposals.size() == 1);
}

TEST_CASE("of an index that was blown up no more is read than a cache is worth") {
  savepoint_index index;
  for (std::size_t i = 0; i <= most_indexed; ++i)
    index.pins[std::to_string(i)] = {1, {"alice", "why", {}}};
  const auto read = read_savepoint_index(to_json(index));
  REQUIRE(read);
  CHECK(read->pins.size() == most_indexed);
}
