// What a guard could not write, told on its node.
// SPDX-License-Identifier: Apache-2.0
#include "component/unwritten_record.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"

using namespace dm::component;
using dm::test::temporary_directory;
namespace io = dm::io;

TEST_CASE("the newest one stands until it is removed") {
  const temporary_directory logs;
  CHECK_FALSE(read_unwritten(logs.path()));
  remove_unwritten(logs.path());
  REQUIRE(write_unwritten(logs.path(), {6, "safe mode", io::from_epoch_ms(1000)}));
  REQUIRE(write_unwritten(logs.path(), {7, "NSQuotaExceededException: 5\nmore", {}}));
  const auto read = read_unwritten(logs.path());
  REQUIRE(read);
  CHECK(read->number == 7);
  CHECK(read->message == "NSQuotaExceededException: 5");
  remove_unwritten(logs.path());
  CHECK_FALSE(read_unwritten(logs.path()));
}

TEST_CASE("what somebody else has put there is cut, or none") {
  const temporary_directory logs;
  const std::string path = logs / "unwritten.json";
  for (const char* odd : {"", "[]", R"({"schema":1})", R"({"schema":2,"number":1,"message":"x"})",
                          R"({"schema":1,"number":-1,"message":"x"})"}) {
    std::ofstream(path) << odd;
    CHECK_FALSE(read_unwritten(logs.path()));
  }
  std::ofstream(path) << R"({"schema":1,"number":1,"message":")" << std::string(4000, 'x') << "\"}";
  const auto long_one = read_unwritten(logs.path());
  REQUIRE(long_one);
  CHECK(long_one->message.size() < 1100);
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/etc/hostname", path);
  CHECK_FALSE(read_unwritten(logs.path()));
}
