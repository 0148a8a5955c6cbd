// The component's log when HDFS answers late, wrongly or not at all.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "component/component_log.h"
#include "fake/name_node.h"

using namespace dm::component;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const io::operation in_time = io::operation::within(std::chrono::minutes(2));
const std::string directory = "/state/prod/app/job";

struct one_log {
  fake::name_node node;
  io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  component_log log{hdfs, directory};

  one_log() {
    node.files().make_directories("/state", "hdfs", "1777");
    REQUIRE(log.prepare(in_time, "/state"));
  }
  std::vector<std::string> names() { return node.files().names(directory + "/log"); }
  // Spoils the answer to the next RENAME.
  void spoil_rename(bool carried_out) {
    node.server().disturb([carried_out, done = std::make_shared<std::atomic<bool>>(false)](
                              const fake::request& asked) -> std::optional<fake::disturbance> {
      if (asked.argument("op") != "RENAME" || done->exchange(true)) return std::nullopt;
      fake::disturbance reset;
      reset.what = fake::disturbance::kind::reset;
      reset.carried_out = carried_out;
      return reset;
    });
  }
};

log_record run_record() {
  log_record record;
  record.kind = record_kind::run;
  record.node = "edge1";
  return record;
}

}  // namespace

TEST_CASE("a claim whose answer was lost is one's own when the nonce says so") {
  one_log l;
  l.spoil_rename(true);
  const auto number = l.log.claim(in_time, run_record(), 0);
  REQUIRE(number);
  REQUIRE(number->has_value());
  CHECK(**number == 1);
  CHECK(l.names() == std::vector<std::string>{"1.json"});
}

TEST_CASE("a claim that was not carried out is an error, not a claim, and leaves nothing") {
  one_log l;
  l.spoil_rename(false);
  const auto number = l.log.claim(in_time, run_record(), 0);
  REQUIRE_FALSE(number);
  CHECK(number.error().code == status_code::unavailable);
  CHECK(number.error().message.find("claiming number 1") != std::string::npos);
  CHECK(l.names().empty());
}

TEST_CASE("a claim that somebody else won while one's own answer was lost is lost") {
  one_log l;
  component_log other(l.hdfs, directory);
  REQUIRE(other.claim(in_time, run_record(), 0)->has_value());
  l.spoil_rename(true);
  const auto number = l.log.claim(in_time, run_record(), 0);
  REQUIRE(number);
  CHECK_FALSE(number->has_value());
}

TEST_CASE("a full disk or safe mode is an error and no record") {
  one_log l;
  l.node.set_safe_mode(true);
  const auto number = l.log.claim(in_time, run_record(), 0);
  REQUIRE_FALSE(number);
  CHECK(number.error().code == status_code::unavailable);
  l.node.set_safe_mode(false);
  CHECK(l.names().empty());
}

TEST_CASE("a log that cannot be listed or read is an error, never an empty log (INV-4)") {
  one_log l;
  REQUIRE(l.log.claim(in_time, run_record(), 0)->has_value());
  component_log reader(l.hdfs, directory);

  l.node.data_node().stop();
  const auto unreadable = reader.read(in_time);
  REQUIRE_FALSE(unreadable);
  CHECK(unreadable.error().code == status_code::unavailable);
  CHECK(unreadable.error().message.find("component's log") != std::string::npos);
  l.node.data_node().start();

  l.node.set_standby(true);
  REQUIRE_FALSE(reader.read(in_time));
  l.node.set_standby(false);

  l.node.server().stop();
  REQUIRE_FALSE(reader.read(in_time));
  l.node.server().start();
  CHECK(reader.read(in_time)->wanted());
}

TEST_CASE("a record that is damaged or of a later version stops the reader, naming the file") {
  one_log l;
  const std::string content =
      GENERATE(as<std::string>{}, "", "{\"schema\":2,\"kind\":\"run\"}", "{");
  CAPTURE(content);
  REQUIRE(l.log.claim(in_time, run_record(), 0)->has_value());
  l.node.files().put(directory + "/log/2.json", content);
  const auto read = component_log(l.hdfs, directory).read(in_time);
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find("log/2.json") != std::string::npos);
}

TEST_CASE("a record larger than any is refused, not held in memory") {
  one_log l;
  l.node.files().put(directory + "/log/1.json", std::string(1 << 20, ' '));
  const auto read = component_log(l.hdfs, directory).read(in_time);
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find("log/1.json") != std::string::npos);
  CHECK(read.error().message.find("more than any record") != std::string::npos);
}

TEST_CASE("an end whose answer was lost is written once and can be written again") {
  one_log l;
  end_fact end;
  end.epoch = 2;
  end.outcome = outcome::failed;
  end.cause = "first";
  l.spoil_rename(true);
  CHECK_FALSE(l.log.write_end(in_time, end));
  end.cause = "again";
  REQUIRE(l.log.write_end(in_time, end));
  CHECK(component_log(l.hdfs, directory).read(in_time)->ends.at(2).cause == "first");
}
