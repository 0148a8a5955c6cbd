// host.cpp - a host in C++11 without exceptions: the life of one component. JSON is RapidJSON's, the plugin dm_plugin.hpp's.
//
//   host-cpp <plugin.so> <environment.json> <create request.json>
//
// SPDX-License-Identifier: Apache-2.0
#include <dm_plugin.hpp>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace {

using rapidjson::Document;
using rapidjson::Value;
void fail(const std::string& why) {
  std::fprintf(stderr, "host-cpp: %s\n", why.c_str());
  std::exit(1);
}

std::string read(const char* path) {
  std::ifstream file(path);
  if (!file) fail(std::string(path) + " cannot be opened");
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::string text_of(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

// The text of a member; empty where there is none.
std::string member(const Value& object, const char* name) {
  return object.IsObject() && object.HasMember(name) && object[name].IsString() ? object[name].GetString() : "";
}

// Who it is and what create returned, in one document that is every verb's request: they ignore what they do not know (DM-7).
class component {
 public:
  component(const dm::session& session, const std::string& create) : session_(session) {
    request_.Parse(create.c_str());
    if (!request_.IsObject()) fail("the create request is no JSON object");
  }

  template <class Table>
  void run(const char* name, dm_operation Table::*verb, const dm::call* call = nullptr) {
    const dm::reply reply = session_.run(verb, text_of(request_), call);
    Document document;
    document.Parse(reply.text());
    show(name, reply, document);
    // A host stores it, also when it stands beside an error: every later verb needs it (DM-13, DM-24).
    if (document.IsObject() && document.HasMember("data")) set("data", document["data"]);
  }
  // status and list are asked about many components at once.
  template <class Table>
  void run_batch(const char* name, dm_operation Table::*verb) const {
    const dm::reply reply = session_.run(verb, "{\"schema\":1,\"components\":[" + text_of(request_) + "]}");
    Document document;
    document.Parse(reply.text());
    show(name, reply, reply.ok() ? document["components"][0] : document);
  }
  void set(const char* name, const Value& value) {
    request_.AddMember(rapidjson::StringRef(name), Value(value, request_.GetAllocator()), request_.GetAllocator());
  }
  void forget(const char* name) { request_.RemoveMember(name); }

 private:
  static void show(const char* name, const dm::reply& reply, const Value& entry) {
    std::string line = std::string(name) + ": " + dm::word(reply.status());
    if (!reply.ok()) std::fprintf(stderr, "%s: %s\n", name, reply.text());
    if (!entry.IsObject()) return void(std::printf("%s\n", line.c_str()));
    if (entry.HasMember("changed") && entry["changed"].GetBool()) line += ", changed";
    for (const char* told : {"state", "desired"})
      if (!member(entry, told).empty()) line += std::string(", ") + told + " " + member(entry, told);
    if (entry.HasMember("savepoint")) line += ", savepoint " + member(entry["savepoint"], "state");
    if (entry.HasMember("total")) line += ", total " + text_of(entry["total"]);
    std::printf("%s\n", line.c_str());
  }

  const dm::session& session_;
  Document request_;
};

void start(const dm::session& session, component& one, bool cancelled) {
  std::promise<void> seen;
  bool told = false;  // by the thread of the operation only (DM-17)
  dm::call_options options;
  options.timeout_ms = 300000;
  options.correlation_id = "host-cpp";
  options.on_event = [&](const std::string& event) {
    Document document;
    document.Parse(event.c_str());
    std::printf("  %s: %s\n", member(document, "phase").c_str(), member(document, "message").c_str());
    if (!told) seen.set_value();
    told = true;
  };
  const dm::call call(session, options);
  std::thread other([&] {
    seen.get_future().wait();
    if (cancelled) call.cancel();  // somebody has seen enough, and ends the waiting (DM-20)
  });
  one.run("start", &dm_plugin::start, &call);
  if (!told) seen.set_value();
  other.join();  // the call may not go while it is cancelled
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: host-cpp <plugin.so> <environment.json> <create request.json>");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  {
    const dm::plugin plugin = dm::plugin::load(argv[1]);
    if (!plugin) fail(plugin.problem());
    Document manifest;
    manifest.Parse(plugin.manifest().c_str());
    std::printf("plugin %s, ABI %u.%u\n", member(manifest, "name").c_str(), plugin.table().abi_major, plugin.table().abi_minor);
    dm::logger log;
    log.level = DM_LOG_ERROR;
    log.write = [](std::int32_t, const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    const dm::session session(plugin, read(argv[2]), log);
    if (!session) fail(session.opened().text());
    component one(session, read(argv[3]));
    one.run("validate", &dm_plugin::validate);
    one.run("create", &dm_plugin::create);
    start(session, one, true);
    start(session, one, false);
    one.run_batch("status", &dm_plugin::status);
    // The id is the caller's, and stored before: the same one again never takes a second savepoint.
    const std::string id = "host-cpp-" + std::to_string(std::time(nullptr));
    one.set("operation", Value(rapidjson::StringRef(id.c_str())));
    one.run("trigger", &dm_savepoint::trigger);
    one.run_batch("list", &dm_savepoint::list);
    one.forget("operation");  // the stop takes one of its own
    one.run("stop", &dm_plugin::stop);
    one.run("destroy", &dm_plugin::destroy);
  }
  std::printf("closed\n");
}
