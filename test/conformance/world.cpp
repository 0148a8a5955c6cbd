// The node and the cluster of the samples in abi/samples.
// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <catch2/catch.hpp>

#include "schema.h"
#include "support/class_bytes.h"

namespace conformance {

namespace {

void write_jar(const std::string& path) {
  archive* writer = archive_write_new();
  REQUIRE(archive_write_set_format_zip(writer) == ARCHIVE_OK);
  REQUIRE(archive_write_open_filename(writer, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, content] : {std::pair<std::string, std::string>(
                                          "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"),
                                      std::pair<std::string, std::string>(
                                          "com/example/Counter.class", dm::test::class_bytes())}) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, content.data(), content.size()) ==
            static_cast<la_ssize_t>(content.size()));
    archive_entry_free(entry);
  }
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
}

std::string member(const rapidjson::Document& document, const char* name) {
  const auto found = document.FindMember(name);
  return found == document.MemberEnd() || !found->value.IsString() ? std::string()
                                                                   : found->value.GetString();
}

// What the log says last: the newest run, and the number after the newest record.
struct log_end {
  int next = 1;
  int run = 0;
  bool wanted = false;
  std::string restore_path;
};

log_end read_log(const dm::fake::hdfs_files& files, const std::string& log) {
  log_end found;
  int intent = 0;
  for (const std::string& name : files.names(log)) {
    if (name.find_first_not_of("0123456789") != name.find(".json")) continue;  // a fact, a draft
    const int number = std::stoi(name);
    found.next = std::max(found.next, number + 1);
    rapidjson::Document record;
    record.Parse(files.get(log + "/" + name).value_or("").c_str());
    if (!record.IsObject()) continue;
    const std::string kind = member(record, "kind");
    if (number >= intent && (kind == "run" || kind == "stop")) {
      intent = number;
      found.wanted = kind == "run";
    }
    if (kind != "run" || number < found.run) continue;
    found.run = number;
    found.restore_path = member(record, "restore_path");
  }
  return found;
}

}  // namespace

rapidjson::Document sample(const std::string& name) {
  std::ifstream file(std::string(SAMPLES) + "/" + name + ".json");
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  rapidjson::Document document;
  document.Parse(text.str().c_str());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

shape sample_shape(const std::string& name) {
  shape made = shape_of(sample(name));
  if (const auto error = made.members.find("error"); error != made.members.end()) {
    for (const char* optional : {"component", "hint", "correlation_id"})
      error->second.required[optional] = false;
    // Of refusals only, and the sample is of what is wrong with a request.
    error->second.members.emplace("reason_code", error->second.members.at("code"));
    error->second.required["reason_code"] = false;
  }
  if (name == "progress_event") {
    for (const char* optional : {"application_id", "job_id", "operation", "done", "total"})
      made.required[optional] = false;
  }
  if (name.starts_with("start_reply")) {
    shape& chosen = made.members.at("restore_point");
    chosen.required["id"] = chosen.required["path"] = false;
  }
  return made;
}

void check_shape(const rapidjson::Value& real, const shape& expected) {
  INFO(text_of(real));
  CHECK(differences(expected, real) == std::vector<std::string>{});
}

void check_shape(const rapidjson::Value& real, const std::string& name) {
  INFO(name);
  check_shape(real, sample_shape(name));
  CHECK(schema_problem(real, name) == "");
}

std::string text_of(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void set(rapidjson::Document& document, const char* pointer, const std::string& value) {
  rapidjson::Pointer(pointer).Set(document, value.c_str());
}

rapidjson::Document request(const std::string& name, const rapidjson::Value& data) {
  rapidjson::Document document = sample(name);
  const char* place = document.HasMember("components") ? "/components/0/data" : "/data";
  rapidjson::Value copy(data, document.GetAllocator());
  rapidjson::Pointer(place).Set(document, copy);
  return document;
}

std::string run_as_user() {
  if (::geteuid() == 0) return "nobody";
  const passwd* own = ::getpwuid(::geteuid());
  REQUIRE(own != nullptr);
  return own->pw_name;
}

world::world() {
  std::filesystem::create_directories(staged);
  write_jar(staged + "/counter.jar");
  std::ofstream(staged + "/application.properties") << "greeting=hello\n";
  std::ofstream(staged + "/counter.py") << "# not needed by a Java program\n";
  std::ofstream(staged + "/properties.json") << "{}\n";
  files->make_directories("/pnda/flink", "hdfs", "1777");  // the administrator's part
}

std::string world::environment() const {
  rapidjson::Document document = sample("environment");
  const auto port = [](const std::string& address) {
    return address.substr(address.rfind(':') + 1);
  };
  for (const std::string name : {"yarn_resource_manager", "webhdfs"}) {
    const std::string& address =
        name == "webhdfs" ? name_node.address() : resource_manager.address();
    for (const std::string suffix : {"", "_backup"}) {
      set(document, ("/environment/" + name + "_host" + suffix).c_str(), "127.0.0.1");
      set(document, ("/environment/" + name + "_port" + suffix).c_str(), port(address));
    }
  }
  set(document, "/environment/flink", node.path() + "/flink/bin/flink");
  set(document, "/settings/supervisor_url", supervisord.url());
  set(document, "/settings/supervisor_config_dir", node.path() + "/conf.d");
  set(document, "/settings/install_root", node.path() + "/opt");
  set(document, "/settings/flink_home", node.path() + "/flink");
  set(document, "/settings/guard", node.path() + "/flink-guard");
  return text_of(document);
}

rapidjson::Document world::create(const library& plugin, const session& dm) const {
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  INFO(created.text);
  REQUIRE(created.status == DM_STATUS_OK);
  rapidjson::Document data;
  data.CopyFrom(created.json["data"], data.GetAllocator());
  return data;
}

void world::play_guard(const std::string& id) {
  supervisord.on_start([this, id](const std::string& name) {
    if (name == program) submit(id);
  });
  job_manager.on_end([this](const std::string& state) { end(state); });
}

void world::hold_tasks() {
  const std::lock_guard lock(mutex_);
  task_state_ = "SCHEDULED";
}

void world::let_tasks_run() {
  const std::lock_guard lock(mutex_);
  task_state_ = "RUNNING";
  job_manager.change([](dm::fake::flink_job& job) { job.task_state = "RUNNING"; });
}

std::string world::application_id() const {
  const std::lock_guard lock(mutex_);
  return application_id_;
}

void world::submit(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::string log = std::string(directory) + "/log";
  log_end last = read_log(*files, log);
  if (!last.wanted) {  // ends by itself
    supervisord.change(program,
                       [](dm::fake::supervised_process& process) { process.state = "EXITED"; });
    return;
  }
  if (live_applications() > 0) return;  // is followed
  const std::vector<std::string> savepoints = job_manager.savepoint_paths();
  if (last.restore_path.empty() && !savepoints.empty())
    last.restore_path = savepoints.back().substr(std::string("hdfs://").size());
  epoch_ = last.next;

  dm::fake::flink_job job;
  job.id = fmt::format("{}{:02x}", job.id.substr(0, 30), epoch_);
  job.task_state = task_state_;
  if (!last.restore_path.empty()) job.restored_path = "hdfs://" + last.restore_path;
  job_manager.set_job(job);
  dm::fake::yarn_application application;
  application.name = "clicks-counter-job";
  application.user = run_as_user();
  application.tags = {"dm-fleet-production", "dm-component-" + id,
                      fmt::format("dm-epoch-{}-{}", id, epoch_)};
  application.am_rpc_address = job_manager.rpc_address();
  application_id_ = resource_manager.cluster().submit(application);

  const std::string restored =
      last.restore_path.empty() ? "" : fmt::format(R"("restore_path":"{}",)", last.restore_path);
  files->put(
      fmt::format("{}/{}.json", log, epoch_),
      fmt::format(
          R"({{"schema":1,"kind":"incarnation","nonce":"00112233445566778899aabbccddee{:02x}","intent":{},{})"
          R"("written_at":"2026-11-23T12:41:31.200Z","node":"edge1.example.com","tags":[],)"
          R"("spec_digest":"0","job_name":"clicks-counter-job"}})",
          epoch_, last.run, restored));
  files->put(
      fmt::format("{}/{}-app.json", log, epoch_),
      fmt::format(
          R"({{"schema":1,"application_id":"{}","job_manager":"{}","job_id":"{}","seen_at":"2026-11-23T12:41:40.000Z"}})",
          application_id_, job_manager.address(), job.id));
}

void world::end(const std::string& job_state) {
  const std::lock_guard lock(mutex_);
  resource_manager.cluster().finish(application_id_,
                                    job_state == "FINISHED" ? "SUCCEEDED" : "KILLED");
  write_end("stopped");
}

void world::end_by_itself(const std::string& outcome) {
  const std::lock_guard lock(mutex_);
  const bool completed = outcome == "completed";
  job_manager.change([&](dm::fake::flink_job& job) {
    job.state = completed ? "FINISHED" : "FAILED";
    job.task_state = job.state;
    job.ended_ms = job.modified_ms = job.started_ms + 600'000;
  });
  resource_manager.cluster().finish(application_id_, completed ? "SUCCEEDED" : "FAILED");
  write_end(outcome);
  supervisord.change(program, [&](dm::fake::supervised_process& process) {
    process.state = "EXITED";
    process.exit_status = completed ? 0 : 3;
  });
}

int world::live_applications() const {
  const auto applications = resource_manager.cluster().applications();
  return static_cast<int>(std::count_if(applications.begin(), applications.end(),
                                        [](const auto& one) { return !one.terminal(); }));
}

void world::write_end(const std::string& outcome) {
  files->put(
      fmt::format("{}/log/{}-end.json", directory, epoch_),
      fmt::format(
          R"({{"schema":1,"outcome":"{}","application_id":"{}","ended_at":"2026-11-23T13:00:00.000Z",)"
          R"("decision":"{}","counts":true}})",
          outcome, application_id_, outcome == "failed" ? "give-up" : "none"));
}

}  // namespace conformance
