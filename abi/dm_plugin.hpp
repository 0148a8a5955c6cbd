// dm_plugin.hpp - the contract of dm_plugin.h for hosts in C++11 and later: this header, no library. It needs no exceptions and
// no RTTI, and throws nothing.
//
//   dm::plugin flink = dm::plugin::load("flink.so");
//   if (!flink) return fail(flink.problem());
//   dm::session session(flink, environment);
//   if (!session) return fail(session.opened().text());            // JSON: {"error": ...}
//   dm::call_options options;
//   options.timeout_ms = 60000;
//   options.on_event = [](const std::string& event) { show(event); };
//   dm::call call(session, options);                               // another thread may call.cancel()
//   dm::reply started = session.run(&dm_plugin::start, request, &call);
//   if (started.ok()) use(started.text());
//   dm::reply taken = session.run(&dm_savepoint::trigger, request);
//
// Ownership  plugin, session and call are handles; each keeps alive what it stands on, and so does a reply: the library is
//            unloaded when the last of them is gone, a session is closed when it and its calls are. None of them may go while
//            an operation under it runs, and none inside a callback. plugin is copied; session, call and reply are moved only.
//            Requests are lent for the time of run() (DM-10); a reply releases its document (DM-11).
// Threads    run() may be called on one session by several threads at the same time, and blocks each of them (DM-16). cancel()
//            of a call or a session may come from any thread, also from a callback. One call serves one operation at a time.
//            Callbacks run on the thread inside the operation, and only there (DM-17).
// Errors     reply.status() is the outcome, reply.text() says why (DM-13). A verb that this plugin does not have, because it is
//            older or lacks the extension, is UNIMPLEMENTED without a document (DM-3, DM-6). A callback must not throw: no
//            exception may cross into the plugin (DM-14), so one that tries ends the process.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef DM_PLUGIN_HPP
#define DM_PLUGIN_HPP

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dm_diagnosis.h"
#include "dm_housekeeping.h"
#include "dm_logs.h"
#include "dm_metrics.h"
#include "dm_plugin.h"
#include "dm_savepoint.h"

namespace dm {

// The word for a status, as in an error's "code". What this header does not know is INTERNAL (DM-5).
inline const char* word(dm_status status) noexcept {
  switch (status) {
    case DM_STATUS_OK: return "OK";
    case DM_STATUS_CANCELLED: return "CANCELLED";
    case DM_STATUS_INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case DM_STATUS_DEADLINE_EXCEEDED: return "DEADLINE_EXCEEDED";
    case DM_STATUS_NOT_FOUND: return "NOT_FOUND";
    case DM_STATUS_ALREADY_EXISTS: return "ALREADY_EXISTS";
    case DM_STATUS_PERMISSION_DENIED: return "PERMISSION_DENIED";
    case DM_STATUS_RESOURCE_EXHAUSTED: return "RESOURCE_EXHAUSTED";
    case DM_STATUS_FAILED_PRECONDITION: return "FAILED_PRECONDITION";
    case DM_STATUS_UNIMPLEMENTED: return "UNIMPLEMENTED";
    case DM_STATUS_UNAVAILABLE: return "UNAVAILABLE";
    case DM_STATUS_UNAUTHENTICATED: return "UNAUTHENTICATED";
    default: return "INTERNAL";
  }
}

namespace detail {

struct library {
  void* handle = nullptr;
  const dm_plugin* table = nullptr;

  library() = default;
  library(const library&) = delete;
  library& operator=(const library&) = delete;
  ~library() {
    if (handle != nullptr) dlclose(handle);
  }
};

inline dm_string lend(const std::string& text) noexcept {
  dm_string lent = {text.data(), text.size()};
  return lent;
}

inline std::string copy(dm_string text) {
  return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

// Which table holds a verb: the plugin's own, or that of an extension with this id.
template <class Table>
struct extension;
template <>
struct extension<dm_savepoint> {
  static const char* id() noexcept { return DM_SAVEPOINT_EXTENSION; }
};
template <>
struct extension<dm_logs> {
  static const char* id() noexcept { return DM_LOGS_EXTENSION; }
};
template <>
struct extension<dm_diagnosis> {
  static const char* id() noexcept { return DM_DIAGNOSIS_EXTENSION; }
};
template <>
struct extension<dm_metrics> {
  static const char* id() noexcept { return DM_METRICS_EXTENSION; }
};
template <>
struct extension<dm_housekeeping> {
  static const char* id() noexcept { return DM_HOUSEKEEPING_EXTENSION; }
};

template <class Table>
struct find_table {
  static const Table* in(const dm_plugin& plugin) {
    return static_cast<const Table*>(plugin.extension(lend(extension<Table>::id())));
  }
};
template <>
struct find_table<dm_plugin> {
  static const dm_plugin* in(const dm_plugin& plugin) noexcept { return &plugin; }
};

// The verb, or nullptr where this plugin's table ends before it (DM-3).
template <class Table>
dm_operation find_verb(const dm_plugin& plugin, dm_operation Table::*verb) {
  const Table* table = find_table<Table>::in(plugin);
  if (table == nullptr) return nullptr;
  const char* begin = reinterpret_cast<const char*>(table);
  const char* member = reinterpret_cast<const char*>(&(table->*verb));
  return static_cast<std::size_t>(member - begin) + sizeof(dm_operation) <= table->struct_size ? table->*verb : nullptr;
}

}  // namespace detail

// The outcome of an operation with its document.
class reply {
 public:
  reply() noexcept = default;
  explicit reply(dm_status status) noexcept : status_(status) {}
  reply(reply&& other) noexcept { swap(other); }
  reply& operator=(reply&& other) noexcept {
    reply taken(std::move(other));
    swap(taken);
    return *this;
  }
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;
  ~reply() {
    if (library_) library_->table->release(&document_);
  }

  dm_status status() const noexcept { return status_; }
  bool ok() const noexcept { return status_ == DM_STATUS_OK; }
  // JSON in UTF-8, ended by a NUL; empty when there is no document. Lives as long as the reply.
  const char* text() const noexcept { return document_.data == nullptr ? "" : document_.data; }
  std::size_t size() const noexcept { return document_.size; }

 private:
  friend class session;
  void swap(reply& other) noexcept {
    std::swap(status_, other.status_);
    std::swap(document_, other.document_);
    library_.swap(other.library_);
  }

  dm_status status_ = DM_STATUS_INTERNAL;
  dm_document document_ = {nullptr, 0, nullptr};
  std::shared_ptr<detail::library> library_;
};

// A loaded plugin.
class plugin {
 public:
  // Without a plugin, and with a problem(), where the library cannot be loaded, is none, or speaks another major.
  static plugin load(const std::string& path) {
    plugin made;
    std::shared_ptr<detail::library> library = std::make_shared<detail::library>();
    library->handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library->handle == nullptr ? nullptr : dlsym(library->handle, DM_PLUGIN_ENTRY_SYMBOL);
    if (entry == nullptr) {
      const char* why = dlerror();
      made.problem_ = why == nullptr ? path + " cannot be loaded" : why;
      return made;
    }
    library->table = reinterpret_cast<dm_plugin_entry_function>(entry)(DM_PLUGIN_ABI_MAJOR);
    if (library->table == nullptr) {
      made.problem_ = path + " does not speak ABI major " + std::to_string(DM_PLUGIN_ABI_MAJOR);
      return made;
    }
    made.library_ = std::move(library);
    return made;
  }
  // A plugin that is in this program already; its table outlives everything that is made of it.
  static plugin of(const dm_plugin& table) {
    plugin made;
    made.library_ = std::make_shared<detail::library>();
    made.library_->table = &table;
    return made;
  }

  explicit operator bool() const noexcept { return library_ != nullptr; }
  const std::string& problem() const noexcept { return problem_; }
  // What follows needs a plugin.
  const dm_plugin& table() const noexcept { return *library_->table; }
  std::string manifest() const { return detail::copy(table().manifest); }
  // Whether run() would find the verb: has(&dm_plugin::find), has(&dm_savepoint::plan).
  template <class Table>
  bool has(dm_operation Table::*verb) const {
    return detail::find_verb(table(), verb) != nullptr;
  }

 private:
  friend class session;
  std::shared_ptr<detail::library> library_;
  std::string problem_;
};

// Where the plugin's log lines go. They are from `level` on; below it nothing is even formatted.
struct logger {
  std::int32_t level = DM_LOG_WARNING;
  std::function<void(std::int32_t level, const std::string& line)> write;  // none: nothing is logged
};

class call;

// One environment, opened. Empty where open() failed: opened() says why.
class session {
 public:
  session() noexcept = default;
  session(const plugin& made_by, const std::string& environment, logger log = logger()) {
    if (!made_by) return;  // opened() is INTERNAL then, without a document
    std::shared_ptr<core> made = std::make_shared<core>();
    made->library = made_by.library_;
    made->log = std::move(log);
    made->host.struct_size = sizeof made->host;
    made->host.user = made.get();
    made->host.log_level = made->log.level;
    if (made->log.write) made->host.log = &core::write;
    opened_.library_ = made->library;
    opened_.status_ = table(*made).open(&made->host, detail::lend(environment), &made->handle, &opened_.document_);
    if (opened_.ok()) core_ = std::move(made);
  }

  explicit operator bool() const noexcept { return core_ != nullptr; }
  // The reply of open(): warnings, or the error.
  const reply& opened() const noexcept { return opened_; }

  // A verb of the plugin's table or of an extension: run(&dm_plugin::stop, ...), run(&dm_savepoint::list, ...). Without a call
  // the session's default deadline holds, and only cancel() of the session ends it early (DM-21).
  template <class Table>
  reply run(dm_operation Table::*verb, const std::string& request, const call* under = nullptr) const;

  // Ends the waiting of all operations, now and later (DM-26). False: the plugin is older than that, nothing was done.
  bool cancel() const noexcept {
    if (!core_ || !DM_HAS_MEMBER(dm_plugin, &table(*core_), session_cancel)) return false;
    table(*core_).session_cancel(core_->handle);
    return true;
  }

 private:
  friend class call;
  struct core {
    std::shared_ptr<detail::library> library;
    logger log;
    dm_host host = {0, nullptr, 0, 0, nullptr};  // it and what it points at live until close() has returned (DM-10)
    dm_session* handle = nullptr;

    core() = default;
    core(const core&) = delete;
    core& operator=(const core&) = delete;
    ~core() { library->table->close(handle); }
    static void write(void* user, std::int32_t level, dm_string line) noexcept {
      static_cast<core*>(user)->log.write(level, detail::copy(line));
    }
  };
  static const dm_plugin& table(const core& of) noexcept { return *of.library->table; }

  std::shared_ptr<core> core_;
  reply opened_;
};

// How one operation is to be carried out.
struct call_options {
  std::uint64_t timeout_ms = 0;                           // DM-19; 0: the session's default for the verb
  std::string correlation_id;                             // put into log lines and errors
  std::function<void(const std::string& event)> on_event;  // an event document (DM-22)
};

// Bounds, observes and cancels an operation.
class call {
 public:
  explicit call(const session& of, call_options options = call_options()) : core_(of.core_) {
    if (!core_) return;
    on_event_.reset(new std::function<void(const std::string&)>(std::move(options.on_event)));
    dm_call_options asked = {sizeof(dm_call_options), options.timeout_ms, detail::lend(options.correlation_id), on_event_.get(),
                             *on_event_ ? &call::tell : nullptr};
    status_ = session::table(*core_).call_open(core_->handle, &asked, &handle_);
  }
  call(call&& other) noexcept { swap(other); }
  call& operator=(call&& other) noexcept {
    call taken(std::move(other));
    swap(taken);
    return *this;
  }
  call(const call&) = delete;
  call& operator=(const call&) = delete;
  ~call() {
    if (handle_ != nullptr) session::table(*core_).call_close(handle_);
  }

  explicit operator bool() const noexcept { return handle_ != nullptr; }
  dm_status status() const noexcept { return status_; }  // of call_open()
  // Ends the waiting of the operation that runs, or will run, under it (DM-20).
  void cancel() const noexcept {
    if (handle_ != nullptr) session::table(*core_).call_cancel(handle_);
  }

 private:
  friend class session;
  void swap(call& other) noexcept {
    core_.swap(other.core_);
    on_event_.swap(other.on_event_);
    std::swap(handle_, other.handle_);
    std::swap(status_, other.status_);
  }
  static void tell(void* user, dm_string event) noexcept {
    (*static_cast<std::function<void(const std::string&)>*>(user))(detail::copy(event));
  }

  std::shared_ptr<session::core> core_;
  std::unique_ptr<std::function<void(const std::string&)>> on_event_;  // the plugin has its address
  dm_call* handle_ = nullptr;
  dm_status status_ = DM_STATUS_INVALID_ARGUMENT;
};

template <class Table>
reply session::run(dm_operation Table::*verb, const std::string& request, const call* under) const {
  if (!core_) return reply(DM_STATUS_INVALID_ARGUMENT);
  // A call that could not be opened is no call without a deadline.
  if (under != nullptr && !*under) return reply(under->status());
  const dm_operation operation = detail::find_verb(table(*core_), verb);
  if (operation == nullptr) return reply(DM_STATUS_UNIMPLEMENTED);
  reply made;
  made.library_ = core_->library;
  made.status_ =
      operation(core_->handle, under == nullptr ? nullptr : under->handle_, detail::lend(request), &made.document_);
  return made;
}

}  // namespace dm

#endif  // DM_PLUGIN_HPP
