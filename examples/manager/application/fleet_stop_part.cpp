// The part of an application that is stopped: each of its components with a savepoint where it
// keeps state.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_request.h"
#include "application/fleet_part.h"
#include "application/fleet_part_work.h"
#include "application/refusal_advice.h"
#include "application/seen_components.h"
#include "base/digest.h"
#include "registry/fleet_facts.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace manager {
namespace {

class stopped_part : public fleet_part_work {
 public:
  using fleet_part_work::fleet_part_work;

  operation_outcome stop() {
    wish_ = json::parse_or_throw(request_, "the registry's request");
    drop_absent();
    remember_what_they_were();
    std::vector<component_answer> answers = ask(plugin_verb::stop, present(), stop_options());
    put_off(answers);
    insist(answers);
    for (component_answer& answer : answers) {
      if (!waits(*part_of(answer.component))) judge_stopped(answer);
    }
    return conclude("stopping", std::move(answers));
  }

 private:
  // Written before anything is done: afterwards nobody could tell.
  void remember_what_they_were() {
    std::vector<component_record> records;
    std::vector<part*> asked;
    for (part& one : parts_) {
      const json::document facts = facts_of(one.row);
      if (settled(one) || json::find(facts, "before") != nullptr) continue;
      records.push_back(*one.record);
      asked.push_back(&one);
    }
    if (asked.empty()) return;
    const auto seen = see_now(tools_, records, true, &context_.shutdown);
    context_.shutdown.check();
    for (std::size_t i = 0; i < asked.size(); ++i) {
      set_before(*asked[i], seen[i]);
      // Chosen while it was being started, and that has come to nothing.
      const bool told = json::find(seen[i], "state") != nullptr;
      if (told && asked[i]->record->desired != "RUNNING" && !is_wanted_or_lives(seen[i]))
        settle(asked[i]->row, fleet_outcome::not_running, "");
    }
    write();
  }

  void set_before(part& one, const json::value& status) {
    change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
      json::value before(rapidjson::kObjectType);
      // What the plugin could not tell is said as that.
      json::set(before, "state", "UNKNOWN", memory);
      json::set(before, "confidence", "unknown", memory);
      copy_facts(status, {"state", "confidence", "application_id", "job_id", "queue"}, before,
                 memory);
      const json::value* runs = json::find(status, "incarnations");
      if (runs != nullptr && runs->IsArray() && !runs->Empty()) {
        copy_facts((*runs)[0], {"epoch", "restore_point"}, before, memory);
      }
      json::set(facts, "before", std::move(before), memory);
      json::set(facts, "package", application_.package, memory);
      json::set(facts, "digest", sha256_of(*one.record->data), memory);
    });
  }

  options_of stop_options() const {
    return [this](const component_record&) {
      json::document options = json::make_object();
      copy_facts(wish_, {"savepoint", "format"}, options, options.GetAllocator());
      return options;
    };
  }

  static bool waits(const part& one) { return one.row.outcome == fleet_outcome::waiting; }

  // What has not come up yet cannot be saved, and would run on in a moment: its turn comes again
  // when its tasks run, unless it has had its time.
  void put_off(const std::vector<component_answer>& answers) {
    for (const component_answer& one : answers) {
      const bool comes_up = one.reason == refusal::tasks_not_running || one.state == "STARTING" ||
                            one.state == "RESTARTING";
      if (!one.problem || !one.says_running || !comes_up || context_.cancel.requested()) continue;
      part& put = *part_of(one.component);
      begin_to_await(put.row, one.state == "RESTARTING" ? "its restart" : "its start");
      if (!has_waited(put.row, wish_)) put.row.outcome = fleet_outcome::waiting;
    }
  }

  // Those that could not be saved, where the request says that they must not run on.
  void insist(std::vector<component_answer>& answers) {
    const std::string_view how = json::text_of(wish_, "if_not_saved");
    if (how.empty() || how == "leave" || context_.cancel.requested()) return;
    std::vector<const part*> again;
    for (const component_answer& one : answers) {
      const part* refused = part_of(one.component);
      if (one.problem && one.says_running && !waits(*refused)) again.push_back(refused);
    }
    const auto ended = ask(plugin_verb::stop, again, [&](const component_record&) {
      json::document options = json::make_object();
      const bool kills = how == "kill";
      json::set(options, kills ? "kill" : "savepoint", kills, options.GetAllocator());
      return options;
    });
    for (const component_answer& second : ended) {
      for (component_answer& first : answers) {
        if (first.component.type != second.component.type ||
            first.component.name != second.component.name) {
          continue;
        }
        part& one = *part_of(first.component);
        change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
          json::value& refused = json::object_under(facts, "not_saved", memory);
          json::set(refused, "code", first.code, memory);
          if (!first.reason.empty()) json::set(refused, "reason_code", first.reason, memory);
          json::set(refused, "information", first.problem->what(), memory);
        });
        first = second;
      }
    }
  }

  void judge_stopped(const component_answer& answer) {
    part& one = *part_of(answer.component);
    const bool ended = answer.state == "STOPPED" || answer.state == "COMPLETED";
    const bool saved = answer.savepoint_state == "COMPLETED" && !answer.savepoint_path.empty();
    change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
      json::value after(rapidjson::kObjectType);
      json::set(after, "state", answer.state.empty() ? "UNKNOWN" : answer.state, memory);
      json::set(after, "desired", answer.desired, memory);
      json::set(facts, "after", std::move(after), memory);
      if (!answer.reason.empty()) json::set(facts, "reason_code", answer.reason, memory);
      if (answer.savepoint.empty()) return;
      json::value savepoint(rapidjson::kObjectType);
      json::set(savepoint, "id", answer.savepoint, memory);
      json::set(savepoint, "state", answer.savepoint_state, memory);
      json::set(savepoint, "path", answer.savepoint_path, memory);
      if (answer.epoch != 0) json::set(savepoint, "epoch", answer.epoch, memory);
      if (saved) json::set(facts, "point", json::copy(savepoint, memory), memory);
      json::set(facts, "savepoint", std::move(savepoint), memory);
    });
    const std::string said = answer.problem ? answer.problem->what() : answer.text;
    if (ended && saved) return settle(one.row, fleet_outcome::saved, "", answer.code);
    if (ended && !answer.problem && answer.state == "COMPLETED") {
      return settle(one.row, fleet_outcome::completed, said);
    }
    if (ended && answer.desired == "STOPPED") {
      return settle(one.row, fleet_outcome::stopped, with_point(one, said), answer.code);
    }
    look_after(one);
    settle(one.row, answer.says_running ? fleet_outcome::not_saved : fleet_outcome::untold, said,
           answer.code);
  }

  // What a start would go on from, of one that has left no savepoint of its own. Returns what is
  // said of it.
  std::string with_point(part& one, const std::string& said) {
    for (int tried = 1;; ++tried) {
      const plugin_reply reply = plan_of(*one.record);
      if (reply.ok()) {
        const std::string_view why = json::text_of(reply.document, "why");
        const json::value* point = json::find(reply.document, "restore_point");
        change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
          json::value kept(rapidjson::kNullType);
          if (point != nullptr && point->IsObject()) {
            kept.SetObject();
            copy_facts(*point, {"id", "kind", "path", "epoch"}, kept, memory);
          }
          json::set(facts, "point", std::move(kept), memory);
          json::set(json::object_under(facts, "point_choice", memory), "reason", why, memory);
        });
        return said;
      }
      const bool again = reply.status == DM_STATUS_UNAVAILABLE && tried < most_looks;
      if (again) {
        context_.shutdown.pause(first_pause * tried);
        continue;
      }
      // Without dm.savepoint/1 there is none that could be named.
      if (reply.status == DM_STATUS_UNIMPLEMENTED) return said;
      change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
        json::set(json::object_under(facts, "point_untold", memory), "information",
                  reply.to_failure("find what a start would go on from").what(), memory);
      });
      return said;
    }
  }

  plugin_reply plan_of(const component_record& record) {
    plugin_reply reply;
    try {
      plugin_session& session = tools_.plugins.session_of_existing(record.type);
      if (!session.has_savepoints()) {
        reply.status = DM_STATUS_UNIMPLEMENTED;
        reply.document = json::make_object();
        return reply;
      }
      return session.run(plugin_verb::plan, component_request(tools_.settings.name_space, record),
                         {tools_.settings.timeouts.plan, operation_.id, &context_.shutdown, {}});
    } catch (const failure&) {
      context_.shutdown.check();
      reply.status = DM_STATUS_UNAVAILABLE;
      reply.document = json::make_object();
      return reply;
    }
  }

  json::document wish_;
};

}  // namespace

operation_outcome stop_part(const application_tools& tools, const operation_record& operation,
                            operation_context& context) {
  return stopped_part(tools, operation, context).stop();
}

}  // namespace manager
