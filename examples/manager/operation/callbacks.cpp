// Tells other services of state changes.
// SPDX-License-Identifier: Apache-2.0
#include "operation/callbacks.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/json.h"
#include "base/log.h"
#include "http/http_client.h"
#include "operation/callback_signature.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace manager {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds idle{60'000};
constexpr milliseconds first_delay{1'000};
constexpr milliseconds longest_delay{300'000};

milliseconds delay_after(int attempts) {
  milliseconds delay = first_delay;
  for (int i = 1; i < attempts && delay < longest_delay; ++i) delay *= 2;
  return std::min(delay, longest_delay);
}

bool is_refusal(long status) {
  return status >= 400 && status <= 499 && status != 408 && status != 425 && status != 429;
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

callback_sender::callback_sender(std::string receiver, std::string url,
                                 const callback_options& options, registry& memory)
    : receiver_(std::move(receiver)),
      url_(std::move(url)),
      timeout_(options.timeout),
      secret_file_(options.secret_file),
      registry_(memory) {
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

callback_sender::answer callback_sender::send(const outbox_entry& entry, std::string& why) {
  try {
    http_call call;
    call.method = "POST";
    call.url = url_;
    call.body = entry.body;
    call.timeout = timeout_;
    call.cancel = &cancel_;
    if (!secret_file_.empty()) {
      // Read again each time, so that a new secret needs no restart.
      call.headers.push_back(signature_header(read_callback_secret(secret_file_), entry.body));
    }
    const http_result result = perform(call);
    if (result.status >= 200 && result.status <= 299) return answer::taken;
    why = fmt::format("HTTP {}", result.status);
    if (is_refusal(result.status)) return answer::refused;
    return result.status == 429 || result.status == 503 ? answer::receiver_away : answer::not_now;
  } catch (const failure& problem) {
    if (problem.kind() == failure_kind::cancelled) throw;
    why = problem.what();
  } catch (const std::runtime_error& problem) {
    why = problem.what();
  }
  return answer::receiver_away;
}

milliseconds callback_sender::step() {
  const auto entries =
      registry_.transact([&](registry_view& view) { return view.outbox.first_of_each(receiver_); });
  const auto now = clock::now();
  std::erase_if(held_, [&](const auto& one) { return one.second <= now; });
  if (entries.empty()) return idle;
  const auto wait_until = [&](clock::time_point due) {
    return std::max(std::chrono::duration_cast<milliseconds>(due - now), milliseconds(0)) +
           milliseconds(1);
  };
  if (receiver_held_ > now) return wait_until(receiver_held_);
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& one) { return !held_.contains(one.object); });
  if (entry == entries.end()) {
    clock::time_point first = clock::time_point::max();
    for (const auto& [object, due] : held_) first = std::min(first, due);
    return wait_until(first);
  }

  std::string why;
  const answer result = send(*entry, why);
  const int attempts = entry->attempts + 1;
  receiver_failures_ = result == answer::receiver_away ? receiver_failures_ + 1 : 0;
  const bool dropped = (result == answer::refused && attempts >= most_refusals) ||
                       (result != answer::taken && attempts >= most_attempts);
  if (result == answer::taken || dropped) {
    if (dropped) {
      log::error("event=callback_dropped receiver={} object={} attempts={} information={}",
                 receiver_, entry->object, attempts, why);
    }
    registry_.transact([&](registry_view& view) { view.outbox.erase(entry->id); });
    return milliseconds(0);
  }
  const bool away = result == answer::receiver_away;
  const milliseconds delay = delay_after(away ? receiver_failures_ : attempts);
  if (away) {
    receiver_held_ = clock::now() + delay;
  } else {
    held_[entry->object] = clock::now() + delay;
  }
  log::warning(
      "event=callback_failed receiver={} object={} attempts={} retry_in_ms={} "
      "information={}",
      receiver_, entry->object, attempts, delay.count(), why);
  registry_.transact([&](registry_view& view) { view.outbox.set_attempts(entry->id, attempts); });
  return milliseconds(0);
}

callbacks::callbacks(const callback_options& options, registry& memory) {
  const auto add = [&](const std::string& receiver, const std::string& url) {
    if (url.empty()) {
      memory.transact([&](registry_view& view) { view.outbox.erase_all(receiver); });
    } else {
      senders_[receiver] = std::make_unique<callback_sender>(receiver, url, options, memory);
    }
  };
  add("package", options.package_url);
  add("application", options.application_url);
}

void callbacks::record(registry_view& view, const std::string& noun, const std::string& name,
                       const std::string& state, const std::string& information) {
  if (!senders_.contains(noun)) return;
  const std::int64_t now = now_ms();
  const std::int64_t dropped =
      view.outbox.add(noun, name, callback_body(name, state, information, now), now);
  if (dropped > 0) log::error("event=callback_dropped receiver={} count={}", noun, dropped);
}

void callbacks::wake(const std::string& noun) {
  if (const auto sender = senders_.find(noun); sender != senders_.end()) sender->second->wake();
}

}  // namespace manager
