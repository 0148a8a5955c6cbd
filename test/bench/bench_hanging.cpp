// What a server that hangs costs: status while the first ResourceManager, then the first NameNode,
// takes connections and never answers.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "bench_cluster.h"
#include "figures.h"

namespace {

using namespace dm::bench;

constexpr int cycles = 5;
constexpr int stopped_components = 4;

void hang(dm::fake::http_server& server) {
  server.disturb([](const dm::fake::request&) {
    return std::optional(dm::fake::disturbance{});  // never
  });
}

void two_calls(const built_plugin& plugin, const bench_cluster& cluster,
               const std::vector<made_component>& components, const std::string& state,
               const std::string& what) {
  const plugin_session session(plugin, cluster.environment());
  for (const char* which : {"first", "second"}) {
    const answer told = session.run(plugin->status, status_request(components));
    print_figure(fmt::format("{}, {} call", what, which), told.seconds, "s");
    print_figure(fmt::format("{}, {} call: not {}", what, which, state),
                 static_cast<double>(components.size() - count_state(told.text, state)), "");
  }
}

void first_resource_manager(const built_plugin& plugin, bool hangs) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, 1);
  cluster.start_job(made.front());
  if (hangs) {
    hang(cluster.first_resource_manager.server());
    cluster.second_resource_manager.set_active();
  }
  two_calls(
      plugin, cluster, made, "RUNNING",
      fmt::format("status of 1 running, {}", hangs ? "first ResourceManager hangs" : "all well"));
}

void first_name_node(const built_plugin& plugin, bool hangs) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, stopped_components);
  for (const made_component& one : made) cluster.add_cycles(one, cycles);
  if (hangs) {
    hang(cluster.first_name_node.server());
    cluster.second_name_node.set_standby(false);
  }
  two_calls(plugin, cluster, made, "STOPPED",
            fmt::format("status of {} stopped, {}", stopped_components,
                        hangs ? "first NameNode hangs" : "all well"));
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  CLI::App app{"Status while the first server of a pair hangs.", "bench_hanging"};
  app.add_option("--plugin", path, "the flink.so to be measured")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    const built_plugin plugin(path);
    for (const bool hangs : {false, true}) first_resource_manager(plugin, hangs);
    for (const bool hangs : {false, true}) first_name_node(plugin, hangs);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_hanging: {}\n", problem.what());
    return 1;
  }
  return 0;
}
