// Which restore points may be deleted.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/disposal_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/installation.h"
#include "savepoint/restore_points.h"

namespace dm::savepoint {

using input::component_data;

namespace {

using state::restore_point;
using state::restore_point_kind;
using state::restore_point_state;

// How Flink restores when it is not told: claim modes exist from 1.15 on, before there is only what
// was later called legacy. A version that cannot be read counts as the careful case.
std::string effective_claim_mode(const component_data& data,
                                 const component::log_record& incarnation) {
  if (!incarnation.claim_mode.empty()) return incarnation.claim_mode;
  const auto version = flink::parse_version(data.flink_version);
  const bool has_modes =
      version && (version->major > 1 || (version->major == 1 && version->minor >= 15));
  return has_modes ? "no_claim" : "legacy";
}

// Whether the newest incarnation has not come to its end, as far as is known.
bool goes_on(const disposal_facts& facts, const component::log_record& incarnation) {
  if (facts.live_epoch != 0) return facts.live_epoch == incarnation.number;
  if (!facts.log.wanted() || facts.log.ends.contains(incarnation.number)) return false;
  const component::log_record* current = facts.log.current_incarnation();
  return current != nullptr && current->number == incarnation.number;
}

bool has_checkpoint(const disposal_facts& facts, std::uint64_t epoch) {
  return facts.live_has_checkpoint ||
         std::any_of(facts.points.begin(), facts.points.end(), [&](const restore_point& point) {
           return point.kind == restore_point_kind::checkpoint && point.epoch == epoch &&
                  point.usable();
         });
}

bool lies_below(const std::string& path, const std::string& directory) {
  return path.starts_with(directory + "/") && path.find("/../") == std::string::npos &&
         path.find("/./") == std::string::npos && !path.ends_with("/..") && !path.ends_with("/.") &&
         path.find("//") == std::string::npos;
}

// Only what Flink made for this savepoint alone: its own directory savepoint-<job>-<random>, or
// something below the component's.
std::optional<disposal_obstacle> wrong_place(const component_data& data,
                                             const restore_point& point) {
  if (point.path.empty()) return std::nullopt;
  const std::string own = state_directory(data);
  const std::string name = point.path.substr(point.path.rfind('/') + 1);
  if (lies_below(point.path, own + "/savepoints") || lies_below(point.path, own + "/checkpoints"))
    return std::nullopt;
  if (lies_below(point.path, data.state_root) && name.starts_with("savepoint-"))
    return std::nullopt;
  return disposal_obstacle{
      fmt::format("it lies at {}, which is no directory of a savepoint below the state root {}",
                  point.path, data.state_root),
      "delete it by hand if nobody needs it", false};
}

std::optional<disposal_obstacle> unfinished(const disposal_facts& facts,
                                            const restore_point& point) {
  if (point.state != restore_point_state::in_progress) return std::nullopt;
  if (facts.live_epoch != 0 && (point.epoch == facts.live_epoch || point.epoch == 0)) {
    return disposal_obstacle{"it is still being taken",
                             "wait for its end: trigger with the same operation tells", false};
  }
  return disposal_obstacle{
      "what became of it is not known yet: it may be the newest one",
      "trigger with the same operation looks for its result; with force it is deleted unseen",
      true};
}

std::optional<disposal_obstacle> claimed(const disposal_facts& facts, const restore_point& point) {
  if (point.state != restore_point_state::claimed) return std::nullopt;
  return disposal_obstacle{
      "it was handed to Flink (claim mode \"claim\"), whose later checkpoints may refer to its "
      "files",
      facts.live_epoch == 0 ? "with force it is deleted all the same"
                            : "Flink deletes it when it needs it no more",
      facts.live_epoch == 0};
}

// Retained checkpoints may be incremental: newer ones of the same job refer to files of older ones.
std::optional<disposal_obstacle> needed_checkpoint(const disposal_facts& facts,
                                                   const restore_point& point) {
  if (point.kind != restore_point_kind::checkpoint) return std::nullopt;
  if (point.epoch == 0 || point.epoch == facts.live_epoch) {
    return disposal_obstacle{"it is a checkpoint of the running job, which deletes it by itself",
                             "nothing has to be done", false};
  }
  for (const restore_point& other : facts.points) {
    if (other.kind != restore_point_kind::checkpoint || other.epoch != point.epoch) continue;
    if (other.id == point.id || other.checkpoint_id <= point.checkpoint_id) continue;
    return disposal_obstacle{
        fmt::format("the newer checkpoint {} of the same incarnation may refer to its files",
                    other.id),
        fmt::format("delete {} first", other.id), false};
  }
  return std::nullopt;
}

// The candidates of the next incarnation; those left out that are known to be no good.
std::vector<state::candidate> next_candidates(const component_data& data,
                                              const disposal_facts& facts) {
  state::lineage lineage = state::trace(supposing_start(facts.log), facts.points, data.state);
  std::erase_if(lineage.candidates, [&](const state::candidate& one) {
    const restore_point* known = find_by_path(facts.points, one.point.path);
    return known != nullptr && !known->usable() && known->state != restore_point_state::claimed;
  });
  return std::move(lineage.candidates);
}

std::optional<disposal_obstacle> next_start(const disposal_facts& facts, const restore_point& point,
                                            const std::vector<state::candidate>& candidates) {
  if (!facts.log.wanted() || facts.live_epoch != 0) return std::nullopt;
  if (candidates.empty() || candidates.front().point.path != point.path) return std::nullopt;
  return disposal_obstacle{
      "the component is wanted and nothing of it lives: its next incarnation starts from it",
      "stop the component first, or wait until it runs", false};
}

std::optional<disposal_obstacle> last_usable(const component_data& data, const restore_point& point,
                                             const std::vector<state::candidate>& candidates) {
  if (data.state != component::state_policy::required || !point.usable()) return std::nullopt;
  const bool among = std::any_of(candidates.begin(), candidates.end(),
                                 [&](const auto& one) { return one.point.path == point.path; });
  const bool other = std::any_of(candidates.begin(), candidates.end(),
                                 [&](const auto& one) { return one.point.path != point.path; });
  if (!among || other) return std::nullopt;
  return disposal_obstacle{
      "it is the last usable one that a start would choose, and the component's state is required "
      "(component_flink_state)",
      "trigger a newer savepoint first; with force it is deleted all the same, and a start then "
      "needs accept_state_loss or a named savepoint",
      true};
}

}  // namespace

std::optional<std::string> in_use(const component_data& data, const disposal_facts& facts,
                                  const restore_point& point) {
  const component::log_record* incarnation = facts.log.newest_incarnation();
  if (incarnation == nullptr || point.path.empty() || incarnation->restore_path != point.path ||
      !goes_on(facts, *incarnation)) {
    return std::nullopt;
  }
  const std::string mode = effective_claim_mode(data, *incarnation);
  const std::string started =
      fmt::format("the running incarnation {} was started from it", incarnation->number);
  if (mode == "claim") return started + " with claim mode \"claim\": it belongs to Flink";
  if (mode != "no_claim")
    return started + " in legacy mode: the job's checkpoints may refer to its files";
  if (has_checkpoint(facts, incarnation->number)) return std::nullopt;
  return started + " and has not completed a checkpoint of its own yet";
}

std::optional<std::string> named_by_run(const disposal_facts& facts, const restore_point& point) {
  if (point.path.empty() || !facts.log.wanted()) return std::nullopt;
  const component::log_record& run = *facts.log.newest_intent();
  if (run.restore_path != point.path || facts.log.current_incarnation() != nullptr)
    return std::nullopt;
  return fmt::format("the run {} that {} has asked for starts from it", run.number,
                     run.user.empty() ? "(unknown)" : run.user);
}

std::optional<disposal_obstacle> obstacle_to_disposal(const component_data& data,
                                                      const disposal_facts& facts,
                                                      const restore_point& point) {
  if (auto place = wrong_place(data, point)) return place;
  if (point.pinned) {
    return disposal_obstacle{
        fmt::format("it is pinned{}",
                    point.pin_reason.empty() ? "" : " (" + point.pin_reason + ")"),
        "unpin it first", false};
  }
  if (auto use = in_use(data, facts, point)) {
    return disposal_obstacle{
        *use,
        "it can be deleted once the job has a newer checkpoint (claim mode no_claim) or has "
        "been stopped",
        false};
  }
  if (auto named = named_by_run(facts, point))
    return disposal_obstacle{*named, "stop the component first, or wait until it runs", false};
  const std::vector<state::candidate> candidates = next_candidates(data, facts);
  std::vector<std::optional<disposal_obstacle>> found;
  found.push_back(next_start(facts, point, candidates));
  found.push_back(needed_checkpoint(facts, point));
  found.push_back(unfinished(facts, point));
  found.push_back(claimed(facts, point));
  found.push_back(last_usable(data, point, candidates));
  for (const bool forceable : {false, true}) {
    for (const auto& one : found) {
      if (one && one->forceable == forceable) return one;
    }
  }
  return std::nullopt;
}

bool may_refer_to_others(const component_data& data, const component::log_snapshot& log,
                         const state::restore_point& checkpoint) {
  const std::string job = checkpoint.path.substr(0, checkpoint.path.rfind('/') + 1);
  return std::any_of(log.records.begin(), log.records.end(), [&](const auto& entry) {
    const component::log_record& record = entry.second;
    return record.kind == component::record_kind::incarnation &&
           record.restore_path.starts_with(job) && effective_claim_mode(data, record) != "no_claim";
  });
}

}  // namespace dm::savepoint
