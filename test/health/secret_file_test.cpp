// A file with one secret in it (INV-7).
// SPDX-License-Identifier: Apache-2.0
#include "health/secret_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "../io/temporary_directory.h"

using dm::health::read_secret;

namespace {

std::string file(const dm::test::temporary_directory& place, const std::string& content,
                 mode_t mode = 0600) {
  const std::string path = place.path() + "/secret";
  std::ofstream(path) << content;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

}  // namespace

TEST_CASE("the first line is the secret") {
  const dm::test::temporary_directory place;
  CHECK(read_secret(file(place, "tiger\n")).value() == "tiger");
  CHECK(read_secret(file(place, "tiger")).value() == "tiger");
  CHECK(read_secret(file(place, "tiger\r\nmore\n", 0640)).value() == "tiger");
}

TEST_CASE("what is no secret any more, or none, is refused without being told") {
  const dm::test::temporary_directory place;
  CHECK(read_secret(place.path() + "/none").error().code == dm::status_code::not_found);
  for (const auto& path : {file(place, "tiger\n", 0644)}) {
    const auto read = read_secret(path);
    REQUIRE_FALSE(read);
    CHECK(read.error().text().find("tiger") == std::string::npos);
    CHECK(read.error().text().find("chmod") != std::string::npos);
  }
  CHECK_FALSE(read_secret(file(place, "\ntiger")));
  CHECK_FALSE(read_secret(file(place, "ti\x01ger")));
  CHECK_FALSE(read_secret(file(place, std::string(5000, 'x'))));
}
