// What a component's history costs: requests for the status of stopped components that have been
// started and stopped often, and for one stop after many incarnations.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "bench_cluster.h"
#include "figures.h"

namespace {

using namespace dm::bench;

constexpr std::uint64_t an_hour_ms = 3'600'000;

void status_of_stopped(const built_plugin& plugin, int components, int cycles) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, components);
  for (const made_component& one : made) cluster.add_cycles(one, cycles);
  const plugin_session session(plugin, cluster.environment());
  const std::size_t name_node = cluster.name_node_requests();
  const std::size_t all = cluster.requests();
  const answer told = session.succeed(plugin->status, status_request(made), an_hour_ms);
  if (count_state(told.text, "STOPPED") != made.size())
    throw std::runtime_error("not all are STOPPED: " + told.text.substr(0, 2000));
  const std::string what =
      fmt::format("status of {} stopped, {} cycles each: ", components, cycles);
  print_figure(what + "requests to the NameNode",
               static_cast<double>(cluster.name_node_requests() - name_node), "");
  print_figure(what + "requests to all servers", static_cast<double>(cluster.requests() - all), "");
}

void stop_after(const built_plugin& plugin, int incarnations, bool savepoint) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, 1);
  cluster.add_cycles(made.front(), incarnations - 1);
  cluster.start_job(made.front());
  const plugin_session session(plugin, cluster.environment());
  const std::size_t name_node = cluster.name_node_requests();
  const std::size_t all = cluster.requests();
  session.succeed(plugin->stop,
                  request_of(made.front(), fmt::format(R"(,"savepoint":{})", savepoint)));
  const std::string what = fmt::format(
      "one stop with{} savepoint after {} incarnations: ", savepoint ? " a" : "out", incarnations);
  print_figure(what + "requests to the NameNode",
               static_cast<double>(cluster.name_node_requests() - name_node), "");
  print_figure(what + "requests to all servers", static_cast<double>(cluster.requests() - all), "");
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  int components = 100;
  int incarnations = 60;
  CLI::App app{"Requests that a component's history costs.", "bench_requests"};
  app.add_option("--plugin", path, "the flink.so to be measured")->required();
  app.add_option("--components", components, "in one status")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--incarnations", incarnations, "before the stop")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const built_plugin plugin(path);
    for (const int cycles : {5, 100}) status_of_stopped(plugin, components, cycles);
    for (const bool savepoint : {false, true}) {
      stop_after(plugin, 1, savepoint);
      stop_after(plugin, incarnations, savepoint);
    }
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_requests: {}\n", problem.what());
    return 1;
  }
  return 0;
}
