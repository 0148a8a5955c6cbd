// A JobManager's REST API with one job, for tests.
// SPDX-License-Identifier: Apache-2.0
#include "fake/job_manager.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <utility>

#include "io/json.h"
#include "io/time.h"

namespace dm::fake {

namespace {

// Not libcrypto's: what that keeps for each thread of a server looks like a leak when the test ends
// before the thread.
std::string fresh_hex(std::size_t digits) {
  std::random_device random;
  std::string text;
  while (text.size() < digits) text += fmt::format("{:08x}", random());
  return text.substr(0, digits);
}

response flink_json(int status, std::string body) {
  response r = json(status, std::move(body));
  r.content_type = "application/json; charset=UTF-8";
  return r;
}

response refusal(int status, const std::string& message) {
  return flink_json(
      status,
      "{\"errors\":[" +
          json_quoted(message + "\n\tat org.apache.flink.runtime.rest.handler.AbstractRestHandler"
                                ".respondToRequest(AbstractRestHandler.java:83)") +
          "]}");
}

const std::array<const char*, 10> task_states = {
    "SCHEDULED", "RUNNING",  "RECONCILING",  "CANCELED", "DEPLOYING",
    "CANCELING", "FINISHED", "INITIALIZING", "FAILED",   "CREATED"};

std::string task_counts(const flink_job& job, int tasks, bool upper_case) {
  std::string text;
  for (const char* state : task_states) {
    std::string name = state;
    const int count = job.task_state == name ? tasks : 0;
    if (!upper_case) {
      for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
    }
    text += (text.empty() ? "" : ",") + fmt::format("\"{}\":{}", name, count);
  }
  return text;
}

std::int64_t now_ms() { return io::now().time_since_epoch().count(); }

std::string overview(const flink_job& job) {
  return fmt::format(
      R"({{"jid":"{}","name":{},"start-time":{},"end-time":{},"duration":{},"state":"{}","last-modification":{},"tasks":{{"total":{},{}}}}})",
      job.id, json_quoted(job.name), job.started_ms, job.ended_ms,
      (job.ended_ms > 0 ? job.ended_ms : now_ms()) - job.started_ms, job.state, job.modified_ms,
      job.tasks, task_counts(job, job.tasks, false));
}

constexpr const char* source_id = "cbc357ccb763df2852fee8c4fc7d55f2";
constexpr const char* sink_id = "3ba8ae2c3cbb6cbd0c8f0ff4c3ba1f35";
constexpr const char* lag_name = "Source__numbers.pendingRecords";

// As /jobs/:id has it when the tasks count something: two vertices, and the plan that joins them.
std::string counting_detail(const flink_job& job) {
  const auto vertex = [&](const char* id, const char* name, std::int64_t read,
                          std::int64_t written) {
    return fmt::format(
        R"({{"id":"{}","slotSharingGroupId":"a1aac7a2f4ec3ad5b0a7a3b03b0f9a6b","name":"{}","maxParallelism":128,"parallelism":{},)"
        R"("status":"{}","start-time":{},"end-time":-1,"duration":60000,"tasks":{{{}}},"metrics":{{"read-bytes":0,"read-bytes-complete":true,)"
        R"("write-bytes":4711,"write-bytes-complete":true,"read-records":{},"read-records-complete":true,"write-records":{},)"
        R"("write-records-complete":true,"accumulated-backpressured-time":0,"accumulated-idle-time":57320,"accumulated-busy-time":812.0}}}})",
        id, name, job.tasks, job.task_state, job.started_ms, task_counts(job, job.tasks, true),
        read, written);
  };
  return fmt::format(
      R"({{"jid":"{}","name":{},"isStoppable":false,"state":"{}","job-type":"STREAMING","start-time":{},"end-time":{},"duration":6774,)"
      R"("maxParallelism":-1,"now":{},"timestamps":{{"INITIALIZING":{},"RUNNING":{},"RESTARTING":{},"FAILED":0}},"vertices":[{},{}],)"
      R"("status-counts":{{}},"plan":{{"jid":"{}","name":{},"type":"STREAMING","nodes":[)"
      R"({{"id":"{}","parallelism":{},"operator":"","operator_strategy":"","description":"count","inputs":[{{"num":0,"id":"{}","ship_strategy":"HASH","exchange":"pipelined_bounded"}}],"optimizer_properties":{{}}}},)"
      R"({{"id":"{}","parallelism":1,"operator":"","operator_strategy":"","description":"Source: numbers -&gt; throttle","optimizer_properties":{{}}}}]}}}})",
      job.id, json_quoted(job.name), job.state, job.started_ms, job.ended_ms, now_ms(),
      job.started_ms, job.started_ms, job.restarting_ms,
      vertex(source_id, "Source: numbers -> throttle", 0, job.records),
      vertex(sink_id, "count", job.records, 0), job.id, json_quoted(job.name), sink_id, job.tasks,
      source_id, source_id);
}

// /jobs/:id/vertices/:vertex/subtasks/metrics, as it was recorded: names, or sums and largest
// values of those that are asked for and there.
std::string vertex_metrics(const flink_job& job, const std::string& vertex,
                           const std::string& wanted, const std::string& how) {
  const bool source = vertex == source_id;
  std::string list;
  const auto add = [&](const std::string& id, double sum, double most) {
    if (!wanted.empty() && wanted.find(id) == std::string::npos) return;
    list += (list.empty() ? "" : ",") +
            (wanted.empty() ? fmt::format(R"({{"id":"{}"}})", id)
             : how.find("max") == std::string::npos
                 ? fmt::format(R"({{"id":"{}","sum":{:.1f}}})", id, sum)
                 : fmt::format(R"({{"id":"{}","max":{:.1f},"sum":{:.1f}}})", id, most, sum));
  };
  add("numRecordsInPerSecond", source ? 0 : 10, source ? 0 : 5);
  add("numRecordsOutPerSecond", source ? 10 : 0, source ? 10 : 0);
  if (job.busy_ms >= 0) {
    add("busyTimeMsPerSecond", job.busy_ms * 2, source ? job.busy_ms / 2 : job.busy_ms);
    add("backPressuredTimeMsPerSecond", 7, source ? 7 : 0);
  }
  if (source && job.lag >= 0) add(lag_name, job.lag, job.lag);
  return "[" + list + "]";
}

std::string detail(const flink_job& job) {
  if (job.records >= 0) return counting_detail(job);
  return fmt::format(
      R"({{"jid":"{}","name":{},"isStoppable":false,"state":"{}","start-time":{},"end-time":{},"duration":6774,)"
      R"("maxParallelism":-1,"now":{},"timestamps":{{"INITIALIZING":{},"RUNNING":{},"RESTARTING":{},"FAILED":0}},)"
      R"("vertices":[{{"id":"ca88eee0095684d687a1b6495617f957","name":"Source: numbers -> throttle","maxParallelism":128,)"
      R"("parallelism":{},"status":"{}","start-time":-1,"end-time":-1,"duration":-1,"tasks":{{{}}},"metrics":{{}}}}],)"
      R"("status-counts":{{}},"plan":{{}}}})",
      job.id, json_quoted(job.name), job.state, job.started_ms, job.ended_ms, now_ms(),
      job.started_ms, job.started_ms, job.restarting_ms, job.tasks, job.task_state,
      task_counts(job, job.tasks, true));
}

std::string exceptions(const flink_job& job) {
  if (job.root_exception.empty()) {
    return R"({"root-exception":null,"timestamp":null,"all-exceptions":[],"truncated":false,"exceptionHistory":{"entries":[],"truncated":false}})";
  }
  const std::string name = job.root_exception.substr(0, job.root_exception.find_first_of(":\n"));
  return fmt::format(
      R"({{"root-exception":{0},"timestamp":{1},"all-exceptions":[],"truncated":false,"exceptionHistory":{{"entries":[)"
      R"-({{"exceptionName":{2},"stacktrace":{0},"timestamp":{1},"taskName":"count (1/1)","location":"localhost:41233",)-"
      R"("taskManagerId":{3},"concurrentExceptions":[]}}],"truncated":false}}}})",
      json_quoted(job.root_exception), job.exception_ms, json_quoted(name),
      json_quoted(job.failing_container));
}

std::string checkpoint(std::int64_t id, const std::string& path, std::int64_t at, bool savepoint) {
  return fmt::format(
      R"({{"@class":"completed","id":{},"status":"COMPLETED","is_savepoint":{},"savepointFormat":null,"trigger_timestamp":{},)"
      R"("latest_ack_timestamp":{},"state_size":1024,"end_to_end_duration":20,"num_subtasks":2,"num_acknowledged_subtasks":2,)"
      R"("checkpoint_type":"{}","tasks":{{}},"external_path":{},"discarded":false}})",
      id, savepoint, at, at + 20, savepoint ? "SAVEPOINT" : "CHECKPOINT", json_quoted(path));
}

bool is_before_1_15(const std::string& version) {
  return version.starts_with("1.13.") || version.starts_with("1.14.");
}

// Of a JSON text: 32 hex digits in quotes.
bool is_trigger_id(const std::string& text) {
  return text.size() == 34 && text.find_first_not_of("0123456789abcdef", 1) == 33;
}

std::string local_path(const std::string& uri) {
  const std::size_t mark = uri.find("://");
  if (mark == std::string::npos) return uri;
  const std::size_t slash = uri.find('/', mark + 3);
  return slash == std::string::npos ? "/" : uri.substr(slash);
}

}  // namespace

std::string metadata_bytes(std::int64_t checkpoint_id) {
  std::string bytes("\x49\x60\x67\x2d\x00\x00\x00\x04", 8);
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(checkpoint_id >> shift & 0xFF);
  return bytes + std::string(56, '\0');
}

job_manager::job_manager(std::string flink_version, std::shared_ptr<hdfs_files> files)
    : version_(std::move(flink_version)),
      files_(std::move(files)),
      job_(flink_job{}),
      server_([this](const request& asked) { return answer(asked); }) {}

std::string job_manager::rpc_address() const {
  return "127.0.0.1:" + std::to_string(server_.port());
}

flink_job job_manager::job() const {
  const std::lock_guard lock(mutex_);
  return job_.value_or(flink_job{});
}

void job_manager::change(const std::function<void(flink_job&)>& how) {
  const std::lock_guard lock(mutex_);
  if (job_) how(*job_);
}

void job_manager::set_job(std::optional<flink_job> job) {
  const std::lock_guard lock(mutex_);
  job_ = std::move(job);
}

void job_manager::script_savepoint(savepoint_script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

void job_manager::finish_savepoints() {
  const std::lock_guard lock(mutex_);
  for (auto& [id, one] : operations_) {
    if (std::exchange(one.script.polls_in_progress, 0) > 0) complete(one);
  }
}

void job_manager::fail_disposals(std::string stack_trace) {
  const std::lock_guard lock(mutex_);
  disposal_failure_ = std::move(stack_trace);
}

void job_manager::on_end(std::function<void(const std::string&)> ended) {
  const std::lock_guard lock(mutex_);
  ended_ = std::move(ended);
}

int job_manager::savepoints_triggered() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(operations_.size());
}

std::vector<std::string> job_manager::savepoint_paths() const {
  const std::lock_guard lock(mutex_);
  return completed_;
}

response job_manager::answer(const request& asked) {
  std::string ended;
  std::function<void(const std::string&)> tell;
  response r;
  {
    const std::lock_guard lock(mutex_);
    tell = ended_;
    r = [&]() -> response {
      const std::string& path = asked.path;
      if (path == "/config") {
        return flink_json(
            200,
            "{\"refresh-interval\":3000,\"timezone-name\":\"Coordinated Universal "
            "Time\",\"timezone-offset\":0,"
            "\"flink-version\":" +
                json_quoted(version_) +
                ",\"flink-revision\":\"c0027e5 @ 2023-11-09T13:24:38+01:00\","
                "\"features\":{\"web-submit\":false,\"web-cancel\":true,\"web-history\":false}}");
      }
      if (path == "/jobs/overview")
        return flink_json(200, "{\"jobs\":[" + (job_ ? overview(*job_) : "") + "]}");
      if (path == "/jobs") {
        return flink_json(200, job_ ? fmt::format(R"({{"jobs":[{{"id":"{}","status":"{}"}}]}})",
                                                  job_->id, job_->state)
                                    : "{\"jobs\":[]}");
      }
      if (path == "/savepoint-disposal" && asked.method == "POST") return dispose(asked);
      const std::string disposal = "/savepoint-disposal/";
      if (path.starts_with(disposal)) return disposal_status(path.substr(disposal.size()));
      const std::string start = "/jobs/";
      if (!path.starts_with(start))
        return flink_json(404, "{\"errors\":[\"Not found: " + path + "\"]}");
      const std::size_t slash = path.find('/', start.size());
      const std::string id = path.substr(
          start.size(), slash == std::string::npos ? std::string::npos : slash - start.size());
      const std::string rest = slash == std::string::npos ? "" : path.substr(slash);
      if (!knows(id))
        return refusal(404,
                       "org.apache.flink.runtime.rest.NotFoundException: Job " + id + " not found");
      if (rest.empty() && asked.method == "PATCH") return cancel(ended);
      if (rest.empty()) return flink_json(200, detail(*job_));
      if (rest == "/exceptions") return flink_json(200, exceptions(*job_));
      if (rest.starts_with("/vertices/") && rest.ends_with("/subtasks/metrics")) {
        const std::string vertex = rest.substr(10, 32);
        return flink_json(
            200, vertex_metrics(*job_, vertex, asked.argument("get"), asked.argument("agg")));
      }
      if (rest == "/metrics") {
        return flink_json(200,
                          fmt::format(R"([{{"id":"numRestarts","value":"{}"}}])", job_->restarts));
      }
      if (rest.starts_with("/vertices/") && rest.ends_with("/backpressure")) {
        return flink_json(
            200,
            R"({"status":"ok","backpressureLevel":"low","end-timestamp":1795756139136,"subtasks":[{"subtask":0,"backpressureLevel":"low","ratio":0.25,"idleRatio":0.001,"busyRatio":0.749,"backpressure-level":"low"}],"backpressure-level":"low"})");
      }
      if (rest == "/checkpoints") return flink_json(200, checkpoints());
      if (rest == "/checkpoints/config") {
        if (job_->checkpoint_interval_ms == 0)
          return refusal(404,
                         "org.apache.flink.runtime.rest.handler.RestHandlerException: "
                         "Checkpointing is not enabled for this job (" +
                             id + ").");
        return flink_json(200,
                          fmt::format(R"({{"mode":"exactly_once","interval":{},"timeout":600000}})",
                                      job_->checkpoint_interval_ms));
      }
      if (rest == "/savepoints" && asked.method == "POST") return trigger(asked, false);
      if (rest == "/stop" && asked.method == "POST") return trigger(asked, true);
      if (rest.starts_with("/savepoints/"))
        return savepoint_status(rest.substr(std::string("/savepoints/").size()), ended);
      return flink_json(404, "{\"errors\":[\"Not found: " + path + "\"]}");
    }();
  }
  if (!ended.empty() && tell) tell(ended);
  return r;
}

response job_manager::cancel(std::string& ended) {
  if (job_->ended_ms >= 0)
    return refusal(409,
                   "org.apache.flink.runtime.rest.handler.RestHandlerException: Job cancellation "
                   "failed because the job has already reached another terminal state (" +
                       job_->state + ").");
  job_->state = "CANCELED";
  job_->task_state = "CANCELED";
  job_->ended_ms = job_->modified_ms + 1000;
  ended = "CANCELED";
  return flink_json(202, "{}");
}

response job_manager::trigger(const request& asked, bool stop) {
  const auto body = io::parse_json(asked.body.empty() ? "{}" : asked.body, "the request");
  if (!body || !body->IsObject())
    return refusal(
        400, "org.apache.flink.runtime.rest.handler.RestHandlerException: Bad request received.");
  const char* known = stop ? "targetDirectory" : "target-directory";
  for (const auto& member : body->GetObject()) {
    const std::string_view name = io::view(member.name);
    const bool accepted = name == known || name == "triggerId" || name == "formatType" ||
                          name == (stop ? "drain" : "cancel-job");
    const bool too_new = is_before_1_15(version_) && (name == "triggerId" || name == "formatType");
    if (!accepted || too_new || (name == "triggerId" && !is_trigger_id(io::to_text(member.value))))
      return refusal(
          400,
          "org.apache.flink.runtime.rest.handler.RestHandlerException: Request did not "
          "match expected format " +
              std::string(stop ? "StopWithSavepointRequestBody." : "SavepointTriggerRequestBody."));
  }
  const std::string directory = io::string_member_or(*body, known, "");
  if (directory.empty()) {
    return refusal(
        400,
        "org.apache.flink.runtime.rest.handler.RestHandlerException: Config key "
        "[state.savepoints.dir] is not set. Property [target-directory] must be provided.");
  }
  const std::string trigger_id = io::string_member_or(*body, "triggerId", fresh_hex(32));
  if (!operations_.contains(trigger_id)) {
    operation begun;
    begun.script = script_;
    begun.stop = stop;
    begun.path = directory + "/savepoint-" + job_->id.substr(0, 6) + "-" + fresh_hex(12);
    begun.checkpoint_id = ++job_->last_checkpoint_id;
    operation& one = operations_[trigger_id] = begun;
    if (one.script.polls_in_progress == 0) complete(one);
  }
  return flink_json(202, "{\"request-id\":" + json_quoted(trigger_id) + "}");
}

response job_manager::savepoint_status(const std::string& trigger_id, std::string& ended) {
  const auto found = operations_.find(trigger_id);
  if (found == operations_.end()) {
    if (is_before_1_15(version_))
      return refusal(404,
                     "org.apache.flink.runtime.rest.handler.RestHandlerException: Operation not "
                     "found under key: org.apache.flink.runtime.rest.handler.job."
                     "AsynchronousJobOperationKey@7d4ea6c2");
    return refusal(404,
                   "org.apache.flink.runtime.rest.handler.RestHandlerException: There is no "
                   "savepoint operation with triggerId=" +
                       trigger_id + " for job " + job_->id + ".");
  }
  operation& one = found->second;
  if (one.script.polls_in_progress > 0) {
    if (--one.script.polls_in_progress == 0) complete(one);
    return flink_json(200, R"({"status":{"id":"IN_PROGRESS"},"operation":null})");
  }
  if (!one.script.failure.empty()) {
    return flink_json(
        200,
        R"({"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"java.util.concurrent.CompletionException","stack-trace":)" +
            json_quoted(one.script.failure) + R"(,"serialized-throwable":")" +
            std::string(2000, 'A') + "\"}}}");
  }
  if (one.stop && !one.read) ended = "FINISHED";
  one.read = true;
  return flink_json(200, R"({"status":{"id":"COMPLETED"},"operation":{"location":)" +
                             json_quoted(one.path) + "}}");
}

// The savepoint is there, and a stopped job has ended, whether or not anybody asks for the result.
void job_manager::complete(operation& one) {
  if (!one.script.failure.empty()) return;
  completed_.push_back(one.path);
  completed_id_ = one.checkpoint_id;
  if (files_ && one.script.write_metadata) {
    for (int i = 0; i < one.script.state_files; ++i)
      files_->put(local_path(one.path) + "/" + fresh_hex(32), std::string(1000, 's'));
    files_->put(local_path(one.path) + "/_metadata", metadata_bytes(one.checkpoint_id));
  }
  if (!one.stop) return;
  job_->state = "FINISHED";
  job_->task_state = "FINISHED";
  job_->ended_ms = job_->modified_ms + 1000;
}

std::string job_manager::checkpoints() const {
  const std::string completed =
      job_->completed_path.empty()
          ? "null"
          : checkpoint(job_->completed_id, job_->completed_path, job_->completed_ms, false);
  const std::string savepoint =
      completed_.empty() ? "null"
                         : checkpoint(completed_id_, completed_.back(), job_->modified_ms, true);
  std::string history;
  for (const auto& [trigger_id, one] : operations_) {
    if (one.script.polls_in_progress == 0) continue;
    history += fmt::format(
        R"({}{{"@class":"in_progress","id":{},"status":"IN_PROGRESS","is_savepoint":true,"trigger_timestamp":{},"state_size":0,"end_to_end_duration":1,"checkpoint_type":"SAVEPOINT","tasks":{{}}}})",
        history.empty() ? "" : ",", one.checkpoint_id, job_->modified_ms);
  }
  const std::string restored =
      job_->restored_path.empty()
          ? "null"
          : fmt::format(
                R"({{"id":6,"restore_timestamp":{},"is_savepoint":true,"external_path":{}}})",
                job_->started_ms, json_quoted(job_->restored_path));
  return fmt::format(
      R"({{"counts":{{"restored":{},"total":1,"in_progress":0,"completed":{},"failed":{}}},"summary":{{"state_size":{{"min":0,"max":0,"avg":0,"p50":"NaN"}}}},)"
      R"("latest":{{"completed":{},"savepoint":{},"failed":null,"restored":{}}},"history":[{}]}})",
      job_->restored_path.empty() ? 0 : 1,
      completed_.size() + (job_->completed_path.empty() ? 0U : 1U), job_->failed_checkpoints,
      completed, savepoint, restored, history);
}

// Deletes the savepoint's directory at once; the result is told when it is asked for.
response job_manager::dispose(const request& asked) {
  const auto body = io::parse_json(asked.body, "the request");
  const std::string path = body ? io::string_member_or(*body, "savepoint-path", "") : "";
  if (path.empty())
    return refusal(400,
                   "org.apache.flink.runtime.rest.handler.RestHandlerException: Request did not "
                   "match expected format SavepointDisposalRequest.");
  const std::string trigger_id = fresh_hex(32);
  const bool there = !files_ || files_->exists(local_path(path) + "/_metadata");
  std::string failure = disposal_failure_;
  if (failure.empty() && !there)
    failure =
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory '" +
        path + "' on file system 'hdfs'.";
  if (failure.empty() && files_) files_->remove(local_path(path), true);
  disposals_[trigger_id] = failure;
  return flink_json(200, "{\"request-id\":" + json_quoted(trigger_id) + "}");
}

response job_manager::disposal_status(const std::string& trigger_id) const {
  const auto found = disposals_.find(trigger_id);
  if (found == disposals_.end())
    return refusal(404,
                   "org.apache.flink.runtime.rest.handler.RestHandlerException: There is no "
                   "savepoint operation with triggerId=" +
                       trigger_id + ".");
  if (found->second.empty())
    return flink_json(200, R"({"status":{"id":"COMPLETED"},"operation":{}})");
  return flink_json(
      200,
      R"({"status":{"id":"COMPLETED"},"operation":{"failure-cause":{"class":"java.util.concurrent.CompletionException","stack-trace":)" +
          json_quoted(found->second) + R"(,"serialized-throwable":"rO0AB"}}})");
}

}  // namespace dm::fake
