// What a service manager is told.
// SPDX-License-Identifier: Apache-2.0
#include "base/service_notice.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

class variable {
 public:
  variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("a service manager that listens is told, and nobody else") {
  const manager_test::temporary_directory directory;
  const std::string path = (directory / "notify").string();
  CHECK_FALSE(manager::notify_service_manager("READY=1"));
  const variable set("NOTIFY_SOCKET", path);
  CHECK_FALSE(manager::notify_service_manager("READY=1"));
  const int listening = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  REQUIRE(::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(manager::notify_service_manager("READY=1"));
  std::array<char, 64> received{};
  const ssize_t size = ::recv(listening, received.data(), received.size(), MSG_DONTWAIT);
  CHECK(std::string(received.data(), size > 0 ? static_cast<std::size_t>(size) : 0) == "READY=1");
  ::close(listening);
}

TEST_CASE(
    "signs of life are due twice in the time that is allowed, for the process that is meant") {
  CHECK(manager::watchdog_interval().count() == 0);
  const variable allowed("WATCHDOG_USEC", "60000000");
  CHECK(manager::watchdog_interval().count() == 30'000);
  {
    const variable mine("WATCHDOG_PID", std::to_string(::getpid()));
    CHECK(manager::watchdog_interval().count() == 30'000);
  }
  const variable other("WATCHDOG_PID", "1");
  CHECK(manager::watchdog_interval().count() == 0);
}
