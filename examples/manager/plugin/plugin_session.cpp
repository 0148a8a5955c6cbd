// A plugin at work: sessions, calls, replies.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_session.h"

#include "base/log.h"
#include "base/names.h"
#include "metrics/counted.h"
#include "plugin/plugin_opening.h"
#include "plugin/supervised_call.h"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <utility>
#include <vector>

namespace manager {
namespace {

failure_kind kind_of(dm_status status) {
  switch (status) {
    case DM_STATUS_CANCELLED:
      return failure_kind::cancelled;
    case DM_STATUS_INVALID_ARGUMENT:
    case DM_STATUS_UNIMPLEMENTED:
      return failure_kind::failed_validation;
    case DM_STATUS_NOT_FOUND:
      return failure_kind::not_found;
    case DM_STATUS_PERMISSION_DENIED:
    case DM_STATUS_UNAUTHENTICATED:
      return failure_kind::forbidden;
    case DM_STATUS_ALREADY_EXISTS:
    case DM_STATUS_FAILED_PRECONDITION:
    case DM_STATUS_RESOURCE_EXHAUSTED:
      return failure_kind::failed_creation;
    case DM_STATUS_UNAVAILABLE:
    case DM_STATUS_DEADLINE_EXCEEDED:
      return failure_kind::failed_connection;
    default:
      return failure_kind::unknown;
  }
}

std::string text_or_json(const json::value& object, std::string_view name) {
  const json::value* found = json::find(object, name);
  if (found == nullptr || found->IsNull()) return {};
  return found->IsString() ? std::string(json::view(*found)) : json::to_text(*found);
}

std::vector<problem> problems_in(const json::value& error) {
  std::vector<problem> problems;
  const json::value* details = json::find(error, "details");
  if (details == nullptr || !details->IsArray()) return problems;
  for (const auto& detail : details->GetArray()) {
    if (!detail.IsObject()) continue;
    problems.push_back({text_or_json(detail, "path"), text_or_json(detail, "found"),
                        text_or_json(detail, "allowed"), text_or_json(detail, "message")});
  }
  return problems;
}

// In whatever words: where it is, what was found and what is allowed.
bool says(std::string_view text, const problem& one) {
  for (const std::string& part : {one.path, one.found, one.allowed, one.message}) {
    if (text.find(part) == std::string_view::npos) return false;
  }
  return true;
}

void append_sentence(std::string& text, std::string_view sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += text.ends_with('.') ? " " : ". ";
  text += sentence;
}

}  // namespace

std::string_view to_text(plugin_verb verb) {
  constexpr std::array<std::string_view, 21> names = {
      "validate",    "create",   "destroy",   "start",   "stop",    "status",  "trigger",
      "list",        "resume",   "dispose",   "pin",     "unpin",   "plan",    "find",
      "log_sources", "log_read", "incidents", "explain", "figures", "inspect", "clean"};
  return names.at(static_cast<std::size_t>(verb));
}

std::string_view status_name(dm_status status) {
  switch (status) {
    case DM_STATUS_OK:
      return "OK";
    case DM_STATUS_CANCELLED:
      return "CANCELLED";
    case DM_STATUS_INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case DM_STATUS_DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case DM_STATUS_NOT_FOUND:
      return "NOT_FOUND";
    case DM_STATUS_ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case DM_STATUS_PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case DM_STATUS_RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case DM_STATUS_FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case DM_STATUS_UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case DM_STATUS_UNAVAILABLE:
      return "UNAVAILABLE";
    case DM_STATUS_UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    default:
      return "INTERNAL";
  }
}

dm_status status_named(std::string_view name) {
  constexpr std::array known = {DM_STATUS_OK,
                                DM_STATUS_CANCELLED,
                                DM_STATUS_INVALID_ARGUMENT,
                                DM_STATUS_DEADLINE_EXCEEDED,
                                DM_STATUS_NOT_FOUND,
                                DM_STATUS_ALREADY_EXISTS,
                                DM_STATUS_PERMISSION_DENIED,
                                DM_STATUS_RESOURCE_EXHAUSTED,
                                DM_STATUS_FAILED_PRECONDITION,
                                DM_STATUS_UNIMPLEMENTED,
                                DM_STATUS_UNAVAILABLE,
                                DM_STATUS_UNAUTHENTICATED};
  for (const dm_status status : known) {
    if (status_name(status) == name) return status;
  }
  return DM_STATUS_INTERNAL;
}

failure plugin_reply::to_failure(std::string_view doing) const {
  const json::value* error = json::find(document, "error");
  std::string text;
  std::vector<problem> problems;
  if (error != nullptr && error->IsObject()) {
    text = json::text_of(*error, "message");
    problems = problems_in(*error);
    // The message may be a heading only; what is wrong stands in the list.
    for (const problem& one : problems) {
      if (!says(text, one)) append_sentence(text, manager::to_text(one));
    }
    if (const json::value* causes = json::find(*error, "cause");
        causes != nullptr && causes->IsArray()) {
      for (const auto& cause : causes->GetArray()) {
        const std::string message = text_or_json(cause, "message");
        if (message.empty() || text.find(message) != std::string::npos) continue;
        append_sentence(text, fmt::format("{}: {}", text_or_json(cause, "source"), message));
      }
    }
    append_sentence(text, json::text_of(*error, "hint"));
  }
  if (text.empty()) text = "the plugin gave no reason";
  return {kind_of(status), fmt::format("{}: {}: {}", doing, status_name(status), text),
          std::move(problems)};
}

plugin_session::plugin_session(std::shared_ptr<const plugin_library> library,
                               const json::value& environment, std::string_view settings,
                               const watchdog_limits& limits,
                               std::shared_ptr<circuit_breaker> breaker, cancellation* cancel)
    : core_(std::make_shared<plugin_core>(std::move(library), limits, std::move(breaker))) {
  open_session(core_, environment, settings, limits.open, cancel);
}

plugin_session::~plugin_session() {
  if (core_->session == nullptr) return;
  cancel_calls();
  std::unique_lock lock(core_->mutex);
  const bool all_returned =
      core_->returned.wait_for(lock, core_->grace, [this] { return core_->calls == 0; });
  lock.unlock();
  if (all_returned && close_session(core_)) return;
  log::error("event=plugin_left_open plugin={} information={}", core_->library->name(),
             all_returned
                 ? "it has not come back from closing its session; its library stays loaded"
                 : "calls have not come back; its session is not closed and its library "
                   "stays loaded");
  // Never destroyed, so that no thread loses the code that it runs.
  static std::mutex mutex;
  static auto* const left_open = new std::vector<std::shared_ptr<plugin_core>>;
  const std::lock_guard keeping(mutex);
  left_open->push_back(core_);
}

plugin_health plugin_session::health() const {
  const std::lock_guard lock(core_->mutex);
  return {true, core_->calls, core_->breaker->stuck(),
          to_text(core_->breaker->state(std::chrono::steady_clock::now()))};
}

dm_operation plugin_session::operation_of(plugin_verb verb) const {
  const dm_plugin& table = core_->table();
  const plugin_extensions& has = core_->extensions;
  const auto of = [&](auto* extension, auto member, plugin_extension id) {
    if (extension != nullptr) return extension->*member;
    const plugin_library& library = *core_->library;
    throw failure(failure_kind::not_offered,
                  fmt::format("components of type {} have no {}: their plugin {} {} ({}) does not "
                              "offer {} in the version that this Deployment Manager knows",
                              library.component_type(), to_text(verb), library.name(),
                              library.version(), library.file().string(), id_of(id)));
  };
  using extension = plugin_extension;
  switch (verb) {
    case plugin_verb::validate:
      return table.validate;
    case plugin_verb::create:
      return table.create;
    case plugin_verb::destroy:
      return table.destroy;
    case plugin_verb::start:
      return table.start;
    case plugin_verb::stop:
      return table.stop;
    case plugin_verb::status:
      return table.status;
    case plugin_verb::trigger:
      return of(has.savepoint, &dm_savepoint::trigger, extension::savepoint);
    case plugin_verb::list:
      return of(has.savepoint, &dm_savepoint::list, extension::savepoint);
    case plugin_verb::resume:
      return of(has.savepoint, &dm_savepoint::resume, extension::savepoint);
    case plugin_verb::dispose:
      return of(has.savepoint, &dm_savepoint::dispose, extension::savepoint);
    case plugin_verb::pin:
      return of(has.savepoint, &dm_savepoint::pin, extension::savepoint);
    case plugin_verb::unpin:
      return of(has.savepoint, &dm_savepoint::unpin, extension::savepoint);
    case plugin_verb::plan:
      return of(has.savepoint, &dm_savepoint::plan, extension::savepoint);
    case plugin_verb::log_sources:
      return of(has.logs, &dm_logs::sources, extension::logs);
    case plugin_verb::log_read:
      return of(has.logs, &dm_logs::read, extension::logs);
    case plugin_verb::incidents:
      return of(has.diagnosis, &dm_diagnosis::incidents, extension::diagnosis);
    case plugin_verb::explain:
      return of(has.diagnosis, &dm_diagnosis::explain, extension::diagnosis);
    case plugin_verb::figures:
      return of(has.metrics, &dm_metrics::figures, extension::metrics);
    case plugin_verb::inspect:
      return of(has.housekeeping, &dm_housekeeping::inspect, extension::housekeeping);
    case plugin_verb::clean:
      return of(has.housekeeping, &dm_housekeeping::clean, extension::housekeeping);
    case plugin_verb::find:
      break;
  }
  if (has_find()) return table.find;
  throw failure(
      failure_kind::not_offered,
      fmt::format("plugin {} {} ({}) cannot say which components it has", core_->library->name(),
                  core_->library->version(), core_->library->file().string()));
}

bool plugin_session::has_find() const {
  const dm_plugin& table = core_->table();
  return DM_HAS_MEMBER(dm_plugin, &table, find) && table.find != nullptr;
}

plugin_reply plugin_session::run(plugin_verb verb, const json::value& request,
                                 const plugin_call& how) {
  const dm_operation operation = operation_of(verb);
  if (how.cancel != nullptr) how.cancel->check();
  const auto begin = metrics::clock::now();
  const auto count = [&](std::string_view status) {
    metrics::plugin_answered(core_->library->component_type(), to_text(verb), status,
                             metrics::clock::now() - begin);
  };
  try {
    plugin_reply answer = run_supervised(core_, verb, operation, json::to_text(request), how);
    count(status_name(answer.status));
    return answer;
  } catch (const failure&) {
    count("NO_ANSWER");
    throw;
  }
}

}  // namespace manager
