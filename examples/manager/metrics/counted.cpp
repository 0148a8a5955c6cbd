// What this process has done since it began.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/counted.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <mutex>

namespace manager::metrics {
namespace {

/// Everything that is counted; bounded, since verbs, types, routes and codes are.
struct figures {
  std::mutex mutex;
  // All guarded by mutex.
  std::map<labels, std::uint64_t> requests;
  std::map<labels, histogram> request_times;
  std::map<labels, std::uint64_t> plugin_calls;
  std::map<labels, histogram> plugin_times;
  std::map<labels, std::uint64_t> operations;
  std::map<labels, histogram> operation_times;
  std::int64_t queued = 0;
  std::int64_t running = 0;
};

figures& all() {
  static figures one;
  return one;
}

double seconds(clock::duration took) { return std::chrono::duration<double>(took).count(); }

std::string known_method(std::string_view method) {
  constexpr std::array<std::string_view, 6> known = {"GET",  "HEAD",   "PUT",
                                                     "POST", "DELETE", "OPTIONS"};
  return std::find(known.begin(), known.end(), method) == known.end() ? "other"
                                                                      : std::string(method);
}

template <typename Value>
void write(exposition& into, const std::map<labels, Value>& values) {
  for (const auto& [of, value] : values) {
    if constexpr (std::is_same_v<Value, histogram>) {
      into.sample(of, value);
    } else {
      into.sample(of, static_cast<double>(value));
    }
  }
}

}  // namespace

void request_answered(std::string_view method, std::string_view route, int code,
                      clock::duration took) {
  const std::string pattern = route.empty() ? "none" : std::string(route);
  figures& kept = all();
  const std::lock_guard lock(kept.mutex);
  ++kept.requests[{
      {"method", known_method(method)}, {"route", pattern}, {"code", std::to_string(code)}}];
  kept.request_times[{{"route", pattern}}].observe(seconds(took));
}

void plugin_answered(std::string_view type, std::string_view verb, std::string_view status,
                     clock::duration took) {
  const labels of = {{"type", std::string(type)}, {"verb", std::string(verb)}};
  labels with_status = of;
  with_status.emplace_back("status", status);
  figures& kept = all();
  const std::lock_guard lock(kept.mutex);
  ++kept.plugin_calls[with_status];
  kept.plugin_times[of].observe(seconds(took));
}

void operation_queued() {
  const std::lock_guard lock(all().mutex);
  ++all().queued;
}

void operation_begun() {
  const std::lock_guard lock(all().mutex);
  --all().queued;
  ++all().running;
}

void operation_left() {
  const std::lock_guard lock(all().mutex);
  --all().running;
}

void operation_ended(std::string_view noun, std::string_view verb, std::string_view outcome,
                     clock::duration took) {
  const labels of = {{"noun", std::string(noun)}, {"verb", std::string(verb)}};
  labels with_outcome = of;
  with_outcome.emplace_back("outcome", outcome);
  figures& kept = all();
  const std::lock_guard lock(kept.mutex);
  ++kept.operations[with_outcome];
  kept.operation_times[of].observe(seconds(took));
}

void write_counted(exposition& into) {
  figures& kept = all();
  const std::lock_guard lock(kept.mutex);
  into.family("deployment_manager_http_requests_total", "counter",
              "Requests answered, by the pattern of their route.");
  write(into, kept.requests);
  into.family("deployment_manager_http_request_seconds", "histogram",
              "Time from a request's dispatch to its answer.");
  write(into, kept.request_times);
  into.family("deployment_manager_operations_total", "counter", "Operations that have ended.");
  write(into, kept.operations);
  into.family("deployment_manager_operation_seconds", "histogram",
              "Time that operations took, without their time in the queue.");
  write(into, kept.operation_times);
  into.family("deployment_manager_operations_queued", "gauge",
              "Operations that wait for a worker.");
  into.sample({}, static_cast<double>(std::max<std::int64_t>(0, kept.queued)));
  into.family("deployment_manager_operations_running", "gauge",
              "Operations that are carried out at the moment.");
  into.sample({}, static_cast<double>(kept.running));
  into.family("deployment_manager_plugin_calls_total", "counter",
              "Calls of plugins that have returned, by the status that they returned.");
  write(into, kept.plugin_calls);
  into.family("deployment_manager_plugin_call_seconds", "histogram",
              "Time that plugin calls took.");
  write(into, kept.plugin_times);
}

}  // namespace manager::metrics
