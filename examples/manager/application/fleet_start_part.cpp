// The part of an application that is started: each of its components from exactly the point that
// the stop has left.
// SPDX-License-Identifier: Apache-2.0
#include "application/fleet_part.h"
#include "application/fleet_part_work.h"
#include "application/seen_components.h"
#include "base/digest.h"
#include "registry/fleet_facts.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace manager {
namespace {

class started_part : public fleet_part_work {
 public:
  using fleet_part_work::fleet_part_work;

  operation_outcome start() {
    drop_absent();
    leave_changed_alone();
    std::vector<const part*> named;
    std::vector<const part*> plain;
    for (const part* one : present()) {
      (goes_on_from(*one).empty() ? plain : named).push_back(one);
    }
    mark_begun();
    std::vector<component_answer> answers =
        ask(plugin_verb::resume, named, [this](const component_record& record) {
          json::document options = json::make_object();
          json::set(options, "savepoint", goes_on_from(*part_of(record)), options.GetAllocator());
          return options;
        });
    // None that had anything to go on from: the plugin itself refuses what would lose state.
    for (component_answer& one : ask(plugin_verb::start, plain,
                                     [](const component_record&) { return json::make_object(); })) {
      answers.push_back(std::move(one));
    }
    for (const component_answer& answer : answers) judge_started(answer);
    return conclude("starting", std::move(answers));
  }

 private:
  static std::string goes_on_from(const part& one) {
    const json::document facts = facts_of(one.row);
    const json::value* point = json::find(facts, "point");
    if (point == nullptr || !point->IsObject()) return {};
    const std::string_view id = json::text_of(*point, "id");
    return std::string(id.empty() ? json::text_of(*point, "path") : id);
  }

  void mark_begun() {
    for (part& one : parts_) {
      if (settled(one)) continue;
      change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
        json::set(facts, "begun", true, memory);
      });
    }
    write();
  }

  // One that was begun before this process was killed is ours, whatever it looks like.
  void leave_changed_alone() {
    std::vector<part*> asked;
    for (part& one : parts_) {
      const json::document facts = facts_of(one.row);
      if (settled(one) || json::flag_of(facts, "begun", false)) continue;
      if (const json::value* untold = json::find(facts, "point_untold")) {
        settle(one.row, fleet_outcome::failed,
               fmt::format("what it would go on from could not be told when it was stopped: {}",
                           json::text_of(*untold, "information")));
      } else if (sha256_of(*one.record->data) != json::text_of(facts, "digest")) {
        settle(one.row, fleet_outcome::left_alone,
               fmt::format("it was laid out anew since it was stopped, from {} then and {} now",
                           json::text_of(facts, "package"), application_.package));
      } else if (one.record->desired == "RUNNING") {
        settle(one.row, fleet_outcome::left_alone, "it is wanted already: somebody has started it");
      } else {
        asked.push_back(&one);
      }
    }
    for (int tried = 1; !asked.empty(); ++tried) {
      std::vector<component_record> records;
      for (const part* one : asked) records.push_back(*one->record);
      const auto seen = see_now(tools_, records, true, &context_.shutdown);
      context_.shutdown.check();
      std::vector<part*> silent;
      for (std::size_t i = 0; i < asked.size(); ++i) {
        if (!leave_alone_by(*asked[i], seen[i])) silent.push_back(asked[i]);
      }
      asked = std::move(silent);
      if (asked.empty() || tried == most_looks) break;
      context_.shutdown.pause(first_pause * tried);
    }
    for (part* one : asked) {
      settle(one->row, fleet_outcome::failed,
             "whether it has run since it was stopped could not be told; nothing was done",
             std::string(status_name(DM_STATUS_UNAVAILABLE)));
    }
  }

  // False: the plugin cannot tell now.
  static bool leave_alone_by(part& one, const json::value& status) {
    if (json::text_of(status, "confidence") == "unknown" || json::find(status, "state") == nullptr)
      return false;
    if (is_wanted_or_lives(status)) {
      settle(
          one.row, fleet_outcome::left_alone,
          fmt::format("it is {} already: somebody has started it", json::text_of(status, "state")));
      return true;
    }
    const std::int64_t then = epoch_then(facts_of(one.row));
    const std::int64_t now = epoch_now(status);
    if (then != 0 && now == 0) return false;
    if (then != 0 && now != then) {
      settle(one.row, fleet_outcome::left_alone,
             fmt::format("it has run since it was stopped: epoch {} then, {} now", then, now));
    }
    return true;
  }

  // Of the run that was stopped.
  static std::int64_t epoch_then(const json::value& facts) {
    for (const char* where : {"savepoint", "before"}) {
      const json::value* found = json::find(facts, where);
      const json::value* epoch = found == nullptr ? nullptr : json::find(*found, "epoch");
      if (epoch != nullptr && epoch->IsInt64()) return epoch->GetInt64();
    }
    return 0;
  }

  static std::int64_t epoch_now(const json::value& status) {
    const json::value* runs = json::find(status, "incarnations");
    if (runs == nullptr || !runs->IsArray() || runs->Empty()) return 0;
    const json::value* epoch = json::find((*runs)[0], "epoch");
    return epoch != nullptr && epoch->IsInt64() ? epoch->GetInt64() : 0;
  }

  void judge_started(const component_answer& answer) {
    part& one = *part_of(answer.component);
    std::string said = answer.problem ? answer.problem->what() : answer.text;
    change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
      json::value after(rapidjson::kObjectType);
      json::set(after, "state", answer.state.empty() ? "UNKNOWN" : answer.state, memory);
      json::set(after, "desired", answer.desired, memory);
      json::set(facts, "after", std::move(after), memory);
      if (!answer.reason.empty()) json::set(facts, "reason_code", answer.reason, memory);
      if (!answer.tells_start_point) return;
      tell_start_point(facts, answer.restore_point, memory);
    });
    if (!answer.problem) return settle(one.row, fleet_outcome::started, said);
    if (answer.desired == "RUNNING" && answer.says_running) {
      return settle(one.row, fleet_outcome::awaited, said, answer.code);
    }
    look_after(one);
    const bool heard = !answer.code.empty() || answer.problem->kind() == failure_kind::not_offered;
    const bool refused = heard && !answer.desired_untold && answer.desired == "STOPPED";
    settle(one.row, refused ? fleet_outcome::failed : fleet_outcome::untold, said, answer.code);
  }
};

}  // namespace

operation_outcome start_part(const application_tools& tools, const operation_record& operation,
                             operation_context& context) {
  return started_part(tools, operation, context).start();
}

}  // namespace manager
