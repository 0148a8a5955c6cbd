// A component's log on an HDFS in memory, for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "component/component_log.h"
#include "fake/name_node.h"

namespace dm::test {

struct one_log {
  static constexpr const char* directory = "/state/prod/app/job";

  fake::name_node node;
  io::http_client http;
  cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  component::component_log log{hdfs, directory};
  io::operation in_time = io::operation::within(std::chrono::minutes(2));

  one_log() {
    node.files().make_directories("/state", "hdfs", "1777");
    if (auto prepared = log.prepare(in_time, "/state"); !prepared) FAIL(prepared.error().text());
  }
  static component::log_record of_kind(component::record_kind kind) {
    component::log_record record;
    record.kind = kind;
    record.node = "edge1";
    return record;
  }
  // The next number, as a writer of today takes it.
  std::uint64_t add(component::log_record record) {
    auto seen = log.read(in_time);
    if (!seen) FAIL(seen.error().text());
    auto number = log.claim(in_time, std::move(record), seen->newest_number());
    REQUIRE(number);
    REQUIRE(number->has_value());
    return **number;
  }
  std::uint64_t add(component::record_kind kind) { return add(of_kind(kind)); }
  void end(std::uint64_t epoch) {
    component::end_fact fact;
    fact.epoch = epoch;
    fact.outcome = component::outcome::completed;
    REQUIRE(log.write_end(in_time, fact));
  }
  // A record as an earlier version wrote it.
  void put(std::uint64_t number, const component::log_record& record) {
    put_file(std::to_string(number) + ".json", to_json(record));
  }
  void put_file(const std::string& name, const std::string& content) {
    node.files().put(std::string(directory) + "/log/" + name, content);
  }
  std::vector<std::string> names() { return node.files().names(std::string(directory) + "/log"); }
  // As another process would see it.
  component::log_snapshot read_afresh() {
    auto seen = component::component_log(hdfs, directory).read(in_time);
    if (!seen) FAIL(seen.error().text());
    return *seen;
  }
  component::log_snapshot newest_afresh() {
    auto seen = component::component_log(hdfs, directory).read_newest(in_time);
    if (!seen) FAIL(seen.error().text());
    return *seen;
  }
  // How many files a reader opens.
  std::size_t opened(const std::function<void()>& by) {
    node.server().forget_requests();
    by();
    std::size_t count = 0;
    for (const fake::request& asked : node.server().requests())
      count += asked.argument("op") == "OPEN" ? 1 : 0;
    return count;
  }
};

}  // namespace dm::test
