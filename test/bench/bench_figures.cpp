// What the key figures of many running jobs cost, in processor time: one round as a Deployment
// Manager asks for it every minute, beside nothing else. The services are a process of their own,
// so that their time is not ours; all jobs have one JobManager.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <sstream>
#include <vector>

#include "component/component_name.h"
#include "fake/job_manager.h"
#include "fake/resource_manager.h"
#include "observation/figures.h"
#include "process_usage.h"

namespace {

using namespace dm;

constexpr const char* name_space = "bench";

component::component_name name_of(int number) {
  return {name_space, "app", "c" + std::to_string(number)};
}

[[noreturn]] void serve(int jobs, int to) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  fake::job_manager job_manager;
  fake::resource_manager resource_manager;
  job_manager.change([](fake::flink_job& job) {
    job.started_ms = io::now().time_since_epoch().count() - 600'000;
    job.modified_ms = job.started_ms + 1'000;
    job.records = 1'000'000;
    job.busy_ms = 500;
    job.lag = 10;
  });
  for (int i = 0; i < jobs; ++i) {
    const std::string id = component::component_id(name_of(i));
    fake::yarn_application application;
    application.tags = {component::fleet_tag(name_space), component::component_tag(id),
                        component::epoch_tag(id, 2)};
    application.am_rpc_address = job_manager.rpc_address();
    resource_manager.cluster().submit(application);
  }
  const std::string address = resource_manager.address();
  if (::write(to, address.data(), address.size()) < 0) ::_exit(1);
  ::close(to);
  for (;;) ::pause();
}

// The ResourceManager's address; to be called before any thread of this process.
std::string start_services(int jobs) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    ::close(ends[0]);
    serve(jobs, ends[1]);
  }
  ::close(ends[1]);
  char address[128];
  const ssize_t got = ::read(ends[0], address, sizeof address);
  ::close(ends[0]);
  if (got <= 0) throw std::runtime_error("the services did not come up");
  return {address, static_cast<std::size_t>(got)};
}

double processor_seconds() { return bench::usage_of(::getpid()).cpu_seconds; }

}  // namespace

int main(int argc, char** argv) {
  int jobs = 200;
  int rounds = 9;
  int interval = 60;
  CLI::App options("What the figures of running jobs cost");
  options.add_option("--jobs", jobs, "running jobs")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  options.add_option("--rounds", rounds, "of which the median is told")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  options.add_option("--interval", interval, "seconds between two rounds")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  CLI11_PARSE(options, argc, argv);

  const std::string resource_manager = start_services(jobs);
  input::settings settings;
  settings.name_space = name_space;
  settings.node = "edge1";
  settings.resource_managers = {resource_manager};
  context::session session(settings);
  observation::figures_request request;
  for (int i = 0; i < jobs; ++i) {
    input::component_data data;
    data.name = name_of(i);
    data.id = component::component_id(data.name);
    data.node = settings.node;
    data.user = "pnda";
    request.components.push_back(std::move(data));
  }
  std::vector<double> costs;
  for (int round = 0; round < rounds; ++round) {
    const double before = processor_seconds();
    const auto told =
        observation::figures(session, io::operation::within(std::chrono::minutes(5)), request);
    costs.push_back(processor_seconds() - before);
    for (const auto& one : told) {
      if (one.figures && one.figures->size() > 5) continue;
      std::cerr << one.name.text()
                << " tells nothing: " << (one.failure ? one.failure->text() : "no job") << "\n";
      return 1;
    }
  }
  std::sort(costs.begin(), costs.end());
  const double cost = costs[costs.size() / 2];
  std::cout << fmt::format(
      "{} jobs, a round: {:.1f} ms of processor time; every {} s: {:.2f} % of one core\n", jobs,
      1000 * cost, interval, 100 * cost / interval);
}
