// fake.so: a plugin that does what a script says, to test a host without Flink. Its settings name a
// directory ("script"). For a verb it looks there for <verb>-<component>.json, else
// <verb>-<scope>.json (validate), else <verb>-<package>.json of the package that is laid out, else
// <verb>.json:
//   {"status": 14, "delay_ms": 500, "deaf_ms": 500, "reply": {...}, "event": {...},
//    "kill_host": true, "kill_host_after": true, "once": true}
// and answers with success where there is none. "deaf_ms" is a delay that no cancel ends; it is all
// that open.json and close.json may have, and with close.json the end of a session leaves a file
// <script>/closed. With
// "kill_host" the host dies before anything is done, with "kill_host_after" when it is done and
// nobody has been told. Every call is appended to <script>/calls, a line each, and to
// <script>/effects what was not so before: "create one main app-1.0.0", "destroy one main". With
// FAKE_WITHOUT_SAVEPOINTS it is a plugin without the extension. With FAKE_AS_FLINK it is for
// components of type flink and what it writes lies in the settings' supervisor_config_dir, so that
// the demo can run on it: a made component is the program file there. Made components are files
// <script>/made-<application>-<component> that hold their state.
// SPDX-License-Identifier: Apache-2.0
#include "support/fake_diagnosis.h"
#include "support/fake_housekeeping.h"
#include "support/fake_savepoints.h"

#include <dm_diagnosis.h>
#include <dm_housekeeping.h>
#include <dm_logs.h>
#include <dm_metrics.h>
#include <dm_plugin.h>
#include <dm_savepoint.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

struct dm_session {
  const dm_host* host;
  std::string script;
};

struct dm_call {
  std::atomic<bool> cancelled{false};
  std::string correlation_id;
  void* user = nullptr;
  void (*on_event)(void*, dm_string) = nullptr;
};

namespace {

#ifdef FAKE_AS_FLINK
#define FAKE_TYPE "flink"
constexpr char script_setting[] = "supervisor_config_dir";
#else
#define FAKE_TYPE "fake"
constexpr char script_setting[] = "script";
#endif

constexpr char manifest_text[] =
    R"({"schema":1,"name":"fake","version":"0.1.0","component_type":")" FAKE_TYPE
    R"(","description":"For tests",)"
    R"("extensions":[],"schemas":[1],"verbs":["validate","create","start","stop","destroy","status"]})";

std::string text_of(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

std::string member(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

std::string read(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write(const std::string& file, const std::string& text) {
  std::ofstream(file, std::ios::trunc) << text;
}

void give(dm_document* reply, const std::string& text) {
  if (reply == nullptr) return;
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  std::memcpy(copy, text.c_str(), text.size() + 1);
  *reply = {copy, text.size(), copy};
}

void release(dm_document* document) {
  if (document == nullptr) return;
  std::free(document->owner);
  *document = {nullptr, 0, nullptr};
}

std::string error(const char* code, const std::string& message) {
  return std::string(R"({"schema":1,"error":{"code":")") + code + R"(","message":")" + message +
         R"(","details":[],"retry":false}})";
}

std::string made_file(const dm_session* session, const rapidjson::Value& request) {
#ifdef FAKE_AS_FLINK
  return session->script + "/flink.demo." + member(request, "application") + "." +
         member(request, "component") + ".conf";
#endif
  return session->script + "/made-" + member(request, "application") + "-" +
         member(request, "component");
}

void note(const dm_session* session, const char* verb, const dm_call* call,
          const std::string& request) {
  const std::string line = std::string(R"({"verb":")") + verb + R"(","correlation_id":")" +
                           (call ? call->correlation_id : "") + R"(","request":)" + request + "}\n";
  const int file =
      ::open((session->script + "/calls").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
  ::close(file);
}

void note_effect(const dm_session* session, const std::string& line) {
  std::ofstream(session->script + "/effects", std::ios::app) << line + "\n";
}

std::string one_status(const dm_session* session, const rapidjson::Value& component) {
  const std::string scripted =
      read(session->script + "/component-" + member(component, "component") + ".json");
  if (!scripted.empty()) return scripted;
  const std::string state = read(made_file(session, component));
  const bool running = state == "RUNNING";
  return std::string(R"({"application":")") + member(component, "application") +
         R"(","component":")" + member(component, "component") + R"(","state":")" +
         (running ? "RUNNING" : "CREATED") + R"(","summary":")" +
         (running ? "RUNNING" : "CREATED") + R"(","desired":")" +
         (running ? "RUNNING" : "STOPPED") +
         R"(","confidence":"confirmed","observed_at":"2024-01-01T00:00:00.000Z","reason":"",)" +
         (running
              ? R"("application_id":"application_1_0001","job_id":"abc","yarn_state":"RUNNING",)"
                R"("yarn_start_time":1700000000000,"tracking_url":"http://rm/proxy/#/jobs/abc",)"
                R"("vertices":[{"name":"Source","status":"RUNNING"}],)"
              : R"("tracking_url":"",)") +
         R"("history_url":"","job_name":")" + member(component, "application") + "-" +
         member(component, "component") + R"(-job"})";
}

std::string status_reply(const dm_session* session, const rapidjson::Value& request) {
  std::string list;
  for (const auto& component : request["components"].GetArray()) {
    list += (list.empty() ? "" : ",") + one_status(session, component);
  }
  return R"({"schema":1,"observed_at":"2024-01-01T00:00:00.000Z","components":[)" + list + "]}";
}

// Those that run have figures.
std::string figures_reply(const dm_session* session, const rapidjson::Value& request) {
  std::string list;
  for (const auto& component : request["components"].GetArray()) {
    const bool running = read(made_file(session, component)) == "RUNNING";
    list +=
        std::string(list.empty() ? "" : ",") + R"({"namespace":"test","application":")" +
        member(component, "application") + R"(","component":")" + member(component, "component") +
        R"(")" +
        (running ? R"(,"figures":{"uptime_ms":60000,"records_in":42,"records_in_per_second":1.5})"
                 : "") +
        "}";
  }
  return R"({"schema":1,"observed_at":"2024-01-01T00:00:00.000Z","components":[)" + list + "]}";
}

// Where a streaming job's state goes when it is stopped, and nothing says otherwise.
std::string stop_savepoint(const dm_session* session, const rapidjson::Value& request,
                           bool running) {
  const auto is = [&](const char* name, bool value) {
    const auto found = request.FindMember(name);
    return found != request.MemberEnd() && found->value.IsBool() && found->value.GetBool() == value;
  };
  if (is("savepoint", false) || is("kill", true)) return "null";
  if (!running) return fake_savepoints::newest_of_stop(session->script, request);
  std::string id = member(request, "operation");
  if (id.empty()) id = "stop-" + std::to_string(fake_savepoints::count(session->script, request));
  return fake_savepoints::take(session->script, request, id, "stop");
}

std::string success(const dm_session* session, const std::string& verb,
                    const rapidjson::Value& request) {
  if (verb == "validate") return R"({"schema":1,"valid":true,"warnings":[]})";
  if (verb == "status") return status_reply(session, request);
  const std::string made = made_file(session, request);
  const std::string names = member(request, "application") + " " + member(request, "component");
  const std::string package_file = session->script + "/package-" + member(request, "application") +
                                   "-" + member(request, "component");
  if (verb == "create") {
    const std::string package = member(request, "package");
    if (read(made).empty() || read(package_file) != package) {
      note_effect(session, "create " + names + " " + package);
    }
    write(made, "CREATED");
    write(package_file, package);
    return R"({"schema":1,"changed":true,"data":{"made":")" + member(request, "component") +
           R"("}})";
  }
  if (verb == "start") {
    write(made, "RUNNING");
    return R"({"schema":1,"changed":true,"state":"RUNNING","desired":"RUNNING"})";
  }
  if (verb == "stop") {
    const bool running = read(made) == "RUNNING";
    const std::string savepoint = stop_savepoint(session, request, running);
    write(made, "STOPPED");
    return std::string(R"({"schema":1,"changed":)") + (running ? "true" : "false") +
           R"(,"state":"STOPPED","desired":"STOPPED","savepoint":)" + savepoint + "}";
  }
  if (::unlink(made.c_str()) == 0) note_effect(session, "destroy " + names);
  return R"({"schema":1,"changed":true})";
}

// The components that are there, by the files that create has made.
fake_savepoints::answer find_reply(const dm_session* session, const rapidjson::Value& request) {
  std::string list;
  for (const auto& entry : std::filesystem::directory_iterator(session->script)) {
    const std::string file = entry.path().filename().string();
    const std::size_t hyphen = file.rfind('-');
    if (file.rfind("made-", 0) != 0 || hyphen <= 4) continue;
    const std::string application = file.substr(5, hyphen - 5);
    const std::string component = file.substr(hyphen + 1);
    const std::string wanted = member(request, "application");
    const std::string wanted_component = member(request, "component");
    if (!wanted.empty() && wanted != application) continue;
    if (!wanted_component.empty() && wanted_component != component) continue;
    list += std::string(list.empty() ? "" : ",") + R"({"namespace":"test","application":")" +
            application + R"(","component":")" + component + R"(","data":{"made":")" + component +
            R"(","user":"daemon"}})";
  }
  if (list.empty() && !member(request, "component").empty()) {
    return {DM_STATUS_NOT_FOUND, error("NOT_FOUND", "it is not here")};
  }
  return {DM_STATUS_OK, R"({"schema":1,"components":[)" + list + "]}"};
}

// What the script does not decide.
fake_savepoints::answer act(const dm_session* session, const std::string& verb,
                            const rapidjson::Value& request) {
  if (verb == "find") return find_reply(session, request);
  if (verb == "inspect" || verb == "clean") {
    return fake_housekeeping::carry_out(verb, session->script, request);
  }
  if (verb == "figures") return {DM_STATUS_OK, figures_reply(session, request)};
  for (const char* own : {"validate", "create", "destroy", "start", "stop", "status"}) {
    if (verb == own) return {DM_STATUS_OK, success(session, verb, request)};
  }
  if (verb == "incidents" || verb == "explain")
    return fake_diagnosis::carry_out(verb, request, read(made_file(session, request)));
  const bool running = verb != "list" && read(made_file(session, request)) == "RUNNING";
  auto answer = fake_savepoints::carry_out(verb, session->script, request, running);
  if (verb == "resume" && answer.status == DM_STATUS_OK) {
    write(made_file(session, request), "RUNNING");
  }
  return answer;
}

// The script's file for the call; empty when there is none.
std::string script_of(const dm_session* session, const std::string& verb,
                      const rapidjson::Value& request) {
  const std::string component = member(request, "component");
  const std::string package =
      read(session->script + "/package-" + member(request, "application") + "-" + component);
  for (const std::string& name : {verb + "-" + component, verb + "-" + member(request, "scope"),
                                  verb + "-" + package, verb}) {
    std::string file = session->script + "/" + name + ".json";
    if (::access(file.c_str(), R_OK) == 0) return file;
  }
  return {};
}

dm_status run(const std::string& verb, dm_session* session, dm_call* call, dm_string request_text,
              dm_document* reply) {
  const std::string text(request_text.data, request_text.size);
  rapidjson::Document request;
  request.Parse(text.c_str());
  note(session, verb.c_str(), call, text);
  const std::string file = script_of(session, verb, request);
  const std::string scripted = file.empty() ? "" : read(file);
  rapidjson::Document script(rapidjson::kObjectType);
  if (!scripted.empty()) script.Parse(scripted.c_str());
  if (script.HasMember("once")) ::unlink(file.c_str());
  if (script.HasMember("event") && call != nullptr && call->on_event != nullptr) {
    const std::string event = text_of(script["event"]);
    call->on_event(call->user, {event.data(), event.size()});
  }
  if (script.HasMember("kill_host")) ::kill(::getpid(), SIGKILL);
  const int delay = script.HasMember("delay_ms") ? script["delay_ms"].GetInt() : 0;
  for (int waited = 0; waited < delay; waited += 10) {
    if (call != nullptr && call->cancelled) {
      give(reply, error("CANCELLED", "cancelled"));
      return DM_STATUS_CANCELLED;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (script.HasMember("deaf_ms")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(script["deaf_ms"].GetInt()));
  }
  fake_savepoints::answer answer{DM_STATUS_OK, ""};
  if (script.HasMember("status")) answer.status = script["status"].GetInt();
  if (script.HasMember("reply")) {
    answer.document = text_of(script["reply"]);
  } else if (answer.status != DM_STATUS_OK) {
    answer.document = error("SCRIPTED", "the script says so");
  } else {
    answer = act(session, verb, request);
  }
  if (script.HasMember("kill_host_after")) ::kill(::getpid(), SIGKILL);
  give(reply, answer.document);
  return answer.status;
}

// A verb's name as a template's argument, and the verb.
template <std::size_t size>
struct verb_name {
  char text[size];
  constexpr verb_name(const char (&from)[size]) { std::copy_n(from, size, text); }
};

template <verb_name verb>
dm_status carry_out(dm_session* session, dm_call* call, dm_string request, dm_document* reply) {
  return run(verb.text, session, call, request, reply);
}

void be_deaf(const std::string& file) {
  const std::string text = read(file);
  rapidjson::Document script(rapidjson::kObjectType);
  if (!text.empty()) script.Parse(text.c_str());
  if (!script.HasMember("deaf_ms")) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(script["deaf_ms"].GetInt()));
}

dm_status open_session(const dm_host* host, dm_string environment, dm_session** session,
                       dm_document* reply) {
  rapidjson::Document parsed;
  parsed.Parse(std::string(environment.data, environment.size).c_str());
  *session = nullptr;
  const std::string script = member(parsed["settings"], script_setting);
  if (script.empty()) {
    give(reply,
         R"({"schema":1,"error":{"code":"INVALID_ARGUMENT","message":"the settings are wrong",)"
         R"("details":[{"path":"$.settings.script","found":"nothing","allowed":"a directory"}]}})");
    return DM_STATUS_INVALID_ARGUMENT;
  }
  be_deaf(script + "/open.json");
  *session = new dm_session{host, script};
  const std::string hello = "session opened";
  if (host->log != nullptr) host->log(host->user, DM_LOG_INFO, {hello.data(), hello.size()});
  return DM_STATUS_OK;
}

void close_session(dm_session* session) {
  const std::string script = session->script + "/close.json";
  be_deaf(script);
  if (::access(script.c_str(), R_OK) == 0) write(session->script + "/closed", "");
  delete session;
}

dm_status call_open(dm_session*, const dm_call_options* options, dm_call** call) {
  *call = new dm_call;
  if (options != nullptr) {
    if (options->correlation_id.data != nullptr) {
      (*call)->correlation_id.assign(options->correlation_id.data, options->correlation_id.size);
    }
    (*call)->user = options->user;
    (*call)->on_event = options->on_event;
  }
  return DM_STATUS_OK;
}

void call_cancel(dm_call* call) {
  if (call != nullptr) call->cancelled = true;
}

// Each call is cancelled by the manager itself.
void cancel_session(dm_session*) {}

void call_close(dm_call* call) { delete call; }

#ifdef FAKE_WITHOUT_SAVEPOINTS
const void* extension(dm_string) { return nullptr; }
#else
constexpr dm_savepoint savepoints = {sizeof(dm_savepoint), carry_out<"trigger">, carry_out<"list">,
                                     carry_out<"resume">,  carry_out<"dispose">, carry_out<"pin">,
                                     carry_out<"unpin">,   carry_out<"plan">};

constexpr dm_logs logs = {sizeof(dm_logs), carry_out<"log_sources">, carry_out<"log_read">};
constexpr dm_diagnosis diagnosis = {sizeof(dm_diagnosis), carry_out<"incidents">,
                                    carry_out<"explain">};
constexpr dm_metrics metrics = {sizeof(dm_metrics), carry_out<"figures">};
constexpr dm_housekeeping housekeeping = {sizeof(dm_housekeeping), carry_out<"inspect">,
                                          carry_out<"clean">};

const void* extension(dm_string name) {
  const std::string id(name.data, name.size);
  if (id == DM_SAVEPOINT_EXTENSION) return &savepoints;
  if (id == DM_LOGS_EXTENSION) return &logs;
  if (id == DM_DIAGNOSIS_EXTENSION) return &diagnosis;
  if (id == DM_METRICS_EXTENSION) return &metrics;
  if (id == DM_HOUSEKEEPING_EXTENSION) return &housekeeping;
  return nullptr;
}
#endif

constexpr dm_plugin table = {sizeof(dm_plugin),   DM_PLUGIN_ABI_MAJOR,
                             DM_PLUGIN_ABI_MINOR, {manifest_text, sizeof(manifest_text) - 1},
                             open_session,        close_session,
                             call_open,           call_cancel,
                             call_close,          carry_out<"validate">,
                             carry_out<"create">, carry_out<"destroy">,
                             carry_out<"start">,  carry_out<"stop">,
                             carry_out<"status">, release,
                             extension,           cancel_session,
                             carry_out<"find">};

}  // namespace

extern "C" DM_PLUGIN_EXPORT const dm_plugin* dm_plugin_entry(uint32_t abi_major) {
  return abi_major == DM_PLUGIN_ABI_MAJOR ? &table : nullptr;
}
