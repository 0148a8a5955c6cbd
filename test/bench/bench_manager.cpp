// The Deployment Manager under load, as its clients and its operator see it: times by kind of
// request, refusals, memory, descriptors, and whether all is afterwards as it was.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "hostile_load.h"
#include "manager_process.h"
#include "mixed_load.h"
#include "probe.h"
#include "process_usage.h"

namespace {

using namespace dm::bench;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t applications = 40;
constexpr double goal_ms = 100;
constexpr double goal_mb = 100;
constexpr double kb_of_mb = 1024;

struct options {
  std::string program = DM_MANAGER_PROGRAM;
  std::string plugins = DM_FAKE_PLUGIN_DIRECTORY;
  std::string mode = "both";
  std::size_t clients = 500;
  std::size_t addresses = 5;
  unsigned pause_ms = 100;
  int seconds = 60;
  int phase_seconds = 15;
};

// What is to be the same before and after.
struct picture {
  std::size_t descriptors = 0;
  resident_memory memory;
  std::vector<std::string> applications;
};

picture look_at(const manager_process& manager) {
  return {descriptors_of(manager.pid()).all, memory_of(manager.pid()), manager.applications()};
}

double in_mb(std::int64_t kb) { return static_cast<double>(kb) / kb_of_mb; }

// This process needs a descriptor for each connection; the program inherits the higher limit.
void raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < wanted) {
    throw std::runtime_error(
        fmt::format("needs {} descriptors, the hard limit of this process is {} (ulimit -Hn)",
                    wanted, limit.rlim_max));
  }
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// An application whose record is large: 900 properties of a kilobyte.
void make_large(const manager_process& manager) {
  std::string body = R"({"package":"app-1.0.0","fake":{"main":{"p":0)";
  for (int i = 0; i < 900; ++i) body += fmt::format(R"(,"p{}":"{}")", i, std::string(1000, 'x'));
  manager.carry_out("PUT", "/applications/large-record", body + "}}}");
}

// Waits for what is under way, and removes what clients have made for themselves.
void tidy_up(const manager_process& manager) {
  const auto end = steady_clock::now() + seconds(120);
  while (!manager.under_way().empty() && steady_clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(200));
  }
  for (const std::string& name : manager.applications()) {
    if (name.starts_with(own_application)) manager.carry_out("DELETE", "/applications/" + name);
  }
}

// Descriptors and threads of connections that have just ended go a moment later.
picture settled(const manager_process& manager, const picture& before) {
  const auto end = steady_clock::now() + seconds(30);
  for (;;) {
    const picture now = look_at(manager);
    const bool back =
        now.descriptors <= before.descriptors && now.memory.threads <= before.memory.threads;
    if (back || steady_clock::now() > end) return now;
    std::this_thread::sleep_for(milliseconds(250));
  }
}

// True when nothing is left of it.
bool print_after(const manager_process& manager, const picture& before, const picture& after) {
  fmt::print("\n  {:<44} {:>12} {:>12}\n", "", "before", "after");
  fmt::print("  {:<44} {:>9.1f} MB {:>9.1f} MB   highest {:.1f} MB\n", "resident memory",
             in_mb(before.memory.now_kb), in_mb(after.memory.now_kb), in_mb(after.memory.peak_kb));
  fmt::print("  {:<44} {:>12} {:>12}\n", "descriptors", before.descriptors, after.descriptors);
  fmt::print("  {:<44} {:>12} {:>12}\n", "threads", before.memory.threads, after.memory.threads);
  fmt::print("  {:<44} {:>12} {:>12}\n", "applications", before.applications.size(),
             after.applications.size());
  const auto stuck = manager.under_way();
  bool same = after.descriptors <= before.descriptors &&
              after.memory.threads <= before.memory.threads &&
              after.applications == before.applications && stuck.empty();
  fmt::print("  operations that have not ended: {}{}{}\n", stuck.size(), stuck.empty() ? "" : ": ",
             fmt::join(stuck, ", "));
  for (const std::string& name : after.applications) {
    const auto told = manager.ask("GET", "/applications/" + name + "/status");
    const std::string state = told.json.IsObject() && told.json.HasMember("status")
                                  ? told.json["status"].GetString()
                                  : "";
    if (state == "STARTED" || state == "CREATED") continue;
    same = false;
    fmt::print("  {} is {}\n", name, state);
  }
  fmt::print("  afterwards all is as it was: {}\n", same ? "yes" : "NO");
  return same;
}

bool run_mixed(const options& given) {
  fmt::print(
      "\n{} clients for {} s, {} ms between two requests of a client on average; a tenth slow, a "
      "request in twenty\n"
      "malformed; limits as by default, which grant 400 connections to an address: they come from "
      "{}\n\n",
      given.clients, given.seconds, given.pause_ms, given.addresses);
  const manager_process manager(given.program, given.plugins, "");
  manager.make_applications(applications);
  make_large(manager);
  manager.slow_down("start", 200);
  manager.slow_down("stop", 100);
  manager.slow_down("status", 5);
  // Each verb once, so that what is made once is there.
  manager.carry_out("POST", "/applications/app-0/stop");
  manager.carry_out("POST", "/applications/app-0/start");
  const picture before = look_at(manager);
  forget_peak(manager.pid());
  const double processor_before = usage_of(manager.pid()).cpu_seconds;

  mixed_load_options wanted;
  wanted.port = manager.port();
  wanted.clients = given.clients;
  wanted.addresses = given.addresses;
  wanted.applications = applications;
  wanted.pause_ms = given.pause_ms;
  wanted.time = seconds(given.seconds);
  wanted.query = manager.query();
  wanted.archive = manager.archive();
  wanted.large = "/applications/large-record";
  mixed_load load(wanted);
  load.run();
  const double processor = usage_of(manager.pid()).cpu_seconds - processor_before;

  load.tally().print();
  fmt::print("\n  refused: ");
  for (const int code :
       {400, 403, 404, 405, 408, 409, 413, 414, 415, 421, 429, 431, 500, 503, 507}) {
    if (load.tally().answered(code) > 0) fmt::print("{}: {}  ", code, load.tally().answered(code));
  }
  fmt::print("without an answer: {}\n  clients that went on to the end: {} of {}\n",
             load.tally().answered(0), load.alive_at_the_end(), given.clients);
  fmt::print("  processor time of the Deployment Manager: {:.1f} s\n", processor);
  tidy_up(manager);
  return print_after(manager, before, settled(manager, before));
}

struct phase {
  const char* name;
  hostile_load_options who;
};

std::vector<phase> phases() {
  hostile_load_options many;
  many.idle = 1000;
  many.dripping = 100;
  hostile_load_options headers;
  headers.headers = 4;
  hostile_load_options ranges;
  ranges.ranges = 4;
  hostile_load_options bodies;
  bodies.bodies = 4;
  hostile_load_options all = many;
  all.headers = 4;
  all.ranges = 4;
  all.bodies = 4;
  return {{"nobody else", {}},
          {"1,000 idle and 100 dripping", many},
          {"40,000 header lines, 4 at a time", headers},
          {"1,000 ranges of 900 kB, 4 at a time", ranges},
          {"930 kB of small members, 4 at a time", bodies},
          {"all of these", all}};
}

void run_phase(const manager_process& manager, const phase& one, const options& given) {
  hostile_load_options who = one.who;
  who.port = manager.port();
  who.large = "/applications/large-record";
  who.query = manager.query();
  forget_peak(manager.pid());
  const std::string elsewhere = "another address, a connection for each";
  const std::string kept = "another address, one connection kept";
  const std::string same = "the attackers' own address";
  probe first({manager.port(), "127.0.0.9"}, false, elsewhere);
  probe second({manager.port(), "127.0.0.10"}, true, kept);
  probe third({manager.port(), "127.0.0.1"}, false, same);
  hostile_load load(who);
  load.run_until(steady_clock::now() + seconds(given.phase_seconds), [&] {
    for (probe* each : {&first, &second, &third}) each->forget();
  });
  load_tally all;
  for (probe* each : {&first, &second, &third}) all.merge(each->end());
  const resident_memory memory = memory_of(manager.pid());
  fmt::print("\n {}\n", one.name);
  all.print();
  load.tally().print();
  const double worst = std::max(all.quantile_ms(elsewhere, 0.99), all.quantile_ms(kept, 0.99));
  if (who.idle + who.dripping > 0) {
    fmt::print("  idle and dripping connections that are open at the end: {} of {}\n",
               load.open_at_the_end(), who.idle + who.dripping);
  }
  fmt::print(
      "  another client's p99: {:.1f} ms (goal {:.0f}: {}); memory at its highest: {:.1f} MB (goal "
      "{:.0f}: {})\n",
      worst, goal_ms, worst <= goal_ms ? "met" : "NOT MET", in_mb(memory.peak_kb), goal_mb,
      in_mb(memory.peak_kb) <= goal_mb ? "met" : "NOT MET");
  std::fflush(stdout);
}

bool run_hostile(const options& given, bool raised) {
  fmt::print("\n{}\n", raised ? "attackers, limits raised so that every connection is held: "
                                "connections and connections_per_peer 1,400"
                              : "attackers, limits as by default: 1,000 connections, 400 of one "
                                "address (all attackers are one)");
  const manager_process manager(given.program, given.plugins,
                                raised ? R"("connections":1400,"connections_per_peer":1400)" : "");
  manager.make_applications(applications);
  make_large(manager);
  manager.carry_out("POST", "/applications/app-0/stop");
  manager.carry_out("POST", "/applications/app-0/start");
  const picture before = look_at(manager);
  for (const phase& one : phases()) run_phase(manager, one, given);
  tidy_up(manager);
  return print_after(manager, before, settled(manager, before));
}

}  // namespace

int main(int argc, char** argv) {
  options given;
  CLI::App app{
      "The Deployment Manager under load: times, refusals, memory, and what is left of it.",
      "bench_manager"};
  app.add_option("--mode", given.mode, "mixed: many clients; hostile: one client beside attackers")
      ->check(CLI::IsMember({"mixed", "hostile", "both"}))
      ->capture_default_str();
  app.add_option("--clients", given.clients, "mixed: at once")
      ->check(CLI::Range(20, 5000))
      ->capture_default_str();
  app.add_option("--addresses", given.addresses, "mixed: that they come from")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  app.add_option("--pause-ms", given.pause_ms,
                 "mixed: of a client between two requests, on average")
      ->check(CLI::Range(0, 60'000))
      ->capture_default_str();
  app.add_option("--seconds", given.seconds, "mixed: how long")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--phase-seconds", given.phase_seconds,
                 "hostile: how long with each kind of attackers")
      ->check(CLI::Range(2, 86'400))
      ->capture_default_str();
  app.add_option("--program", given.program, "the deployment-manager that is measured")
      ->capture_default_str();
  app.add_option("--plugins", given.plugins, "the directory of the scriptable plugin")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    raise_descriptor_limit(std::max<std::size_t>(given.clients, 1400) + 200);
    bool good = true;
    if (given.mode != "hostile") good = run_mixed(given) && good;
    if (given.mode != "mixed") {
      for (const bool raised : {false, true}) good = run_hostile(given, raised) && good;
    }
    return good ? 0 : 1;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_manager: {}\n", problem.what());
    return 1;
  }
}
