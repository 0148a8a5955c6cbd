// What is left open after load: sockets in the host, connections to each server, and descriptors in
// a real supervisord, after many threads have made many calls in one session.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "bench_cluster.h"
#include "figures.h"
#include "process_usage.h"
#include "real_supervisord.h"

namespace {

using namespace dm::bench;

// The servers are in this process: the ends of connections that are theirs.
std::size_t server_ends(bench_cluster& cluster) {
  std::size_t count = cluster.job_manager.server().open_connections();
  for (auto* node : {&cluster.first_name_node, &cluster.second_name_node})
    count += node->server().open_connections() + node->data_node().open_connections();
  for (auto* manager : {&cluster.first_resource_manager, &cluster.second_resource_manager})
    count += manager->server().open_connections();
  return count;
}

void run(const built_plugin& plugin, int threads, int calls) {
  bench_cluster cluster;
  const auto made = cluster.create(plugin, threads);
  const real_supervisord supervisord(cluster.node.path(), cluster.node.config_directory());
  constexpr int own = 0;
  const std::size_t sockets_before = descriptors_of(own).sockets - server_ends(cluster);
  const std::size_t supervisord_before = descriptors_of(supervisord.pid()).all;
  std::atomic<int> failed{0};
  {
    const plugin_session session(plugin, cluster.environment(supervisord.url()));
    const std::array<std::pair<dm_operation, const char*>, 3> verbs = {
        {{plugin->start, R"(,"wait":false)"},
         {plugin->status, nullptr},
         {plugin->stop, R"(,"savepoint":false)"}}};
    std::vector<std::thread> running;
    for (const made_component& component : made) {
      running.emplace_back([&] {
        for (int i = 0; i < calls; ++i) {
          const auto& [verb, more] = verbs[static_cast<std::size_t>(i) % verbs.size()];
          const answer told = session.run(
              verb, more == nullptr ? status_request({component}) : request_of(component, more));
          failed += told.status == DM_STATUS_OK ? 0 : 1;
        }
        // The guards are gone, so that what supervisord has open is not theirs.
        session.run(plugin->stop, request_of(component, R"(,"savepoint":false)"));
      });
    }
    for (std::thread& one : running) one.join();
    std::this_thread::sleep_for(std::chrono::seconds(1));  // what is being closed is closed
    const std::string what = fmt::format("after {} threads x {} calls: ", threads, calls);
    print_figure(what + "sockets in the host",
                 static_cast<double>(descriptors_of(own).sockets - server_ends(cluster)) -
                     static_cast<double>(sockets_before),
                 "");
    print_figure(what + "of them connections to HDFS, YARN and Flink",
                 static_cast<double>(server_ends(cluster)), "");
    print_figure(what + "descriptors more in supervisord",
                 static_cast<double>(descriptors_of(supervisord.pid()).all) -
                     static_cast<double>(supervisord_before),
                 "");
    print_figure(what + "calls that failed", failed, "");
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  print_figure("after the session was closed: sockets in the host",
               static_cast<double>(descriptors_of(own).sockets - server_ends(cluster)) -
                   static_cast<double>(sockets_before),
               "");
}

}  // namespace

int main(int argc, char** argv) {
  std::string path;
  int threads = 16;
  int calls = 80;
  CLI::App app{"What is left open after many calls of many threads.", "bench_sockets"};
  app.add_option("--plugin", path, "the flink.so to be measured")->required();
  app.add_option("--threads", threads, "each with a component of its own")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  app.add_option("--calls", calls, "of each thread: start, status and stop in turn")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    run(built_plugin(path), threads, calls);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_sockets: {}\n", problem.what());
    return 1;
  }
  return 0;
}
