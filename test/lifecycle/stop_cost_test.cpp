// What a stop costs, by how often its component has run before.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "lifecycle/stop.h"
#include "support/deployment.h"

using namespace dm::lifecycle;
using dm::component::application_fact;
using dm::component::component_log;
using dm::component::decision;
using dm::component::log_record;
using dm::component::outcome;
using dm::component::record_kind;
using dm::test::deployment;
using dm::test::require_good;
namespace io = dm::io;

namespace {

// Requests to the NameNode for the stop of a job that has been started that many times, and stopped
// each time but the last, when nobody has pruned the log.
std::size_t requests_of_stop(int starts, bool savepoint) {
  deployment d;
  d.play_everything();
  auto hdfs = d.session().hdfs_for(d.data.user);
  component_log log(hdfs, d.state_directory());
  REQUIRE(log.prepare({}, d.data.state_root));
  std::uint64_t number = 0;
  const auto claim = [&](record_kind kind) {
    log_record record;
    record.kind = kind;
    record.node = d.data.node;
    if (kind == record_kind::incarnation) record.intent = number;
    const auto claimed = log.claim({}, record, number);
    REQUIRE(claimed);
    REQUIRE(claimed->has_value());
    return ++number;
  };
  for (int i = 1; i <= starts; ++i) {
    claim(record_kind::run);
    application_fact seen;
    seen.epoch = claim(record_kind::incarnation);
    seen.application_id =
        i == starts ? d.put_live(seen.epoch) : fmt::format("application_1_{:04}", i);
    seen.job_manager = d.job_manager.address();
    seen.job_id = d.job_manager.job().id;
    REQUIRE(log.write_application({}, seen));
    if (i == starts) break;
    d.put_end(seen.epoch, outcome::stopped, decision::none);
    claim(record_kind::stop);
  }
  d.name_node.server().forget_requests();
  stop_request request;
  request.data = d.data;
  request.savepoint = savepoint;
  const stop_reply reply =
      stop(d.session(), io::operation::within(std::chrono::seconds(60)), request);
  require_good(reply);
  CHECK(reply.state == "STOPPED");
  CHECK(reply.savepoint.has_value() == savepoint);
  const std::size_t asked = d.name_node.server().request_count();
  CHECK(d.log().ends.at(number).outcome == outcome::stopped);
  return asked;
}

}  // namespace

TEST_CASE("a stop costs the same however often the component has run (INV-12)") {
  const bool savepoint = GENERATE(false, true);
  CAPTURE(savepoint);
  // How often YARN is looked at until the job has left is not the same each time.
  constexpr std::size_t tolerance = 10;
  CHECK(requests_of_stop(60, savepoint) <= requests_of_stop(3, savepoint) + tolerance);
}
