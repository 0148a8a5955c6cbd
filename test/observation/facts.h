// What the sources said about one component, put together by a test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_name.h"
#include "observation/evaluation.h"

namespace dm::test {

inline const io::wall_time noon = io::from_epoch_ms(1'795'439'455'951);
inline const std::string address = "http://rm:8088";

inline input::component_data component_record() {
  input::component_data data;
  data.name = {"prod", "app", "stream"};
  data.id = component::component_id(data.name);
  data.node = "edge1";
  data.job_name = "app-stream";
  data.directory = "/opt/prod/app/stream";
  data.program = "flink.prod.app.stream";
  return data;
}

// Facts, one source after the other; times are in seconds before noon.
class facts {
 public:
  facts() {
    f.now = noon;
    f.supervisor_source = "http://localhost:9001/RPC2";
    f.yarn_source = address;
    f.log_source = "hdfs /state";
    yarn_answers();
    guard("RUNNING");
    log();
  }
  facts& yarn_answers() {
    f.yarn_answered = true;
    f.absence_confirmed = true;
    f.yarn_error.clear();
    return *this;
  }
  facts& yarn_silent() {
    f.yarn_answered = false;
    f.absence_confirmed = false;
    f.applications.clear();
    f.yarn_error = "Connection refused";
    return *this;
  }
  facts& application(std::uint64_t epoch, const std::string& yarn_state,
                     const std::string& final_status = "UNDEFINED",
                     const std::string& diagnostics = {}) {
    cluster::yarn_application a;
    a.id = "application_1_000" + std::to_string(epoch);
    a.state = yarn_state;
    a.final_status = final_status;
    a.queue = "default";
    a.diagnostics = diagnostics;
    a.started_ms = (noon - std::chrono::minutes(30)).time_since_epoch().count();
    a.finished_ms = a.terminal() ? (noon - std::chrono::minutes(1)).time_since_epoch().count() : 0;
    a.elapsed_ms = std::chrono::milliseconds(std::chrono::minutes(30)).count();
    a.tracking_url = address + "/proxy/" + a.id + "/";
    f.applications[epoch].push_back(a);
    return *this;
  }
  facts& young() {  // the newest application was started a moment ago
    f.applications.rbegin()->second.back().started_ms =
        (noon - std::chrono::seconds(5)).time_since_epoch().count();
    f.applications.rbegin()->second.back().elapsed_ms = 5000;
    return *this;
  }
  facts& restricted() {  // an access list hides what the newest application's reader may not see
    cluster::yarn_application& a = f.applications.rbegin()->second.back();
    a.restricted_view = true;
    a.started_ms = 0;
    a.elapsed_ms = 0;
    a.finished_ms = 0;
    a.diagnostics.clear();
    return *this;
  }
  facts& foreign(const std::string& user, const std::string& yarn_state = "RUNNING") {
    cluster::yarn_application a;
    a.id = "application_9_0001";
    a.user = user;
    a.state = yarn_state;
    f.foreign_applications.push_back(a);
    return *this;
  }
  facts& job(const std::string& job_state, int running = 2, int total = 2) {
    flink::job_overview j;
    j.id = "79027c5e5ce9d22420e092835033910c";
    j.state = job_state;
    j.tasks_running = running;
    j.tasks_total = total;
    j.start_ms = (noon - std::chrono::minutes(30)).time_since_epoch().count();
    j.last_modified_ms = j.start_ms + 5000;
    j.now_ms = noon.time_since_epoch().count();
    f.job_manager = "http://node7:41233";
    f.job = j;
    return *this;
  }
  facts& ended_job(const std::string& job_state, std::chrono::seconds ago) {
    job(job_state, 0);
    f.job->end_ms = (noon - ago).time_since_epoch().count();
    return *this;
  }
  facts& no_job() {  // the JobManager answers, and has none
    f.job_manager = "http://node7:41233";
    return *this;
  }
  facts& job_manager_silent() {
    f.job_manager = "http://node7:41233";
    f.job_manager_error = "timed out";
    return *this;
  }
  facts& restarted(std::int64_t count, std::chrono::seconds ago,
                   const std::string& exception = "java.lang.Exception: boo") {
    f.restarts = count;
    flink::job_exceptions e;
    e.root_exception = exception + "\n";
    e.timestamp_ms = (noon - ago).time_since_epoch().count();
    f.exceptions = e;
    return *this;
  }
  facts& exceptions_silent() {
    f.exceptions_error = "HTTP 503";
    return *this;
  }
  // The session saw it a while ago, with the newest incarnation's application.
  facts& remembered(component::component_state state) {
    f.remembered = {state, "application_1_000" + std::to_string(f.log->newest_number()),
                    "79027c5e5ce9d22420e092835033910c", noon - std::chrono::minutes(2)};
    return *this;
  }
  facts& guard(const std::string& process_state, int exit_status = 0) {
    f.supervisor_answered = true;
    f.supervisor_error.clear();
    supervisor::process_information p;
    p.name = "flink.prod.app.stream";
    p.state = process_state;
    p.exit_status = exit_status;
    f.process = p;
    return *this;
  }
  facts& guard_ended(std::chrono::seconds ago) {
    f.process->stopped_s = (noon - ago).time_since_epoch().count() / 1000;
    return *this;
  }
  facts& no_program() {
    f.process.reset();
    return *this;
  }
  facts& supervisor_silent() {
    f.supervisor_answered = false;
    f.process.reset();
    f.supervisor_error = "no such socket";
    return *this;
  }
  facts& other_node() {
    f.supervisor_answered = false;
    f.supervisor_source.clear();
    f.process.reset();
    return *this;
  }
  facts& damaged(const std::string& text = "/opt/prod/app/stream/logs is missing") {
    f.damage = text;
    return *this;
  }
  // The log, record by record; each a minute later, the last one a minute ago.
  facts& log() {
    f.log = component::log_snapshot();
    return *this;
  }
  facts& no_log(const std::string& problem = "safe mode") {
    f.log.reset();
    f.log_error = problem;
    return *this;
  }
  facts& record(component::record_kind kind, const std::string& cause = {}) {
    component::log_record r;
    r.number = f.log->newest_number() + 1;
    r.kind = kind;
    r.stop_cause = cause;
    r.written_at = noon - std::chrono::minutes(20) + std::chrono::minutes(r.number);
    f.log->records[r.number] = r;
    return *this;
  }
  facts& just_now() {  // the newest record was written a moment ago
    f.log->records.rbegin()->second.written_at = noon - std::chrono::seconds(2);
    return *this;
  }
  facts& run() { return record(component::record_kind::run); }
  facts& stop(const std::string& cause = "stop") {
    return record(component::record_kind::stop, cause);
  }
  facts& incarnation() { return record(component::record_kind::incarnation); }
  facts& known() {  // the newest incarnation's application, as its guard saw it
    component::application_fact a;
    a.epoch = f.log->newest_number();
    a.application_id = "application_1_000" + std::to_string(a.epoch);
    a.job_id = "79027c5e5ce9d22420e092835033910c";
    a.job_manager = "http://node7:41233";
    f.log->applications[a.epoch] = a;
    return *this;
  }
  facts& known_as(const std::string& job_id) {
    known();
    f.log->applications.rbegin()->second.job_id = job_id;
    return *this;
  }
  facts& end(component::outcome value, component::decision judged, const std::string& cause = {}) {
    component::end_fact e;
    e.epoch = f.log->newest_number();
    e.outcome = value;
    e.decision = judged;
    e.cause = cause;
    e.job_id = "79027c5e5ce9d22420e092835033910c";
    e.application_id = "application_1_000" + std::to_string(e.epoch);
    e.ended_at = f.log->records.rbegin()->second.written_at + std::chrono::seconds(10);
    e.restart_at = noon + std::chrono::seconds(30);
    f.log->ends[e.epoch] = e;
    return *this;
  }
  observation::component_status evaluated(bool detail = false) const {
    input::component_data data = component_record();
    if (scheduled_) data.schedule.emplace().minutes = 60;
    if (attached_) data.submission = flink::submission_mode::attached;
    return observation::evaluate(data, f, detail);
  }
  facts& unwritten(std::uint64_t number) {  // what its guard has left on the node
    f.unwritten = {number, "the quota of /pnda is exceeded", noon};
    return *this;
  }
  facts& attached() {
    attached_ = true;
    return *this;
  }

  // Oozie begins its runs, and has no coordinator of it.
  facts& scheduled() {
    scheduled_ = true;
    f.oozie_asked = true;
    f.oozie_source = "Oozie http://oozie:11000/oozie";
    return *this;
  }
  facts& coordinator(const std::string& status) {
    scheduled();
    f.coordinator.emplace();
    f.coordinator->id = "0000004-261127173400269-oozie-flin-C";
    f.coordinator->status = status;
    f.coordinator->next_materialized_at = noon + std::chrono::hours(2);
    return *this;
  }
  // Of that coordinator, newer than those before.
  facts& action(const std::string& status, std::chrono::minutes after_noon,
                const std::string& workflow = {}, const std::string& error = {}) {
    oozie::coordinator_action one;
    one.number = static_cast<std::int64_t>(f.coordinator->actions.size()) + 1;
    one.status = status;
    one.nominal_at = noon + after_noon;
    one.workflow_id = workflow;
    one.error_message = error;
    f.coordinator->actions.insert(f.coordinator->actions.begin(), one);
    return *this;
  }
  facts& oozie_silent() {
    scheduled();
    f.oozie_error = "Connection refused";
    return *this;
  }
  // The newest incarnation is one of that workflow's.
  facts& of_run(const std::string& run_name) {
    f.log->records.rbegin()->second.run_name = run_name;
    return *this;
  }

  observation::observed_facts f;

 private:
  bool attached_ = false;
  bool scheduled_ = false;
};

inline bool proves(const observation::component_status& status, const std::string& source,
                   const std::string& message) {
  for (const observation::evidence& proof : status.proof) {
    if (proof.source.find(source) != std::string::npos &&
        proof.message.find(message) != std::string::npos)
      return true;
  }
  return false;
}

}  // namespace dm::test
