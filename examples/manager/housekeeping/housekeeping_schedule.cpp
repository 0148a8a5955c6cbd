// Cleans up from time to time, where the configuration says so.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_schedule.h"

#include "base/clock.h"
#include "base/log.h"

#include <algorithm>
#include <exception>

namespace manager {
namespace {

constexpr std::chrono::minutes between_looks{1};
constexpr std::int64_t day_ms = 86'400'000;

std::int64_t milliseconds_of(std::chrono::milliseconds duration) { return duration.count(); }

}  // namespace

housekeeping_schedule::housekeeping_schedule(const configuration& settings, registry& memory,
                                             housekeeping_service& service)
    : settings_(settings), registry_(memory), service_(service), since_(now_ms()) {}

void housekeeping_schedule::start() {
  if (settings_.housekeeping.interval.count() > 0) thread_ = std::thread([this] { run(); });
}

void housekeeping_schedule::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void housekeeping_schedule::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    changed_.wait_for(lock, between_looks, [this] { return stopped_; });
    if (stopped_) return;
    lock.unlock();
    look(now_ms());
    lock.lock();
  }
}

json::document housekeeping_schedule::wish() const {
  const housekeeping_settings& settings = settings_.housekeeping;
  json::document wish = json::make_object();
  auto& memory = wish.GetAllocator();
  json::set(wish, "all", true, memory);
  json::set(wish, "dry_run", settings.dry_run, memory);
  if (!settings.kinds.empty()) {
    json::value kinds(rapidjson::kArrayType);
    for (const std::string& kind : settings.kinds) {
      kinds.PushBack(json::make_string(kind, memory), memory);
    }
    json::set(wish, "kinds", std::move(kinds), memory);
  }
  if (!settings.ages_days.empty()) {
    json::value ages(rapidjson::kObjectType);
    for (const auto& [kind, days] : settings.ages_days) {
      json::set(ages, kind, days * day_ms, memory);
    }
    json::set(wish, "ages_ms", std::move(ages), memory);
  }
  return wish;
}

bool housekeeping_schedule::look(std::int64_t now) {
  try {
    operation_filter filter;
    filter.noun = "housekeeping";
    filter.user = housekeeping_service::schedule_user;
    const auto before = registry_.transact(
        [&](registry_view& view) { return view.history.list(filter, std::nullopt, 1); });
    const std::int64_t due = before.empty()
                                 ? since_ + milliseconds_of(first_pause)
                                 : std::max(before.front().operation.accepted_at +
                                                milliseconds_of(settings_.housekeeping.interval),
                                            since_ + milliseconds_of(first_pause));
    if (now < due) return false;
    const auto operation = service_.clean_by_schedule(wish());
    if (operation) log::info("event=housekeeping operation={}", *operation);
    return operation.has_value();
  } catch (const std::exception& problem) {
    log::warning("event=housekeeping_failed information={}", problem.what());
    return false;
  }
}

}  // namespace manager
