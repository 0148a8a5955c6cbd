// The example hosts, each a process of its own, with flink.so and servers that play supervisord,
// YARN, Flink and HDFS: what they print is what is committed beside them. All five print the same.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <rapidjson/pointer.h>
#include <catch2/catch.hpp>

#include "world.h"

using namespace conformance;

namespace {

namespace fs = std::filesystem;

// Runs a program that ends with this one, and hands over each line that it prints. Returns what
// waitpid() says.
int run(const std::vector<std::string>& argv, const std::function<void(const std::string&)>& line) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  FILE* output = ::fdopen(ends[0], "r");
  char* buffer = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = ::getline(&buffer, &room, output)) > 0;)
    line(std::string(buffer, static_cast<std::size_t>(size)));
  std::free(buffer);
  std::fclose(output);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string committed() {
  std::ifstream file(DM_EXAMPLE_HOSTS_DIR "/expected.txt");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// How often a wait reports, and in which words, is the wait's matter.
void add(std::string& printed, const std::string& line) {
  const std::string event = "  start: ";
  const std::string told = line.starts_with(event) ? event + "<message>\n" : line;
  if (line.starts_with(event) && printed.ends_with(told)) return;
  printed += told;
}

void check_host(const std::vector<std::string>& host) {
  world w;
  w.play_guard(sample("create_reply")["data"]["id"].GetString());
  w.hold_tasks();
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const std::string environment = w.node.path() + "/environment.json";
  const std::string request = w.node.path() + "/create.json";
  write(environment, w.environment());
  write(request, text_of(create));

  std::vector<std::string> argv = host;
  argv.insert(argv.end(), {PLUGIN_PATH, environment, request});
  std::string printed;
  const int status = run(argv, [&](const std::string& line) {
    add(printed, line);
    // The host has ended its first wait: now the TaskManagers come, so that the next one has an
    // end.
    if (line.starts_with("start: CANCELLED")) w.let_tasks_run();
  });
  CHECK(printed == committed());
  CHECK(status == 0);
  CHECK(w.live_applications() == 0);
  CHECK_FALSE(fs::exists(w.node.path() + "/opt/production/clicks/counter"));
}

}  // namespace

TEST_CASE("no host is longer than 150 lines: it can be read at once") {
  for (const char* host :
       {"c/host.c", "cpp/host.cpp", "python/host.py", "go/host.go", "rust/examples/host.rs"}) {
    std::ifstream file(std::string(DM_EXAMPLE_HOSTS_DIR "/") + host);
    REQUIRE(file);
    CAPTURE(host);
    CHECK(std::count(std::istreambuf_iterator<char>(file), {}, '\n') <= 150);
  }
}

TEST_CASE("c") { check_host({HOST_C}); }
TEST_CASE("cpp") { check_host({HOST_CPP}); }
TEST_CASE("python") { check_host({PYTHON_PROGRAM, DM_EXAMPLE_HOSTS_DIR "/python/host.py"}); }
TEST_CASE("go") { check_host({HOST_GO}); }
TEST_CASE("rust") { check_host({HOST_RUST}); }
