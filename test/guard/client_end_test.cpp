// How a client ended: written once, read by the next guard, and never guessed.
// SPDX-License-Identifier: Apache-2.0
#include "guard/client_end.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"

using dm::guard::client_end;
using dm::guard::client_end_name;
using dm::guard::read_client_end;
using dm::guard::write_client_end;
using dm::test::temporary_directory;

TEST_CASE("what was written is read, and is of one epoch") {
  temporary_directory directory;
  const client_end end =
      GENERATE(client_end{{0, 0}, false}, client_end{{255, 0}, false}, client_end{{-1, 9}, true});
  REQUIRE(write_client_end(directory.path(), 7, end));
  CHECK(directory.names() == std::vector<std::string>{"client-7.end"});
  const auto read = read_client_end(directory.path(), 7);
  REQUIRE(read);
  CHECK(read->exit.code == end.exit.code);
  CHECK(read->exit.signal == end.exit.signal);
  CHECK(read->timed_out == end.timed_out);
  CHECK_FALSE(read_client_end(directory.path(), 8));
}

TEST_CASE("what is no end of a client is none") {
  temporary_directory directory;
  const std::string text =
      GENERATE(as<std::string>{}, "", "{}", "[]", "{\"exit_code\":0}", "{\"signal\":9}",
               "{\"exit_code\":\"0\",\"signal\":0}", "{\"exit_code\":0,\"signal\":1000}",
               "{\"exit_code\":-2,\"signal\":0}", "{\"exit_code\":0,\"signal\":0");
  CAPTURE(text);
  std::ofstream(directory / client_end_name(7)) << text;
  CHECK_FALSE(read_client_end(directory.path(), 7));
}

TEST_CASE("an end that cannot be written is an error that names it") {
  temporary_directory directory;
  const auto written = write_client_end(directory / "absent", 7, {});
  REQUIRE_FALSE(written);
  std::filesystem::create_directory(directory / client_end_name(7));
  CHECK_FALSE(write_client_end(directory.path(), 7, {}));
}

TEST_CASE("an end in words") {
  CHECK(client_end{{3, 0}, false}.text() == "exit code 3");
  CHECK(client_end{{-1, 9}, false}.text() == "signal 9 (Killed)");
  CHECK(client_end{{-1, 9}, true}.text().find("nothing in its time") != std::string::npos);
}
