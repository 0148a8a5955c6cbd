// The lock that a client inherits, with real children: ones that exec, ones that do not, and ones
// left over.
// SPDX-License-Identifier: Apache-2.0
#include "guard/client_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "io/process.h"
#include "surroundings.h"

using namespace dm::guard;
using dm::status_code;
using dm::test::alive;
using dm::test::eventually;
using dm::test::file_content;
using dm::test::temporary_directory;
namespace io = dm::io;

namespace {

const io::operation in_time = io::operation::within(std::chrono::minutes(1));

// A script as the client, which holds the lock; the test's own descriptor is closed.
io::process client_with(temporary_directory& directory, const std::string& script) {
  io::http_client http;
  auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  io::process_spec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.directory = directory.path();
  spec.inherited = lock->descriptor.get();
  auto started = io::process::spawn(spec);
  REQUIRE(started);
  return std::move(*started);
}

int pid_in(const std::string& path) {
  REQUIRE(eventually([&] { return file_content(path).ends_with('\n'); }));
  return std::stoi(file_content(path));
}

}  // namespace

TEST_CASE("a lock that nobody holds is taken at once and given back") {
  temporary_directory directory;
  io::http_client http;
  CHECK(client_lives(directory.path()).value() == false);
  {
    const auto lock = take_client_lock(in_time, http, directory.path());
    REQUIRE(lock);
    CHECK(lock->killed_group == 0);
    CHECK(client_lives(directory.path()).value() == true);
  }
  CHECK(client_lives(directory.path()).value() == false);
}

TEST_CASE("a client that runs holds the lock by itself; one that has ended does not") {
  temporary_directory directory;
  {
    io::process client = client_with(directory, "exec sleep 600");
    CHECK(client_lives(directory.path()).value() == true);
    CHECK(std::stoi(file_content(directory / "client.lock")) == client.pid());
  }
  CHECK(eventually([&] { return !client_lives(directory.path()).value(); }));
}

TEST_CASE("an earlier client is ended before the lock is taken") {
  temporary_directory directory;
  io::process client = client_with(directory, "exec sleep 600");
  io::http_client http;
  const auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  CHECK(lock->killed_group == client.pid());
  CHECK_FALSE(alive(client.pid()));
}

TEST_CASE("a wrapper that does not exec is ended with what it wraps") {
  temporary_directory directory;
  io::process wrapper =
      client_with(directory, "sleep 600 & echo $! > child; wait; echo submitted > submitted");
  const int child = pid_in(directory / "child");
  io::http_client http;
  const auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  CHECK(lock->killed_group == wrapper.pid());
  CHECK(eventually([&] { return !alive(wrapper.pid()) && !alive(child); }));
  CHECK_FALSE(std::filesystem::exists(directory / "submitted"));
}

TEST_CASE("what a dead wrapper left behind still holds the lock, and is ended by its group") {
  temporary_directory directory;
  int child = 0;
  {
    io::process wrapper = client_with(directory, "sleep 600 & echo $! > child; exit 0");
    child = pid_in(directory / "child");
    REQUIRE(eventually([&] { return wrapper.try_reap().has_value(); }));
  }
  REQUIRE(alive(child));
  CHECK(client_lives(directory.path()).value() == true);
  io::http_client http;
  const auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  CHECK(lock->killed_group != 0);
  CHECK(eventually([&] { return !alive(child); }));
}

TEST_CASE("a pid in a file that nobody has locked is not believed") {
  temporary_directory directory;
  // The test's own process group: a lock that is free must not lead to a kill of whoever has that
  // number now.
  std::ofstream(directory / "client.lock") << ::getpid() << "\n";
  io::http_client http;
  const auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  CHECK(lock->killed_group == 0);
}

TEST_CASE("waiting for a lock ends with the operation") {
  temporary_directory directory;
  // Held by this process, which wrote no pid: nobody can be ended.
  const io::unique_fd held(
      ::open((directory / "client.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  REQUIRE(::flock(held.get(), LOCK_EX) == 0);
  io::http_client http;
  const auto late = take_client_lock(io::operation::within(std::chrono::milliseconds(300)), http,
                                     directory.path());
  REQUIRE_FALSE(late);
  CHECK(late.error().code == status_code::deadline_exceeded);
  CHECK(late.error().message.find("earlier flink client") != std::string::npos);
}

TEST_CASE("a link in the lock's place is refused") {
  temporary_directory directory;
  std::ofstream(directory / "target") << "x";
  std::filesystem::create_symlink(directory / "target", directory / "client.lock");
  io::http_client http;
  CHECK(take_client_lock(in_time, http, directory.path()).error().code ==
        status_code::failed_precondition);
  CHECK(client_lives(directory.path()).error().code == status_code::failed_precondition);
  CHECK(take_client_lock(in_time, http, directory / "absent").error().code ==
        status_code::not_found);
}
