// abi/dm_plugin.hpp: what it opens it closes, once and in the right order, whatever is moved; what a plugin lacks is said.
// SPDX-License-Identifier: Apache-2.0
#include "dm_plugin.hpp"

#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace {

// A plugin of static functions that counts what is called, and remembers the newest arguments. Whatever the requests.
struct counts {
  std::vector<std::string> calls;
  std::string environment, request, correlation_id;
  std::uint64_t timeout_ms = 0;
  const dm_call* under = nullptr;
  dm_host host{};
  dm_call_options options{};
  dm_status next = DM_STATUS_OK;

  int of(const std::string& name) const {
    int found = 0;
    for (const std::string& call : calls) found += call == name;
    return found;
  }
  int place_of(const std::string& name) const {
    for (std::size_t i = 0; i < calls.size(); ++i)
      if (calls[i] == name) return static_cast<int>(i);
    return -1;
  }
};
counts seen;

char session_place, call_place;
dm_session* const a_session = reinterpret_cast<dm_session*>(&session_place);
dm_call* const a_call = reinterpret_cast<dm_call*>(&call_place);

std::string text(dm_string lent) { return {lent.data, lent.size}; }

dm_status answer(const std::string& name, dm_document* reply) {
  seen.calls.push_back(name);
  const std::string document = "{\"verb\":\"" + name + "\"}";
  char* made = new char[document.size() + 1];
  std::memcpy(made, document.c_str(), document.size() + 1);
  *reply = {made, document.size(), made};
  return std::exchange(seen.next, DM_STATUS_OK);
}

dm_status open(const dm_host* host, dm_string environment, dm_session** session, dm_document* reply) {
  seen.host = *host;
  seen.environment = text(environment);
  const dm_status status = answer("open", reply);
  *session = status == DM_STATUS_OK ? a_session : nullptr;
  return status;
}
void close(dm_session* session) { seen.calls.push_back(session == nullptr ? "close nothing" : "close"); }
dm_status call_open(dm_session*, const dm_call_options* options, dm_call** call) {
  seen.calls.push_back("call_open");
  seen.options = *options;
  seen.timeout_ms = options->timeout_ms;
  seen.correlation_id = text(options->correlation_id);
  const dm_status status = std::exchange(seen.next, DM_STATUS_OK);
  *call = status == DM_STATUS_OK ? a_call : nullptr;
  return status;
}
void call_cancel(dm_call*) { seen.calls.push_back("call_cancel"); }
void call_close(dm_call*) { seen.calls.push_back("call_close"); }
void session_cancel(dm_session*) { seen.calls.push_back("session_cancel"); }
void release(dm_document* document) {
  seen.calls.push_back(document->data == nullptr ? "release nothing" : "release");
  delete[] static_cast<char*>(document->owner);
  *document = {nullptr, 0, nullptr};
}
dm_status start(dm_session*, dm_call* under, dm_string request, dm_document* reply) {
  seen.under = under;
  seen.request = text(request);
  if (seen.host.log != nullptr) seen.host.log(seen.host.user, DM_LOG_WARNING, {"a line", 6});
  if (under != nullptr && seen.options.on_event != nullptr) seen.options.on_event(seen.options.user, {"{\"done\":1}", 10});
  return answer("start", reply);
}
dm_status list(dm_session*, dm_call*, dm_string, dm_document* reply) { return answer("list", reply); }

dm_savepoint savepoint_table() {
  dm_savepoint table{};
  table.struct_size = offsetof(dm_savepoint, resume);  // one of a time when it had no more
  table.trigger = table.list = list;
  return table;
}

const void* extension(dm_string id) {
  static const dm_savepoint savepoint = savepoint_table();
  return text(id) == DM_SAVEPOINT_EXTENSION ? &savepoint : nullptr;
}

dm_plugin table_of(std::size_t size) {
  dm_plugin made{};
  made.struct_size = size;
  made.abi_major = DM_PLUGIN_ABI_MAJOR;
  made.manifest = {"{\"name\":\"fake\"}", 15};
  made.open = open;
  made.close = close;
  made.call_open = call_open;
  made.call_cancel = call_cancel;
  made.call_close = call_close;
  made.validate = made.create = made.destroy = made.start = made.stop = made.status = start;
  made.release = release;
  made.extension = extension;
  made.session_cancel = session_cancel;
  made.find = start;
  return made;
}
const dm_plugin today = table_of(sizeof(dm_plugin));
const dm_plugin first_release = table_of(offsetof(dm_plugin, session_cancel));

struct fresh {
  fresh() { seen = counts(); }
};

}  // namespace

TEST_CASE_METHOD(fresh, "a verb's request, reply and outcome; all that was made is given back") {
  {
    const dm::plugin plugin = dm::plugin::of(today);
    REQUIRE(plugin);
    CHECK(plugin.manifest() == "{\"name\":\"fake\"}");
    const dm::session session(plugin, "{\"environment\":1}");
    REQUIRE(session);
    CHECK(seen.environment == "{\"environment\":1}");
    CHECK(seen.host.struct_size == sizeof(dm_host));
    CHECK(seen.host.log == nullptr);
    CHECK(std::string(session.opened().text()) == "{\"verb\":\"open\"}");

    const dm::reply started = session.run(&dm_plugin::start, "{\"schema\":1}");
    CHECK(started.ok());
    CHECK(std::string(started.text(), started.size()) == "{\"verb\":\"start\"}");
    CHECK(seen.request == "{\"schema\":1}");
    CHECK(seen.under == nullptr);
    CHECK(seen.of("close") == 0);
  }
  CHECK(seen.of("open") == 1);
  CHECK(seen.of("close") == 1);
  CHECK(seen.of("release") == 2);
}

TEST_CASE_METHOD(fresh, "DM-13: a failure has its document") {
  const dm::session session(dm::plugin::of(today), "{}");
  seen.next = DM_STATUS_FAILED_PRECONDITION;
  const dm::reply refused = session.run(&dm_plugin::stop, "{}");
  CHECK_FALSE(refused.ok());
  CHECK(refused.status() == DM_STATUS_FAILED_PRECONDITION);
  CHECK(refused.size() > 0);
}

TEST_CASE_METHOD(fresh, "an environment that is refused leaves no session, and the reason") {
  {
    seen.next = DM_STATUS_INVALID_ARGUMENT;
    const dm::session session(dm::plugin::of(today), "{}");
    CHECK_FALSE(session);
    CHECK(session.opened().status() == DM_STATUS_INVALID_ARGUMENT);
    CHECK(std::string(session.opened().text()) == "{\"verb\":\"open\"}");
    CHECK(session.run(&dm_plugin::start, "{}").status() == DM_STATUS_INVALID_ARGUMENT);
    CHECK_FALSE(session.cancel());
    const dm::call call(session);
    CHECK_FALSE(call);
    call.cancel();
  }
  CHECK(seen.of("close") == 0);
  CHECK(seen.of("start") == 0);
  CHECK(seen.of("release") == 1);
}

TEST_CASE_METHOD(fresh, "a call hands over its options, and hears of events on the operation's thread") {
  const dm::session session(dm::plugin::of(today), "{}");
  std::vector<std::string> events;
  dm::call_options options;
  options.timeout_ms = 1234;
  options.correlation_id = "request-1";
  options.on_event = [&](const std::string& event) { events.push_back(event); };
  dm::call first(session, options);
  const dm::call call = std::move(first);  // the plugin has pointers of it: they must stay good
  CHECK_FALSE(first);
  REQUIRE(call);
  CHECK(seen.timeout_ms == 1234);
  CHECK(seen.correlation_id == "request-1");
  CHECK(session.run(&dm_plugin::start, "{}", &call).ok());
  CHECK(seen.under == a_call);
  CHECK(events == std::vector<std::string>{"{\"done\":1}"});
  std::thread([&] { call.cancel(); }).join();
  CHECK(seen.of("call_cancel") == 1);
}

TEST_CASE_METHOD(fresh, "a call that could not be opened is not the same as none") {
  const dm::session session(dm::plugin::of(today), "{}");
  seen.next = DM_STATUS_RESOURCE_EXHAUSTED;
  const dm::call call(session);
  CHECK(session.run(&dm_plugin::start, "{}", &call).status() == DM_STATUS_RESOURCE_EXHAUSTED);
  CHECK(seen.of("start") == 0);
}

TEST_CASE_METHOD(fresh, "log lines reach the logger") {
  std::map<std::int32_t, std::string> lines;
  dm::logger log;
  log.level = DM_LOG_INFO;
  log.write = [&](std::int32_t level, const std::string& line) { lines[level] = line; };
  dm::session made(dm::plugin::of(today), "{}", log);
  const dm::session session = std::move(made);
  CHECK(seen.host.log_level == DM_LOG_INFO);
  CHECK(session.run(&dm_plugin::start, "{}").ok());
  CHECK(lines == std::map<std::int32_t, std::string>{{DM_LOG_WARNING, "a line"}});
}

TEST_CASE_METHOD(fresh, "a session lives until its calls are gone, whichever goes first") {
  {
    dm::call call(dm::session(dm::plugin::of(today), "{}"));
    CHECK(seen.of("close") == 0);
    CHECK(call);
  }
  CHECK(seen.of("call_close") == 1);
  CHECK(seen.of("close") == 1);
  CHECK(seen.place_of("call_close") < seen.place_of("close"));
}

TEST_CASE_METHOD(fresh, "what is moved is given back once") {
  {
    const dm::session session(dm::plugin::of(today), "{}");
    dm::reply one = session.run(&dm_plugin::start, "{}");
    dm::reply other = session.run(&dm_plugin::status, "{}");
    one = std::move(other);
    CHECK(seen.of("release") == 1);
    CHECK(std::string(one.text()) == "{\"verb\":\"start\"}");
    dm::call call(session);
    call = dm::call(session);
    CHECK(seen.of("call_close") == 1);
    call = std::move(call);
    CHECK(call);
  }
  CHECK(seen.of("release") == 3);
  CHECK(seen.of("call_close") == 2);
  CHECK(seen.of("close") == 1);
}

TEST_CASE_METHOD(fresh, "DM-3: an older plugin's table is not read beyond its end") {
  const dm::plugin plugin = dm::plugin::of(first_release);
  CHECK(plugin.has(&dm_plugin::status));
  CHECK_FALSE(plugin.has(&dm_plugin::find));
  const dm::session session(plugin, "{}");
  const dm::reply none = session.run(&dm_plugin::find, "{}");
  CHECK(none.status() == DM_STATUS_UNIMPLEMENTED);
  CHECK(std::string(none.text()) == "");
  CHECK_FALSE(session.cancel());
  CHECK(seen.of("session_cancel") == 0);

  const dm::session newer(dm::plugin::of(today), "{}");
  CHECK(newer.run(&dm_plugin::find, "{}").ok());
  CHECK(newer.cancel());
  CHECK(seen.of("session_cancel") == 1);
}

TEST_CASE_METHOD(fresh, "DM-6: verbs of extensions, of one that is absent, and beyond the end of one") {
  const dm::session session(dm::plugin::of(today), "{}");
  CHECK(std::string(session.run(&dm_savepoint::list, "{}").text()) == "{\"verb\":\"list\"}");
  CHECK(session.run(&dm_savepoint::plan, "{}").status() == DM_STATUS_UNIMPLEMENTED);
  CHECK(session.run(&dm_logs::read, "{}").status() == DM_STATUS_UNIMPLEMENTED);
}

TEST_CASE("a library that is none is told") {
  const dm::plugin missing = dm::plugin::load("/nonexistent/flink.so");
  CHECK_FALSE(missing);
  CHECK(missing.problem().find("/nonexistent/flink.so") != std::string::npos);
  const dm::plugin other = dm::plugin::load("libm.so.6");
  CHECK_FALSE(other);
  CHECK(other.problem().find(DM_PLUGIN_ENTRY_SYMBOL) != std::string::npos);
  CHECK_FALSE(dm::session(other, "{}"));
}

TEST_CASE("DM-5: every status has its word, and one that is not known is INTERNAL") {
  CHECK(std::string(dm::word(DM_STATUS_OK)) == "OK");
  CHECK(std::string(dm::word(DM_STATUS_UNAVAILABLE)) == "UNAVAILABLE");
  CHECK(std::string(dm::word(DM_STATUS_INTERNAL)) == "INTERNAL");
  CHECK(std::string(dm::word(4711)) == "INTERNAL");
}
