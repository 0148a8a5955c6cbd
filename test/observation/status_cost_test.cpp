// What a status costs, and who waits for whom.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "component/component_name.h"
#include "observation/status.h"
#include "support/deployment.h"

using namespace dm::observation;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::input::component_data;
using dm::test::deployment;
using state = component_state;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

std::vector<component_status> status_of(deployment& d,
                                        const std::vector<component_data>& components,
                                        std::chrono::seconds limit = std::chrono::seconds(30)) {
  return status(d.session(), io::operation::within(limit), {components, false});
}

// Others of the same kind, of which only the records exist.
std::vector<component_data> more_of(const deployment& d, int count) {
  std::vector<component_data> components;
  for (int i = 0; i < count; ++i) {
    component_data data = d.data;
    data.name.component = "more" + std::to_string(i);
    data.id = dm::component::component_id(data.name);
    data.program = dm::component::program_name(data.name);
    components.push_back(data);
  }
  return components;
}

// Started and stopped that many times.
void play_history(deployment& d, const component_data& data, int cycles) {
  const component_data own = std::exchange(d.data, data);
  for (int i = 0; i < cycles; ++i) {
    d.append(record_kind::run);
    const std::uint64_t epoch = d.append(record_kind::incarnation);
    d.put_end(epoch, outcome::stopped, decision::none);
    d.append(record_kind::stop);
  }
  d.data = own;
}

std::optional<fake::disturbance> never(const fake::request&) { return fake::disturbance{}; }

void make_it_flap(deployment& d) {
  d.job_manager.change([](fake::flink_job& job) {
    job.state = "RESTARTING";
    job.task_state = "CANCELED";
    job.restarts = 40;
    job.root_exception = "java.lang.IllegalStateException: the sensor is on fire\n";
    job.exception_ms = io::now().time_since_epoch().count() - 2000;
  });
}

std::size_t asked_for(fake::http_server& server, const std::string& part) {
  std::size_t count = 0;
  for (const fake::request& one : server.requests())
    count += (one.target + one.body).find(part) != std::string::npos;
  return count;
}

}  // namespace

TEST_CASE("what does not run costs one listing and at most three files, however often it ran") {
  deployment d;
  const auto components = more_of(d, 4);
  const int cycles = GENERATE(1, 12);
  for (const component_data& data : components) play_history(d, data, cycles);
  d.name_node.server().forget_requests();
  d.name_node.data_node().forget_requests();
  for (const component_status& status : status_of(d, components)) {
    CHECK(status.state == state::stopped);
    CHECK(status.confidence == confidence::confirmed);
  }
  CHECK(d.name_node.server().request_count() <= 4 * (1 + 3));
  CHECK(d.name_node.data_node().request_count() <= 4 * 3);
}

TEST_CASE("an HDFS that hangs hides nothing of what the JobManagers say") {
  deployment d;
  d.run();
  make_it_flap(d);
  auto components = more_of(d, 3);
  components.push_back(d.data);
  d.name_node.server().disturb(never);
  const auto statuses = status_of(d, components, std::chrono::seconds(4));
  const component_status& live = statuses.back();
  CHECK(live.state == state::restarting);
  CHECK(live.confidence == confidence::confirmed);
  CHECK(live.desired.empty());  // could not be read
  REQUIRE(live.restarts);
  CHECK(live.restarts->count == 40);
  CHECK(statuses.front().state == state::unknown);
  CHECK(statuses.front().reason.find("HDFS") != std::string::npos);
}

TEST_CASE("a service that hangs costs its time once, and not with each status (D-55)") {
  deployment d;
  d.run();
  const auto components = more_of(d, 1);  // does not run: what its log says counts
  play_history(d, components.front(), 1);
  const int which = GENERATE(0, 1, 2);
  fake::http_server& hangs = which == 0   ? d.name_node.server()
                             : which == 1 ? d.name_node.data_node()
                                          : d.resource_manager.server();
  hangs.disturb(never);
  constexpr std::chrono::seconds limit{8};
  status_of(d, components, limit);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2; ++i)
    CHECK(status_of(d, components, limit).front().confidence != confidence::confirmed);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));  // 8 before
  hangs.disturb({});
  const component_status after = status_of(d, components, limit).front();
  CHECK(after.state == state::stopped);
  CHECK(after.confidence == confidence::confirmed);
}

TEST_CASE("HDFS is not blamed for a ResourceManager that hangs, and is still asked") {
  deployment d;
  d.run();
  d.resource_manager.server().disturb(never);
  const auto blind = status_of(d, {d.data}, std::chrono::seconds(4)).front();
  CHECK(blind.state == state::running);
  CHECK(blind.confidence == confidence::stale);
  CHECK(blind.desired == "RUNNING");
  CHECK(blind.reason.find("ResourceManager") != std::string::npos);
  CHECK(blind.reason.find("HDFS") == std::string::npos);
}

TEST_CASE("a few components are asked for one by one, many by what the fleet has") {
  deployment d;
  d.run();
  fake::http_server& rpc = d.edge.supervisord().server();
  rpc.forget_requests();
  d.resource_manager.server().forget_requests();
  CHECK(status_of(d, {d.data}).front().state == state::running);
  CHECK(asked_for(rpc, "supervisor.getProcessInfo") == 1);
  CHECK(asked_for(rpc, "getAllProcessInfo") == 0);
  CHECK(asked_for(d.resource_manager.server(), dm::component::component_tag(d.data.id)) == 1);

  rpc.forget_requests();
  d.resource_manager.server().forget_requests();
  auto components = more_of(d, 99);
  components.push_back(d.data);
  CHECK(status_of(d, components).back().state == state::running);
  CHECK(asked_for(rpc, "supervisor.getProcessInfo") == 0);
  CHECK(asked_for(rpc, "getAllProcessInfo") == 1);
  // A hundred tags are shorter than the fleet, and what Jetty takes of a URL is longer.
  CHECK(asked_for(d.resource_manager.server(), "dm-fleet-prod") == 0);
  for (const fake::request& asked : d.resource_manager.server().requests())
    CHECK(asked.target.size() < 8000);

  d.resource_manager.server().forget_requests();
  components = more_of(d, 100);
  components.push_back(d.data);
  CHECK(status_of(d, components).back().state == state::running);
  CHECK(asked_for(d.resource_manager.server(), "dm-fleet-prod") == 1);
  // The absence of the others is confirmed by their own tags.
  CHECK(asked_for(d.resource_manager.server(),
                  dm::component::component_tag(components.front().id)) == 1);
}

TEST_CASE("a component whose program supervisord does not know is told so, asked for alone too") {
  deployment d;
  d.append(record_kind::run);
  component_data data = d.data;
  data.program = "flink.no.such.program";
  const auto found = status_of(d, {data}).front();
  CHECK(found.state == state::unknown);
  CHECK(found.reason.find("does not know its guard's program") != std::string::npos);
}
