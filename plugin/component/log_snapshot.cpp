// What follows from the records of a component's log.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_snapshot.h"

#include <algorithm>

#include <fmt/format.h>

namespace dm::component {

const log_record* log_snapshot::newest_intent() const {
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->second.kind != record_kind::incarnation) return &it->second;
  }
  return nullptr;
}

const log_record* log_snapshot::newest_incarnation() const {
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->second.kind == record_kind::incarnation) return &it->second;
  }
  return nullptr;
}

const log_record* log_snapshot::incarnation_of(std::string_view run_name) const {
  for (auto it = records.rbegin(); it != records.rend(); ++it) {
    if (it->second.kind == record_kind::incarnation && it->second.run_name == run_name)
      return &it->second;
  }
  return nullptr;
}

std::uint64_t log_snapshot::newest_number() const {
  return records.empty() ? 0 : records.rbegin()->first;
}

bool log_snapshot::wanted() const {
  const log_record* intent = newest_intent();
  return intent != nullptr && intent->kind == record_kind::run;
}

bool log_snapshot::had_client(std::uint64_t epoch) const {
  if (const auto record = records.find(epoch); record != records.end() && record->second.direct)
    return false;
  const auto end = ends.find(epoch);
  return end == ends.end() || end->second.counts;
}

std::uint64_t log_snapshot::run_began() const {
  if (!wanted()) return 0;
  const log_record* run = newest_intent();
  // Numbers only fall along the chain, so that a damaged one ends.
  while (run->continues != 0 && run->continues < run->number) {
    if (run->began != 0 && run->began < run->number) return run->began;
    const auto before = records.find(run->continues);
    if (before == records.end()) return run->continues;  // pruned, or older than what is read
    run = &before->second;
  }
  return run->number;
}

const log_record* log_snapshot::current_incarnation() const {
  const log_record* incarnation = newest_incarnation();
  const std::uint64_t began = run_began();
  return incarnation != nullptr && began != 0 && incarnation->number > began ? incarnation
                                                                             : nullptr;
}

// Each record repeats what stood before it, but for those of an earlier version.
std::uint64_t log_snapshot::life_began() const {
  std::uint64_t newest = 0;
  for (const auto& [number, record] : records) {
    const bool marks = record.kind == record_kind::stop && record.stop_cause == destroyed;
    newest = std::max(newest, marks ? number : record.life);
  }
  return newest;
}

std::uint64_t log_snapshot::state_ended() const {
  std::uint64_t newest = 0;
  for (const auto& [number, record] : records)
    newest = std::max(newest, record.state_disposed ? number : record.state_ended);
  return newest;
}

std::string log_snapshot::newest_application() const {
  std::uint64_t newest = 0;
  std::string id;
  const auto take = [&](const auto& facts) {
    for (const auto& [epoch, fact] : facts) {
      if (epoch < newest || fact.application_id.empty()) continue;
      newest = epoch;
      id = fact.application_id;
    }
  };
  take(applications);
  take(ends);
  return id;
}

bool log_snapshot::is_unreadable(std::uint64_t number) const {
  return unreadable.contains(fmt::format("{}.json", number));
}

}  // namespace dm::component
