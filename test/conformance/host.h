// A host for tests: it knows flink.so by its C header only, and loads it as a deployment manager
// does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <rapidjson/document.h>

// Today's headers, or the frozen ones of 1.0: every test is built against both.
#include DM_PLUGIN_HEADER
#include DM_SAVEPOINT_HEADER
// What came later is the same for both.
#include "dm_diagnosis.h"
#include "dm_metrics.h"

namespace conformance {

// The loaded library. Unloaded at the end of its life.
class library {
 public:
  library();
  ~library() { unload(); }
  library(const library&) = delete;
  library& operator=(const library&) = delete;

  void unload();
  dm_plugin_entry_function entry() const { return entry_; }
  const dm_plugin* operator->() const { return plugin_; }
  const dm_plugin* get() const { return plugin_; }

 private:
  void* handle_ = nullptr;
  dm_plugin_entry_function entry_ = nullptr;
  const dm_plugin* plugin_ = nullptr;
};

struct log_line {
  std::int32_t level;
  std::string text;
  std::thread::id thread;
  bool ends_in_nul;
};

// What the host offers, and what came in through it. Outlives the session that it is given to.
class recorder {
 public:
  explicit recorder(std::int32_t level = DM_LOG_TRACE);
  const dm_host* host() const { return &host_; }
  std::vector<log_line> lines() const;
  bool logged(std::string_view part) const;
  void on_line(std::function<void()> react) {
    react_ = std::move(react);
  }  // on the operation's thread

 private:
  static void log(void* user, std::int32_t level, dm_string message);
  dm_host host_{};
  mutable std::mutex mutex_;
  std::vector<log_line> lines_;
  std::function<void()> react_;
};

// A reply, copied and released.
struct reply {
  dm_status status = DM_STATUS_INTERNAL;
  std::string text;  // empty: no document
  bool ends_in_nul = false;
  rapidjson::Document json;  // null when the text is no JSON

  std::string error_code() const;  // "" when there is no error object
  std::string error_message() const;
  bool has_detail(std::string_view path) const;  // the error names this JSON path
};

class session {
 public:
  session(const library& plugin, const recorder& record, const std::string& environment);
  ~session() { close(); }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void close();
  dm_session* get() const { return session_; }
  reply run(dm_operation verb, std::string_view request, dm_call* call = nullptr) const;

 private:
  const library& plugin_;
  dm_session* session_ = nullptr;
};

class call {
 public:
  call(const library& plugin, const session& owner, std::uint64_t timeout_ms = 0,
       std::string_view correlation_id = {});
  ~call() { plugin_->call_close(call_); }
  call(const call&) = delete;
  call& operator=(const call&) = delete;

  dm_call* get() const { return call_; }
  void cancel() const { plugin_->call_cancel(call_); }
  std::vector<std::string> events() const;
  std::vector<std::thread::id> event_threads() const;

 private:
  static void on_event(void* user, dm_string event);
  const library& plugin_;
  dm_call* call_ = nullptr;
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::vector<std::thread::id> threads_;
};

dm_string lend(std::string_view text);

// Runs a verb with all arguments as given; copies and releases the reply.
reply run(const library& plugin, dm_operation verb, dm_session* session, dm_call* call,
          dm_string request);

struct named_verb {
  const char* name;
  dm_operation verb;
};
std::vector<named_verb> table_verbs(const library& plugin);
// Those and the ones of the extensions.
std::vector<named_verb> verbs(const library& plugin);
const dm_savepoint& savepoint_table(const library& plugin);
const dm_diagnosis& diagnosis_table(const library& plugin);
const dm_metrics& metrics_table(const library& plugin);

}  // namespace conformance
