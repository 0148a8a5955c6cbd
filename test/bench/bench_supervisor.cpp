// What start and stop cost a real supervisord that has many programs: its processor time and the
// time that the caller waits, alone and four at once.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "bench_cluster.h"
#include "figures.h"
#include "process_usage.h"
#include "real_supervisord.h"

namespace {

using namespace dm::bench;

constexpr int at_once = 4;

// Programs as the plugin writes them: copies of one of its files under other names.
void add_programs(const bench_cluster& cluster, const made_component& like, int count) {
  const std::string name = dm::component::program_name(like.name);
  std::ostringstream content;
  content
      << std::ifstream(fmt::format("{}/{}.conf", cluster.node.config_directory(), name)).rdbuf();
  const std::string section = fmt::format("[program:{}]", name);
  const std::size_t at = content.str().find(section);
  if (at == std::string::npos) throw std::runtime_error("create has written no program file");
  for (int i = 0; i < count; ++i) {
    std::string copy = content.str();
    copy.replace(at, section.size(), fmt::format("[program:flink.bench.other.c{}]", i));
    std::ofstream(fmt::format("{}/flink.bench.other.c{}.conf", cluster.node.config_directory(), i))
        << copy;
  }
}

struct verb {
  const char* name;
  dm_operation run;
  const char* more;
};

class measurement {
 public:
  measurement(const plugin_session& session, int supervisord, int programs)
      : session_(session), supervisord_(supervisord), programs_(programs) {}

  void alone(const std::vector<verb>& verbs, const made_component& component, int rounds) const {
    std::vector<std::vector<double>> processor(verbs.size());
    std::vector<std::vector<double>> waited(verbs.size());
    std::vector<int> failed(verbs.size());
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < verbs.size(); ++i) {
        const double before = usage_of(supervisord_).cpu_seconds;
        const answer told = session_.run(verbs[i].run, request_of(component, verbs[i].more));
        waited[i].push_back(told.seconds);
        failed[i] += told.status == DM_STATUS_OK ? 0 : 1;
        processor[i].push_back(usage_of(supervisord_).cpu_seconds - before);
      }
    }
    for (std::size_t i = 0; i < verbs.size(); ++i) {
      print_figure(fmt::format("{} among {} programs: supervisord's CPU", verbs[i].name, programs_),
                   median(processor[i]), "s");
      print_figure(
          fmt::format("{} among {} programs: from call to reply", verbs[i].name, programs_),
          median(waited[i]), "s");
      // One that gives up leaves supervisord at work: its processor time shows with the next verb.
      print_figure(fmt::format("{} among {} programs: failed", verbs[i].name, programs_), failed[i],
                   "");
    }
  }

  void together(const verb& what, const std::vector<made_component>& components) const {
    std::vector<answer> answers(components.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < components.size(); ++i) {
      threads.emplace_back(
          [&, i] { answers[i] = session_.run(what.run, request_of(components[i], what.more)); });
    }
    for (std::thread& one : threads) one.join();
    double longest = 0;
    int failed = 0;
    for (const answer& one : answers) {
      longest = std::max(longest, one.seconds);
      failed += one.status == DM_STATUS_OK ? 0 : 1;
    }
    const std::string name =
        fmt::format("{} {}s at once among {} programs: ", components.size(), what.name, programs_);
    print_figure(name + "the longest, from call to reply", longest, "s");
    print_figure(name + "failed", failed, "");
  }

 private:
  const plugin_session& session_;
  int supervisord_;
  int programs_;
};

void run(const built_plugin& plugin, int programs, int rounds) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, at_once);
  add_programs(cluster, made.front(), programs - at_once);
  const real_supervisord supervisord(cluster.node.path(), cluster.node.config_directory());
  const plugin_session session(plugin, cluster.environment(supervisord.url()));
  const std::vector<verb> verbs = {{"start", plugin->start, R"(,"wait":false)"},
                                   {"stop", plugin->stop, R"(,"savepoint":false)"}};
  const measurement measure(session, supervisord.pid(), programs);
  measure.alone(verbs, made.front(), rounds);
  for (const verb& one : verbs) measure.together(one, made);
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  int programs = 1000;
  int rounds = 5;
  CLI::App app{"Start and stop among many programs of a real supervisord.", "bench_supervisor"};
  app.add_option("--plugin", path, "the flink.so to be measured")->required();
  app.add_option("--programs", programs, "that supervisord has")
      ->check(CLI::Range(at_once, 10000))
      ->capture_default_str();
  app.add_option("--rounds", rounds, "of each verb; the median is shown")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(built_plugin(path), programs, rounds);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_supervisor: {}\n", problem.what());
    return 1;
  }
  return 0;
}
