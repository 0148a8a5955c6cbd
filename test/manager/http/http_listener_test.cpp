// Where the server is reached: whether it could be, looked at beforehand.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_listener.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace manager;
using Catch::Matchers::Contains;

namespace {

http_listener_options at_port(int port, const std::string& address = "127.0.0.1") {
  http_listener_options options;
  options.address = address;
  options.port = port;
  return options;
}

http_listener_options at_path(const std::filesystem::path& path) {
  http_listener_options options;
  options.path = path;
  return options;
}

}  // namespace

TEST_CASE("a port that is taken is told, and one that is free stays so") {
  int port = 0;
  {
    const http_listener first(at_port(0));
    port = first.port();
    CHECK_THROWS_AS(try_listener(at_port(port)), address_taken);
    CHECK_THROWS_WITH(try_listener(at_port(port)), Contains(std::to_string(port)));
    CHECK_THROWS_AS(http_listener(at_port(port)), address_taken);
  }
  CHECK_NOTHROW(try_listener(at_port(port)));
  CHECK_NOTHROW(http_listener(at_port(port)));
}

TEST_CASE("an address that is none, or another machine's, is told and not for a taken one") {
  // 192.0.2.0/24 is nobody's (RFC 5737); no name has a part as long as the other one.
  for (const std::string& address : {std::string("192.0.2.1"), std::string(70, 'x')}) {
    INFO(address);
    try {
      try_listener(at_port(0, address));
      FAIL_CHECK("it could be listened on");
    } catch (const address_taken&) {
      FAIL_CHECK("it is not taken");
    } catch (const std::runtime_error& why) {
      CHECK(std::string(why.what()).find(address) != std::string::npos);
    }
  }
}

TEST_CASE("a socket's path is looked at, and nothing is made") {
  const manager_test::temporary_directory directory;
  CHECK_NOTHROW(try_listener(at_path(directory / "api.sock")));
  // Its directory would be made.
  CHECK_NOTHROW(try_listener(at_path(directory / "run/api.sock")));
  CHECK_THROWS_WITH(try_listener(at_path(directory / "no/such/api.sock")), Contains("no/such"));
  CHECK_THROWS_WITH(try_listener(at_path(directory / std::string(200, 'x'))), Contains("longer"));
  CHECK(std::filesystem::is_empty(directory.path()));
  manager_test::write_file(directory / "file", "precious");
  CHECK_THROWS_WITH(try_listener(at_path(directory / "file")), Contains("no socket"));
  CHECK_THROWS_WITH(try_listener(at_path(directory / "file/api.sock")), Contains("no directory"));
  const auto options = at_path(directory / "api.sock");
  {
    const http_listener listening(options);
    CHECK_THROWS_AS(try_listener(options), address_taken);
    CHECK(std::filesystem::exists(options.path));
  }
  CHECK_NOTHROW(try_listener(options));
}
