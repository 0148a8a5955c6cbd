// A component laid out on an edge node, with the cluster it runs on.
// SPDX-License-Identifier: Apache-2.0
#include "support/deployment.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "component/component_name.h"
#include "state/restore_choice.h"

namespace dm::test {

using component::record_kind;

deployment::deployment(const std::string& job_type) {
  name_node.files().make_directories("/pnda/flink", "hdfs", "1777");
  job_manager.change([](fake::flink_job& job) {
    // Long ago, so that nothing looks as if it had just restarted.
    job.modified_ms = job.started_ms + 1000;
  });
  session_ = std::make_unique<context::session>(settings());
  data = create("stream", job_type);
}

input::settings deployment::settings() const {
  auto read = input::read_settings(edge.document(), "");
  if (!read) FAIL(read.error().text());
  read->resource_managers = {resource_manager.address()};
  read->name_nodes = {name_node.address()};
  return *read;
}

std::unique_ptr<context::session> deployment::session_on(const std::string& node) const {
  input::settings other = settings();
  other.node = node;
  return std::make_unique<context::session>(std::move(other));
}

input::component_data deployment::create(const std::string& component,
                                         const std::string& job_type) {
  const auto properties =
      json("{'component_main_jar':'app.jar','component_flink_job_type':'" + job_type + "'}");
  lifecycle::create_request request;
  request.name = {"prod", "app", component};
  request.user = edge.user();
  request.package = "package-1.0.0";
  request.staged_path = edge.stage("staged-" + component);
  request.properties = package::read_properties(properties);
  const auto made =
      lifecycle::create(*session_, io::operation::within(std::chrono::seconds(30)), request);
  if (made.failure) FAIL(made.failure->text());
  REQUIRE(made.data);
  return *made.data;
}

component::log_snapshot deployment::log() {
  cluster::hdfs hdfs = session_->hdfs_for(data.user);
  auto seen = component::component_log(hdfs, component::hdfs_directory(data.state_root, data.name))
                  .read({});
  if (!seen) FAIL(seen.error().text());
  return *seen;
}

std::uint64_t deployment::append(record_kind kind) {
  cluster::hdfs hdfs = session_->hdfs_for(data.user);
  component::component_log log(hdfs, component::hdfs_directory(data.state_root, data.name));
  REQUIRE(log.prepare({}, data.state_root));
  component::log_record record;
  record.kind = kind;
  record.node = data.node;
  const auto number = log.claim({}, record, log.read({})->newest_number());
  REQUIRE(number);
  REQUIRE(number->has_value());
  return **number;
}

void deployment::put_end(std::uint64_t epoch, component::outcome outcome,
                         component::decision decision, const std::string& cause) {
  cluster::hdfs hdfs = session_->hdfs_for(data.user);
  component::component_log log(hdfs, component::hdfs_directory(data.state_root, data.name));
  component::end_fact end;
  end.epoch = epoch;
  end.outcome = outcome;
  end.decision = decision;
  end.cause = cause;
  end.ended_at = io::now();
  end.restart_at = end.ended_at + std::chrono::seconds(60);
  REQUIRE(log.write_end({}, end));
}

std::string deployment::put_live(std::uint64_t epoch, const std::string& state) {
  fake::yarn_application application;
  application.tags = {component::fleet_tag("prod"), component::component_tag(data.id),
                      component::epoch_tag(data.id, epoch)};
  application.state = state;
  application.user = data.user;
  if (state == "RUNNING") application.am_rpc_address = job_manager.rpc_address();
  return resource_manager.cluster().submit(application);
}

std::uint64_t deployment::play_stopped_run() {
  append(record_kind::run);
  finish(play_guard(), "SUCCEEDED");
  const std::uint64_t epoch = log().newest_incarnation()->number;
  append(record_kind::stop);
  put_end(epoch, component::outcome::stopped, component::decision::none);
  return epoch;
}

std::string deployment::state_directory() const {
  return component::hdfs_directory(data.state_root, data.name);
}

std::string deployment::metadata(std::int64_t checkpoint_id) {
  std::string bytes = fake::metadata_bytes().substr(0, 8);
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>((static_cast<std::uint64_t>(checkpoint_id) >> shift) & 0xFF);
  return bytes + std::string(64, '\0');
}

std::string deployment::put_savepoint(const std::string& id, std::uint64_t epoch,
                                      std::int64_t checkpoint_id) {
  cluster::hdfs hdfs = session_->hdfs_for(data.user);
  state::savepoint_ledger ledger(hdfs, state_directory());
  const std::string path = ledger.operation_directory(id) + "/savepoint-79027c-0123456789ab";
  name_node.files().put(path + "/_metadata", metadata(checkpoint_id));
  name_node.files().put(path + "/state-1", "state of " + id);
  state::requested_record requested;
  requested.operation = id;
  requested.epoch = epoch;
  requested.job_id = job_manager.job().id;
  requested.directory = ledger.operation_directory(id);
  requested.requested_at = io::now();
  REQUIRE(ledger.write_requested({}, requested));
  state::result_record result;
  result.operation = id;
  result.completed = true;
  result.path = path;
  result.epoch = epoch;
  result.job_id = requested.job_id;
  result.flink_version = data.flink_version;
  result.requested_at = requested.requested_at;
  result.completed_at = io::now();
  REQUIRE(ledger.take_inventory({}, result));
  REQUIRE(ledger.write_result({}, result));
  return path;
}

std::string deployment::put_checkpoint(std::uint64_t epoch, std::int64_t number) {
  const std::string path = fmt::format("{}/checkpoints/{}/{}/chk-{}", state_directory(), epoch,
                                       job_manager.job().id, number);
  name_node.files().put(path + "/_metadata", metadata(number));
  return path;
}

std::string deployment::play_guard(const std::string& state) {
  cluster::hdfs hdfs = session_->hdfs_for(data.user);
  component::component_log log(hdfs, state_directory());
  state::savepoint_ledger ledger(hdfs, state_directory());
  component::log_snapshot seen = *log.read({});
  const std::uint64_t intent = seen.wanted() ? seen.newest_intent()->number : 0;
  if (const auto* before = seen.current_incarnation(); before != nullptr) {
    const auto end = seen.ends.find(before->number);
    if (end != seen.ends.end() && end->second.decision == component::decision::give_up) return {};
  }
  // Some tests play a guard without a run.
  if (intent == 0) seen.records[seen.newest_number() + 1] = {};
  const auto selected = state::select_restore_point({}, hdfs, ledger, seen, data.state);
  const auto* choice = selected ? std::get_if<state::choice>(&*selected) : nullptr;
  component::log_record incarnation;
  incarnation.kind = record_kind::incarnation;
  incarnation.node = data.node;
  incarnation.intent = intent;
  std::string restored;
  if (choice && choice->point) {
    incarnation.restore_id = choice->point->id;
    incarnation.restore_path = choice->point->path;
    incarnation.claim_mode = choice->claim_mode;
    incarnation.allow_non_restored_state = choice->allow_non_restored_state;
    restored = "hdfs://nn:8020" + choice->point->path;
  }
  REQUIRE(log.prepare({}, data.state_root));
  const auto claimed = log.claim({}, incarnation, log.read({})->newest_number());
  REQUIRE(claimed);
  REQUIRE(claimed->has_value());
  const std::uint64_t epoch = **claimed;
  if (!choice) {
    component::end_fact end;
    end.epoch = epoch;
    end.outcome = component::outcome::failed;
    end.decision = component::decision::give_up;
    end.cause =
        selected ? std::get<state::no_choice>(*selected).reason.message : selected.error().message;
    end.ended_at = io::now();
    end.counts = false;  // nothing was submitted
    REQUIRE(log.write_end({}, end));
    edge.supervisord().change(data.program, [](fake::supervised_process& process) {
      process.state = "EXITED";
      process.exit_status = component::guard_exit_failed;
    });
    return {};
  }
  job_manager.change([&](fake::flink_job& job) {
    job.restored_path = restored;
    if (job.state != "CANCELED" && job.state != "FINISHED") return;
    job.state = job.task_state = "RUNNING";  // another application's job
    job.ended_ms = -1;
  });
  const std::string id = put_live(epoch, state);
  component::application_fact fact;
  fact.epoch = epoch;
  fact.application_id = id;
  fact.seen_at = io::now();
  if (state == "RUNNING") {
    fact.job_manager = job_manager.address();
    fact.job_id = job_manager.job().id;
  }
  REQUIRE(log.write_application({}, fact));
  return id;
}

void deployment::play_everything() {
  edge.supervisord().on_start([this](const std::string& program) {
    if (program != data.program) return;
    if (!log().wanted()) {  // a guard that nobody wants ends by itself
      edge.supervisord().change(program, [](fake::supervised_process& process) {
        if (process.state == "RUNNING") process.state = "EXITED";
      });
    } else if (live_ids().empty()) {
      play_guard();
    }
  });
  job_manager.on_end([this](const std::string& state) {
    for (const std::string& id : live_ids())
      finish(id, state == "CANCELED" ? "KILLED" : "SUCCEEDED");
  });
}

std::string deployment::run() {
  play_everything();
  lifecycle::start_request request;
  request.data = data;
  const lifecycle::start_reply started =
      lifecycle::start(session(), io::operation::within(std::chrono::seconds(30)), request);
  require_good(started);
  return started.application_id;
}

void deployment::finish(const std::string& id, const std::string& final_status) {
  resource_manager.cluster().finish(id, final_status);
  resource_manager.cluster().change(id, [](fake::yarn_application& application) {
    application.finished_ms = io::now().time_since_epoch().count() + 1;
  });
}

std::vector<std::string> deployment::live_ids() {
  std::vector<std::string> ids;
  for (const auto& application :
       resource_manager.cluster().tagged({component::component_tag(data.id)})) {
    if (!application.terminal()) ids.push_back(application.id);
  }
  return ids;
}

bool deployment::autostart() const {
  const std::string text = read_text(data.program_file);
  const bool on = text.find("\nautostart=true\n") != std::string::npos;
  REQUIRE(on != (text.find("\nautostart=false\n") != std::string::npos));
  return on;
}

std::string deployment::program_state() {
  const auto process = edge.supervisord().process(data.program);
  return process ? process->state : "";
}

}  // namespace dm::test
