// What a guard finds around it.
// SPDX-License-Identifier: Apache-2.0
#include "surroundings.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "component/component_name.h"

namespace dm::test {

namespace fs = std::filesystem;
using component::record_kind;

namespace {
const std::string component_directory = "/state/prod/app/job";
const std::string log_directory = component_directory + "/log";
}  // namespace

std::string file_content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool alive(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return false;
  const auto at = text.rfind(") ");
  return at != std::string::npos && text[at + 2] != 'Z' && text[at + 2] != 'X';
}

surroundings::surroundings() {
  clients_ = std::make_unique<fake::http_server>(
      [this](const fake::request& asked) { return client_answer(asked); });
  name_node.files().make_directories("/state", "hdfs", "1777");
  name_node.files().make_directories(log_directory, "pnda", "750");
  for (const char* name : {"work", "logs", "slots"}) fs::create_directory(directory / name);
  for (const char* name : {"slots/submission-0", "slots/submission-1"})
    std::ofstream(directory / name) << "";
  spec.name = {"prod", "app", "job"};
  spec.node = "edge1";
  spec.user = "pnda";
  spec.digest = "0123";
  spec.resource_managers = {resource_manager.address()};
  spec.name_nodes = {name_node.address()};
  spec.state_root = "/state";
  spec.archive_directory = "/archive";
  spec.work_directory = directory / "work";
  spec.log_directory = directory / "logs";
  spec.slots_directory = directory / "slots";
  spec.submission_slots = 2;
  spec.flink_version = "1.20.5";
  spec.respawn = component::respawn::on_failure;
  spec.respawn_delay_ms = 10;
  spec.restart_attempts = 2;
  spec.follow_interval_ms = 100;
  spec.job_name = "app-job";
  spec.environment = {{"DM_TEST_CLIENT_URL", clients_->address() + "/submit"},
                      {"PATH", "/usr/bin:/bin"}};
  command = {DM_FAKE_CLIENT, "run", "-m", "yarn-cluster", "-d", "@incarnation@", "/opt/app.jar"};
  pace.first_poll = io::milliseconds(20);
  pace.longest_retry = io::milliseconds(100);
  pace.accepted_limit = io::milliseconds(300);
  pace.denial_limit = io::milliseconds(1200);
  pace.leaving_limit = io::milliseconds(1000);
  pace.log_look = io::milliseconds(50);
  pace.job_look = io::milliseconds(50);
  pace.keeping_limit = io::milliseconds(10'000);  // a busy machine's
  id = component::component_id(spec.name);
}

surroundings::~surroundings() {
  if (!thread_.joinable()) return;
  cancel_->cancel();
  thread_.join();
}

std::vector<std::string> surroundings::live_ids() {
  std::vector<std::string> ids;
  for (const fake::yarn_application& application : yarn().tagged({component::component_tag(id)})) {
    if (!application.terminal()) ids.push_back(application.id);
  }
  return ids;
}

std::string surroundings::last_argument(const std::string& containing) const {
  const std::lock_guard lock(mutex_);
  for (const std::string& argument : last_argv_) {
    if (argument.find(containing) != std::string::npos) return argument;
  }
  return {};
}

void surroundings::on_submit(std::function<client_end(const std::vector<std::string>&)> behave) {
  const std::lock_guard lock(mutex_);
  behave_ = std::move(behave);
}

std::vector<std::string> surroundings::tags_of(const std::vector<std::string>& argv) {
  std::vector<std::string> tags;
  for (const std::string& argument : argv) {
    const std::string key = "yarn.tags=";
    const auto at = argument.find(key);
    if (at == std::string::npos) continue;
    std::istringstream list(argument.substr(at + key.size()));
    for (std::string tag; std::getline(list, tag, ',');) tags.push_back(tag);
  }
  return tags;
}

client_end surroundings::submit(const std::vector<std::string>& argv, const std::string& state) {
  fake::yarn_application application;
  application.tags = tags_of(argv);
  application.state = state;
  application.user = spec.user;
  application.started_ms = io::now().time_since_epoch().count();
  if (state == "RUNNING") application.am_rpc_address = job_manager.rpc_address();
  const std::string application_id = yarn().submit(application);
  return {
      0, "INFO  org.apache.hadoop.yarn.client.api.impl.YarnClientImpl [] - Submitted application " +
             application_id + "\nJob has been submitted with JobID " + job_manager.job().id + "\n"};
}

fake::response surroundings::client_answer(const fake::request& asked) {
  std::vector<std::string> argv;
  std::istringstream lines(asked.body);
  for (std::string line; std::getline(lines, line);) argv.push_back(line);
  std::function<client_end(const std::vector<std::string>&)> behave;
  {
    const std::lock_guard lock(mutex_);
    last_argv_ = argv;
    behave = behave_;
  }
  ++submissions_;
  const client_end end = behave ? behave(argv) : submit(argv);
  return fake::text(200, std::to_string(end.code) + "\n" + end.output);
}

std::uint64_t surroundings::append(record_kind kind, const std::string& node) {
  const component::log_snapshot seen = log();
  component::log_record record;
  record.kind = kind;
  record.node = node;
  record.nonce = "00112233445566778899aabbccddeeff";
  record.written_at = io::now();
  if (seen.newest_intent() != nullptr) record.intent = seen.newest_intent()->number;
  const std::uint64_t number = seen.newest_number() + 1;
  name_node.files().put(log_directory + "/" + std::to_string(number) + ".json", to_json(record));
  return number;
}

std::uint64_t surroundings::want(const std::string& node) { return append(record_kind::run, node); }
std::uint64_t surroundings::unwant() { return append(record_kind::stop, "edge1"); }
std::uint64_t surroundings::claim() { return append(record_kind::incarnation, "edge1"); }

void surroundings::put_end(component::end_fact end) {
  name_node.files().put(log_directory + "/" + std::to_string(end.epoch) + "-end.json",
                        to_json(end));
}

void surroundings::put_application(std::uint64_t epoch, const std::string& application_id,
                                   const std::string& job_id) {
  component::application_fact fact;
  fact.epoch = epoch;
  fact.application_id = application_id;
  fact.job_id = job_id;
  fact.job_manager = job_manager.address();
  fact.seen_at = io::now();
  name_node.files().put(log_directory + "/" + std::to_string(epoch) + "-app.json", to_json(fact));
}

bool surroundings::noted(const std::string& application_id) {
  const auto seen = log();
  return std::any_of(seen.applications.begin(), seen.applications.end(), [&](const auto& fact) {
    return fact.second.application_id == application_id && !fact.second.job_id.empty();
  });
}

component::log_snapshot surroundings::log() {
  io::http_client http;
  cluster::hdfs hdfs(http, {name_node.address()}, "pnda");
  auto seen = component::component_log(hdfs, "/state/prod/app/job").read({});
  if (!seen) FAIL(seen.error().text());
  return *seen;
}

std::optional<component::end_fact> surroundings::end_of(std::uint64_t epoch) {
  const component::log_snapshot seen = log();
  const auto found = seen.ends.find(epoch);
  return found == seen.ends.end() ? std::nullopt : std::optional(found->second);
}

std::vector<component::listed_incident> surroundings::incidents() {
  io::http_client http;
  cluster::hdfs hdfs(http, {name_node.address()}, "pnda");
  auto listed = component::incident_store(hdfs, component_directory).list({});
  if (!listed) FAIL(listed.error().text());
  return *listed;
}

component::whole_incident surroundings::incident(const std::string& incident_id) {
  io::http_client http;
  cluster::hdfs hdfs(http, {name_node.address()}, "pnda");
  auto whole = component::incident_store(hdfs, component_directory).read({}, incident_id);
  if (!whole) FAIL(whole.error().text());
  return *whole;
}

void surroundings::amend(const std::function<void(component::log_record&)>& how) {
  component::log_record record = log().records.rbegin()->second;
  how(record);
  name_node.files().put(log_directory + "/" + std::to_string(record.number) + ".json",
                        to_json(record));
}

std::string surroundings::put_checkpoint(std::uint64_t epoch, std::int64_t checkpoint_id) {
  const std::string path = component_directory + "/checkpoints/" + std::to_string(epoch) + "/" +
                           job_manager.job().id + "/chk-" + std::to_string(checkpoint_id);
  name_node.files().put(path + "/_metadata", fake::metadata_bytes(checkpoint_id));
  return path;
}

std::string surroundings::put_savepoint(const std::string& operation, std::uint64_t epoch,
                                        std::int64_t checkpoint_id, state::operation_kind kind) {
  put_requested(operation, epoch, kind);
  state::result_record record;
  record.completed = true;
  record.path = component_directory + "/savepoints/" + operation + "/savepoint-79027c-0123456789ab";
  record.kind = kind;
  record.epoch = epoch;
  record.job_id = job_manager.job().id;
  record.flink_version = spec.flink_version;
  record.metadata_version = 4;
  record.checkpoint_id = checkpoint_id;
  const std::string content = fake::metadata_bytes(checkpoint_id);
  record.size_bytes = static_cast<std::int64_t>(content.size());
  record.file_count = 1;
  record.manifest = {{"_metadata", record.size_bytes}};
  record.requested_at = io::now();
  record.completed_at = record.requested_at;
  name_node.files().put(record.path + "/_metadata", content);
  name_node.files().put(component_directory + "/savepoints/" + operation + ".result.json",
                        to_json(record));
  return record.path;
}

void surroundings::put_requested(const std::string& operation, std::uint64_t epoch,
                                 state::operation_kind kind) {
  state::requested_record record;
  record.kind = kind;
  record.epoch = epoch;
  record.job_id = job_manager.job().id;
  record.directory = component_directory + "/savepoints/" + operation;
  record.requested_at = io::now();
  name_node.files().put(component_directory + "/savepoints/" + operation + ".requested.json",
                        to_json(record));
}

void surroundings::put_failed(const std::string& operation, std::uint64_t epoch,
                              state::operation_kind kind) {
  put_requested(operation, epoch, kind);
  state::result_record record;
  record.failure = "Not all required tasks are currently running.";
  record.kind = kind;
  record.epoch = epoch;
  record.completed_at = io::now();
  name_node.files().put(component_directory + "/savepoints/" + operation + ".result.json",
                        to_json(record));
}

void surroundings::finish(const std::string& application_id, const std::string& final_status,
                          const std::string& diagnostics) {
  yarn().finish(application_id, final_status, diagnostics);
  // A millisecond later than whatever was written just before.
  yarn().change(application_id, [](fake::yarn_application& application) {
    application.finished_ms = io::now().time_since_epoch().count() + 1;
  });
}

std::string surroundings::put_live(std::uint64_t epoch, const std::string& state) {
  fake::yarn_application application;
  application.tags = {component::fleet_tag("prod"), component::component_tag(id),
                      component::epoch_tag(id, epoch)};
  application.state = state;
  application.user = spec.user;
  application.started_ms = io::now().time_since_epoch().count();
  if (state == "RUNNING") application.am_rpc_address = job_manager.rpc_address();
  return yarn().submit(application);
}

void surroundings::put_archive(const std::string& job_id, const std::string& state,
                               const std::string& exception, const std::string& container) {
  const std::string overview =
      R"({"jobs":[{"jid":")" + job_id + R"(","name":"j","start-time":1795439455951,)" +
      R"("end-time":1795439460000,"duration":1,"state":")" + state +
      R"(","last-modification":1795439460000,"tasks":{"total":1,"running":0}}]})";
  std::string archive =
      R"({"archive":[{"path":"/jobs/overview","json":)" + fake::json_quoted(overview) + "}";
  std::string history;
  if (!container.empty()) {
    history = R"(,"exceptionHistory":{"entries":[{"exceptionName":"x","stacktrace":)" +
              fake::json_quoted(exception) +
              R"(,"timestamp":1795439459000,"taskName":"t","location":"127.0.0.1:34415",)" +
              R"("taskManagerId":")" + container + R"("}],"truncated":false})";
  }
  if (!exception.empty()) {
    archive +=
        R"(,{"path":"/jobs/)" + job_id + R"(/exceptions","json":)" +
        fake::json_quoted(R"({"root-exception":)" + fake::json_quoted(exception) +
                          R"(,"timestamp":1795439459000,"all-exceptions":[])" + history + "}") +
        "}";
  }
  name_node.files().put("/archive/" + job_id, archive + "]}");
}

int surroundings::run() {
  start();
  return join();
}

void surroundings::start() {
  if (thread_.joinable()) thread_.join();
  ended_ = false;
  cancel_ = std::make_unique<io::cancellation>();
  thread_ = std::thread([this] {
    const io::operation op(io::steady_time::max(), cancel_.get());
    guard::guard_log log(spec.log_directory);
    auto slots = guard::submission_slots::open(spec.slots_directory, spec.submission_slots);
    if (!slots) slots = guard::submission_slots();
    if (log.open()) {
      guard::guard one(spec, command, op, log, std::move(*slots), pace);
      exit_code_ = run_name ? one.run_once(*run_name, report) : one.run();
    }
    ended_ = true;
  });
}

void surroundings::terminate() { cancel_->cancel(); }

int surroundings::join() {
  const bool in_time = eventually([this] { return ended_.load(); });
  if (!in_time) cancel_->cancel();
  thread_.join();
  INFO(guard_log());
  REQUIRE(in_time);
  return exit_code_;
}

std::optional<guard::submission_slot> surroundings::take_slot() {
  auto slots = guard::submission_slots::open(spec.slots_directory, spec.submission_slots);
  REQUIRE(slots);
  others_.push_back(std::make_unique<guard::submission_slots>(std::move(*slots)));
  return others_.back()->try_take();
}

std::string surroundings::guard_log() const {
  return file_content(spec.log_directory + "/guard.log");
}

}  // namespace dm::test
