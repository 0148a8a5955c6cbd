// What following guards cost: memory and processor time of many flink-guard processes on one node,
// beside a bare curl.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include "component/component_name.h"
#include "component/guard_spec.h"
#include "component/log_record.h"
#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "process_usage.h"

namespace {

namespace fs = std::filesystem;
using namespace dm;

// A child that ends with this process, at the latest with this object.
class child {
 public:
  child(std::vector<std::string> words, const std::string& output) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
      ::dup2(file, STDOUT_FILENO);
      ::dup2(file, STDERR_FILENO);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  int pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

class working_directory {
 public:
  working_directory() {
    std::string pattern = (fs::temp_directory_path() / "dm-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~working_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string own_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  if (entry == nullptr) throw std::runtime_error("this user has no account");
  return entry->pw_name;
}

struct cluster {
  fake::name_node name_node;
  fake::resource_manager resource_manager;
  fake::job_manager job_manager;
  working_directory directory;

  // A component whose job runs, as its log and YARN tell it; its guard will adopt it. Returns the
  // path of guard.json.
  std::string deploy(int number, std::int64_t follow_interval_ms) {
    component::guard_spec spec;
    spec.name = {"bench", "app", "c" + std::to_string(number)};
    spec.node = "edge1";
    spec.user = own_user();
    spec.digest = "0";
    spec.resource_managers = {resource_manager.address()};
    spec.name_nodes = {name_node.address()};
    spec.state_root = "/state";
    const std::string own = directory.path() + "/" + spec.name.component;
    spec.work_directory = own + "/work";
    spec.log_directory = own + "/logs";
    spec.slots_directory = own;
    fs::create_directories(spec.work_directory);
    fs::create_directories(spec.log_directory);
    spec.flink_version = "1.20.5";
    spec.follow_interval_ms = follow_interval_ms;
    spec.job_name = "bench";

    const std::string id = component::component_id(spec.name);
    const std::string log = component::hdfs_directory("/state", spec.name) + "/log/";
    component::log_record record;
    record.node = spec.node;
    name_node.files().put(log + "1.json", to_json(record));
    record.kind = component::record_kind::incarnation;
    record.intent = 1;
    name_node.files().put(log + "2.json", to_json(record));
    fake::yarn_application application;
    application.tags = {component::fleet_tag("bench"), component::component_tag(id),
                        component::epoch_tag(id, 2)};
    application.am_rpc_address = job_manager.rpc_address();
    resource_manager.cluster().submit(application);

    const std::string path = own + "/guard.json";
    std::ofstream(path) << to_json(spec);
    return path;
  }
};

struct sum {
  double pss_kb = 0;
  double private_kb = 0;
  double cpu_seconds = 0;
};

sum measure(const std::vector<std::unique_ptr<child>>& children) {
  sum all;
  for (const auto& one : children) {
    const bench::process_usage usage = bench::usage_of(one->pid());
    all.pss_kb += static_cast<double>(usage.pss_kb);
    all.private_kb += static_cast<double>(usage.private_kb);
    all.cpu_seconds += usage.cpu_seconds;
  }
  return all;
}

void run(int count, int seconds, int settle_seconds, std::int64_t follow_interval_ms) {
  cluster cluster;
  std::vector<std::unique_ptr<child>> guards;
  for (int i = 0; i < count; ++i) {
    guards.push_back(std::make_unique<child>(
        std::vector<std::string>{DM_FLINK_GUARD, "--spec", cluster.deploy(i, follow_interval_ms),
                                 "--", "/bin/false", "@incarnation@"},
        cluster.directory.path() + "/output"));
  }
  // As many bare clients, each waiting for an answer that never comes.
  fake::http_server silent([](const fake::request&) { return fake::json(200, "{}"); });
  silent.disturb([](const fake::request&) {
    return std::optional(fake::disturbance{});  // never
  });
  std::vector<std::unique_ptr<child>> curls;
  for (int i = 0; i < count; ++i) {
    curls.push_back(
        std::make_unique<child>(std::vector<std::string>{"curl", "--silent", silent.address()},
                                cluster.directory.path() + "/curl"));
  }
  std::this_thread::sleep_for(std::chrono::seconds(settle_seconds));

  const std::size_t requests_before = cluster.resource_manager.server().request_count();
  const sum before = measure(guards);
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const sum after = measure(guards);
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - begin;
  const sum bare = measure(curls);
  const std::size_t requests = cluster.resource_manager.server().request_count() - requests_before;

  const double n = count;
  fmt::print("{} guards, each following one healthy job every {} s, for {:.0f} s\n\n", count,
             static_cast<double>(follow_interval_ms) / 1000.0, lasted.count());
  fmt::print("  {:<28}{:>14}{:>14}\n", "", "flink-guard", "bare curl");
  fmt::print("  {:<28}{:>11.2f} MB{:>11.2f} MB\n", "memory (PSS), each", after.pss_kb / n / 1024.0,
             bare.pss_kb / n / 1024.0);
  fmt::print("  {:<28}{:>11.2f} MB{:>11.2f} MB\n", "private memory, each",
             after.private_kb / n / 1024.0, bare.private_kb / n / 1024.0);
  fmt::print("  {:<28}{:>12.4f} %\n", "of a core, each",
             100.0 * (after.cpu_seconds - before.cpu_seconds) / lasted.count() / n);
  fmt::print("  {:<28}{:>14.1f}\n", "requests to YARN per minute",
             60.0 * static_cast<double>(requests) / lasted.count() / n);
}

}  // namespace

int main(int argc, char** argv) {
  int count = 20;
  int seconds = 60;
  int settle = 30;
  std::int64_t interval = component::guard_spec{}.follow_interval_ms;
  CLI::App app{"What following guards cost, beside as many bare curl processes.", "bench_guard"};
  app.add_option("--guards", count, "how many at once")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seconds", seconds, "how long they are watched")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  app.add_option("--settle", settle, "seconds before that, until they poll rarely")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  app.add_option("--interval-ms", interval, "interval of a settled guard")
      ->check(CLI::Range(100, 600000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(count, seconds, settle, interval);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_guard: {}\n", problem.what());
    return 1;
  }
  return 0;
}
