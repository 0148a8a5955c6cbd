// One client under way: what it gets, what is kept of its output, and how it is ended.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission.h"

#include <signal.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "guard/client_lock.h"
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

dm::component::guard_spec spec_in(const temporary_directory& directory) {
  dm::component::guard_spec spec;
  spec.work_directory = directory.path();
  spec.log_directory = directory.path();
  spec.environment = {{"PATH", "/usr/bin:/bin"}, {"JAVA_HOME", "/java"}};
  return spec;
}

dm::result<client> start(const temporary_directory& directory, const std::string& script,
                         std::uint64_t epoch = 7) {
  io::http_client http;
  auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  return client::start(spec_in(directory), epoch, {"/bin/sh", "-c", script},
                       std::move(lock->descriptor));
}

io::process_exit end_of(client& running) {
  std::optional<io::process_exit> end;
  REQUIRE(eventually([&] { return (end = running.try_reap()).has_value(); }));
  return *end;
}

}  // namespace

TEST_CASE("a client has its own log, directory and environment, and nothing of the guard's") {
  ::setenv("DM_OF_THE_GUARD", "secret", 1);
  temporary_directory directory;
  auto running = start(directory, "env | sort; pwd; echo to-stderr >&2; exit 3");
  REQUIRE(running);
  CHECK(end_of(*running).code == 3);
  const std::string text = file_content(directory / "client-7.log");
  CHECK(running->output() == text);
  CHECK(text.find("FLINK_IDENT_STRING=epoch-7\n") != std::string::npos);
  CHECK(text.find("FLINK_LOG_DIR=" + directory.path() + "\n") != std::string::npos);
  CHECK(text.find("JAVA_HOME=/java\n") != std::string::npos);
  CHECK(text.find("DM_OF_THE_GUARD") == std::string::npos);
  CHECK(text.find("\n" + directory.path() + "\n") != std::string::npos);
  CHECK(text.find("to-stderr") != std::string::npos);
  ::unsetenv("DM_OF_THE_GUARD");
}

TEST_CASE("a client holds its lock until it ends") {
  temporary_directory directory;
  auto running = start(directory, "sleep 600");
  REQUIRE(running);
  CHECK(client_lives(directory.path()).value() == true);
  const int pid = running->pid();
  running->end();
  CHECK(end_of(*running).signal == SIGKILL);
  CHECK_FALSE(alive(pid));
  CHECK(eventually([&] { return !client_lives(directory.path()).value(); }));
}

TEST_CASE("a client that cannot be started is an error, and the lock is free again") {
  temporary_directory directory;
  io::http_client http;
  auto lock = take_client_lock(in_time, http, directory.path());
  REQUIRE(lock);
  const auto missing =
      client::start(spec_in(directory), 7, {"/nowhere/flink", "run"}, std::move(lock->descriptor));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == status_code::not_found);
  CHECK(missing.error().message.find("/nowhere/flink") != std::string::npos);
  CHECK(client_lives(directory.path()).value() == false);
}

TEST_CASE("of a long output the beginning and the end are read") {
  temporary_directory directory;
  std::string text = "BEGIN" + std::string(500'000, 'x') + "END";
  std::ofstream(directory / "client-9.log") << text;
  const std::string read = client_output_of(spec_in(directory), 9);
  CHECK(read.size() == (64 << 10));
  CHECK(read.starts_with("BEGIN"));
  CHECK(read.ends_with("END"));
  CHECK(read.substr(0, 16 << 10) == text.substr(0, 16 << 10));
  CHECK(read.substr(16 << 10) == text.substr(text.size() - (48 << 10)));
}

TEST_CASE("an output that just fits is read whole; none is empty") {
  temporary_directory directory;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{64 << 10}, std::size_t{(64 << 10) + 1}}) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
    std::ofstream(directory / "client-9.log") << text;
    const std::string read = client_output_of(spec_in(directory), 9);
    CHECK(read.size() == std::min<std::size_t>(size, 64 << 10));
    if (size <= (64 << 10)) CHECK(read == text);
  }
  CHECK(client_output_of(spec_in(directory), 10).empty());
  std::filesystem::create_symlink("/etc/passwd", directory / "client-11.log");
  CHECK(client_output_of(spec_in(directory), 11).empty());
}

TEST_CASE("logs of old clients are removed, and nothing else") {
  temporary_directory directory;
  for (int epoch = 1; epoch <= 14; ++epoch) {
    std::ofstream(directory / client_log_name(static_cast<std::uint64_t>(epoch))) << "x";
    std::ofstream(directory / ("flink-epoch-" + std::to_string(epoch) + "-client-edge1.log"))
        << "x";
  }
  for (const char* other :
       {"guard.log", "guard.log.1", "client-x.log", "client.lock", "flink-pnda-client-edge1.log"})
    std::ofstream(directory / other) << "x";
  prune_client_logs(directory.path(), 14, 10);
  const auto left = [&](const std::string& name) {
    return std::filesystem::exists(directory / name);
  };
  CHECK_FALSE(left("client-4.log"));
  CHECK_FALSE(left("flink-epoch-4-client-edge1.log"));
  CHECK(left("client-5.log"));
  CHECK(left("client-14.log"));
  CHECK(left("flink-epoch-5-client-edge1.log"));
  CHECK(directory.names().size() == 20 + 5);
  prune_client_logs(directory / "absent", 14, 10);
}

TEST_CASE("an output without end keeps its first and its last bytes, and their places") {
  temporary_directory directory;
  const std::string path = directory / "client-1.log";
  {
    std::ofstream out(path);
    for (int i = 0; i < 200'000; ++i) out << "line " << i << " of what a client prints\n";
  }
  const auto size = std::filesystem::file_size(path);
  const std::string before = file_content(path);
  bound_output(path, std::int64_t{1} << 40, 4096, 4096);
  CHECK(file_content(path) == before);
  bound_output(path, 1 << 20, 65'536, 65'536);
  const std::string after = file_content(path);
  CHECK(after.size() == size);
  CHECK(after.substr(0, 65'536) == before.substr(0, 65'536));
  CHECK(after.substr(size - 65'536) == before.substr(size - 65'536));
  // A link is nobody's output.
  std::filesystem::create_symlink(path, directory / "client-2.log");
  bound_output(directory / "client-2.log", 0, 1, 1);
  CHECK(file_content(path) == after);
}
