// A scheduled component that create has laid out, and the Oozie that begins its runs; the test
// plays its guard and what Oozie does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "fake/oozie.h"
#include "support/deployment.h"

namespace dm::test {

inline constexpr const char* hourly_schedule = "{'frequency':60}";

struct scheduled_deployment : deployment {
  // A JSON object, in single quotes; more: further properties.
  explicit scheduled_deployment(const std::string& schedule = hourly_schedule,
                                const std::string& more = {})
      : own(with_oozie(settings())) {
    const auto made = try_create(schedule, more);
    if (made.failure) FAIL(made.failure->text());
    REQUIRE(made.data);
    data = *made.data;
    there.name_by("dm-" + data.id + "-");
    job_manager.on_end([this](const std::string& state) {
      for (const std::string& id : live_ids())
        finish(id, state == "CANCELED" ? "KILLED" : "SUCCEEDED");
    });
  }

  input::settings with_oozie(input::settings known) const {
    known.oozie.url = there.url();
    return known;
  }
  lifecycle::create_reply try_create(const std::string& schedule, const std::string& more = {}) {
    const auto properties = json(
        "{'component_main_jar':'app.jar','component_flink_job_type':'batch',"
        "'component_flink_schedule':" +
        schedule + more + "}");
    lifecycle::create_request request;
    request.name = {"prod", "app", "report"};
    request.user = edge.user();
    request.package = "package-1.0.0";
    request.staged_path = edge.stage("staged-report");
    request.properties = package::read_properties(properties);
    return lifecycle::create(own, io::operation::within(std::chrono::seconds(30)), request);
  }

  lifecycle::start_reply start_it(std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    lifecycle::start_request request;
    request.data = data;
    request.user = "alice";
    return lifecycle::start(own, io::operation::within(limit), request);
  }
  lifecycle::stop_reply stop_it(std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    lifecycle::stop_request request;
    request.data = data;
    request.user = "alice";
    return lifecycle::stop(own, io::operation::within(limit), request);
  }
  observation::component_status status_of(bool detail = false) {
    return observation::status(own, io::operation::within(std::chrono::seconds(30)),
                               {{data}, detail})
        .front();
  }
  // Of the component's newest start.
  std::string coordinator_name() {
    return "dm-" + data.id + "-" + std::to_string(log().newest_intent()->number);
  }
  // Those that live, of any start.
  std::vector<std::string> living() {
    std::vector<std::string> ids;
    for (const fake::oozie_job& one : there.coordinators()) {
      if (one.status != "KILLED" && one.status != "SUCCEEDED") ids.push_back(one.id);
    }
    return ids;
  }
  // An incarnation of that workflow's run, as its guard claims it; its epoch.
  std::uint64_t play_run(const std::string& workflow, int rerun = 0) {
    cluster::hdfs hdfs = session().hdfs_for(data.user);
    component::component_log records(hdfs, state_directory());
    component::log_record record;
    record.kind = component::record_kind::incarnation;
    record.node = data.node;
    record.user = data.user;
    record.run_name = workflow + "." + std::to_string(rerun);
    record.intent = log().newest_intent()->number;
    const auto number = records.claim({}, record, log().newest_number());
    REQUIRE(number);
    REQUIRE(number->has_value());
    return **number;
  }
  std::string on_hdfs(const std::string& name) {
    const auto text =
        session().hdfs_for(data.user).read({}, state_directory() + "/oozie/" + name, 1 << 20);
    return text ? *text : std::string();
  }

  fake::oozie there;
  context::session own;  // that knows Oozie
};

}  // namespace dm::test
