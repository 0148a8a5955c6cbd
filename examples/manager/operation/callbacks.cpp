// Tells other services of state changes.
// SPDX-License-Identifier: Apache-2.0
#include "operation/callbacks.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/json.h"
#include "base/log.h"
#include "http/http_client.h"

#include <algorithm>
#include <exception>

namespace manager {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds idle{60'000};
constexpr std::int64_t first_delay_ms = 1'000;
constexpr std::int64_t longest_delay_ms = 300'000;
constexpr std::int64_t oldest_ms = 7LL * 24 * 3600 * 1000;

std::int64_t delay_after(int attempts) {
  std::int64_t delay = first_delay_ms;
  for (int i = 1; i < attempts && delay < longest_delay_ms; ++i) delay *= 2;
  return std::min(delay, longest_delay_ms);
}

}  // namespace

std::string callback_body(const std::string& name, const std::string& state,
                          const std::string& information, std::int64_t now) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "id", name, memory);
  json::set(entry, "state", state, memory);
  json::set(entry, "timestamp", now, memory);
  if (!information.empty()) json::set(entry, "information", information, memory);
  json::value data(rapidjson::kArrayType);
  data.PushBack(entry, memory);
  json::set(body, "data", std::move(data), memory);
  json::set(body, "timestamp", now, memory);
  return json::to_text(body);
}

callback_sender::callback_sender(std::string receiver, std::string url, milliseconds timeout,
                                 registry& memory)
    : receiver_(std::move(receiver)), url_(std::move(url)), timeout_(timeout), registry_(memory) {
  thread_ = std::thread([this] { deliver(); });
}

callback_sender::~callback_sender() {
  cancel_.request();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void callback_sender::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void callback_sender::deliver() {
  for (;;) {
    milliseconds wait = idle;
    try {
      wait = step();
    } catch (const std::exception& problem) {
      if (!cancel_.requested()) {
        log::error("event=callback_error receiver={} information={}", receiver_, problem.what());
      }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return closing_ || woken_; });
    if (closing_) return;
    woken_ = false;
  }
}

milliseconds callback_sender::step() {
  const auto entry =
      registry_.transact([&](registry_view& view) { return view.outbox.first(receiver_); });
  if (!entry) return idle;
  const std::int64_t now = now_ms();
  // A clock that was set back must not hold deliveries for longer than the longest delay.
  const std::int64_t due = std::min(entry->next_attempt_at, now + longest_delay_ms);
  if (due > now) return milliseconds(due - now);

  std::string why;
  try {
    http_call call;
    call.method = "POST";
    call.url = url_;
    call.body = entry->body;
    call.timeout = timeout_;
    call.cancel = &cancel_;
    const http_result answer = perform(call);
    if (answer.status < 200 || answer.status > 299) why = fmt::format("HTTP {}", answer.status);
  } catch (const failure& problem) {
    if (problem.kind() == failure_kind::cancelled) throw;
    why = problem.what();
  }
  if (why.empty()) {
    registry_.transact([&](registry_view& view) { view.outbox.erase(entry->id); });
    return milliseconds(0);
  }
  if (now - entry->created_at > oldest_ms) {
    log::error("event=callback_dropped receiver={} attempts={} information={}", receiver_,
               entry->attempts + 1, why);
    registry_.transact([&](registry_view& view) { view.outbox.erase(entry->id); });
    return milliseconds(0);
  }
  const int attempts = entry->attempts + 1;
  const std::int64_t delay = delay_after(attempts);
  log::warning("event=callback_failed receiver={} attempts={} retry_in_ms={} information={}",
               receiver_, attempts, delay, why);
  registry_.transact(
      [&](registry_view& view) { view.outbox.postpone(entry->id, attempts, now + delay); });
  return milliseconds(delay);
}

callbacks::callbacks(const std::string& package_url, const std::string& application_url,
                     milliseconds timeout, registry& memory) {
  const auto add = [&](const std::string& receiver, const std::string& url) {
    if (url.empty()) {
      memory.transact([&](registry_view& view) { view.outbox.erase_all(receiver); });
    } else {
      senders_[receiver] = std::make_unique<callback_sender>(receiver, url, timeout, memory);
    }
  };
  add("package", package_url);
  add("application", application_url);
}

void callbacks::record(registry_view& view, const std::string& noun, const std::string& name,
                       const std::string& state, const std::string& information) {
  if (!senders_.contains(noun)) return;
  const std::int64_t now = now_ms();
  const std::int64_t dropped =
      view.outbox.add(noun, callback_body(name, state, information, now), now);
  if (dropped > 0) log::error("event=callback_dropped receiver={} count={}", noun, dropped);
}

void callbacks::wake(const std::string& noun) {
  if (const auto sender = senders_.find(noun); sender != senders_.end()) sender->second->wake();
}

}  // namespace manager
