// The part that an application has in an operation on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "application/fleet_part.h"

#include "application/application_activity.h"
#include "application/application_admission.h"
#include "application/component_request.h"
#include "application/seen_components.h"
#include "base/clock.h"
#include "base/digest.h"
#include "package/package_service.h"
#include "registry/fleet_facts.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>

namespace manager {
namespace {

constexpr int most_looks = 3;
constexpr std::chrono::milliseconds first_pause{1'000};

struct part {
  fleet_member row;
  std::optional<component_record> record;  // nullopt: it is not there any more
};

class application_part {
 public:
  application_part(const application_tools& tools, const operation_record& operation,
                   operation_context& context)
      : tools_(tools), operation_(operation), context_(context), fleet_(fleet_of(operation)) {
    tools_.memory.transact([&](registry_view& view) {
      const auto known = view.fleets.find(fleet_);
      request_ = known ? known->request : "{}";
      application_ = view.applications.find(operation_.name).value_or(application_record{});
      all_ = view.applications.components(operation_.name);
      for (fleet_member& row : view.fleets.members_of_child(fleet_, operation_.id)) {
        part one{std::move(row), std::nullopt};
        for (const component_record& record : all_) {
          if (record.type == one.row.type && record.name == one.row.name && record.data)
            one.record = record;
        }
        parts_.push_back(std::move(one));
      }
    });
  }

  operation_outcome stop() {
    wish_ = json::parse_or_throw(request_, "the registry's request");
    drop_absent();
    remember_what_they_were();
    std::vector<component_answer> answers = ask(plugin_verb::stop, present(), stop_options());
    insist(answers);
    for (component_answer& answer : answers) judge_stopped(answer);
    return conclude("stopping", std::move(answers));
  }

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
  using options_of = std::function<json::document(const component_record&)>;

  part* part_of(const component_record& record) {
    for (part& one : parts_) {
      if (one.row.type == record.type && one.row.name == record.name) return &one;
    }
    return nullptr;
  }

  // Those that are still to be asked.
  std::vector<const part*> present() const {
    std::vector<const part*> found;
    for (const part& one : parts_) {
      if (one.record && !settled(one)) found.push_back(&one);
    }
    return found;
  }

  static bool settled(const part& one) {
    return one.row.outcome != fleet_outcome::stopping && one.row.outcome != fleet_outcome::starting;
  }

  void drop_absent() {
    for (part& one : parts_) {
      if (one.record) continue;
      settle(one.row, fleet_outcome::gone,
             fmt::format("{} has no such component any more", operation_.name));
    }
  }

  std::vector<component_answer> ask(plugin_verb verb, const std::vector<const part*>& parts,
                                    const options_of& options) {
    if (parts.empty()) return {};
    const auto& timeouts = tools_.settings.timeouts;
    const auto timeout = verb == plugin_verb::stop     ? timeouts.stop
                         : verb == plugin_verb::resume ? timeouts.resume
                                                       : timeouts.start;
    std::vector<component_record> records;
    for (const part* one : parts) records.push_back(*one->record);
    return ask_components(tools_, operation_, {verb, timeout, options}, records, context_);
  }

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

  void write() {
    record_patiently(tools_.memory, context_.shutdown, operation_.id, [this](registry_view& view) {
      for (const part& one : parts_) view.fleets.put(one.row);
    });
  }

  options_of stop_options() const {
    return [this](const component_record&) {
      json::document options = json::make_object();
      copy_facts(wish_, {"savepoint", "format"}, options, options.GetAllocator());
      return options;
    };
  }

  // Those that could not be saved, where the request says that they must not run on.
  void insist(std::vector<component_answer>& answers) {
    const std::string_view how = json::text_of(wish_, "if_not_saved");
    if (how.empty() || how == "leave" || context_.cancel.requested()) return;
    std::vector<const part*> again;
    for (const component_answer& one : answers) {
      if (one.problem && one.says_running) again.push_back(part_of(one.component));
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

  // Where it is now, of one that was not stopped.
  void look_after(part& one) {
    const auto seen = see_now(tools_, {*one.record}, false, &context_.shutdown);
    context_.shutdown.check();
    change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
      json::value& after = json::object_under(facts, "after", memory);
      copy_facts(seen.front(), {"state", "confidence", "application_id"}, after, memory);
    });
  }

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

  operation_outcome conclude(std::string_view doing, std::vector<component_answer> answers) const {
    std::vector<std::pair<component_record, std::string>> desired;
    bool runs = false;
    for (const component_record& record : all_) {
      const auto answer = std::find_if(answers.begin(), answers.end(), [&](const auto& one) {
        return one.component.type == record.type && one.component.name == record.name;
      });
      const std::string& wanted = answer == answers.end() ? record.desired : answer->desired;
      if (answer != answers.end()) desired.emplace_back(record, wanted);
      runs = runs || wanted == "RUNNING";
    }
    operation_outcome outcome;
    outcome.state = runs ? application_state::started : application_state::created;
    std::optional<failure_kind> problem;
    bool awaited = false;
    for (const component_answer& one : answers) {
      if (!one.problem) continue;
      if (doing == "starting" && one.desired == "RUNNING") {
        awaited = true;
      } else if (!problem) {
        problem = one.problem->kind();
      }
    }
    if (problem) {
      outcome.information =
          error_information(doing, operation_.name, failure(*problem, all_described(answers)));
      outcome.end = operation_end::failed;
    } else if (awaited) {
      outcome.information = all_described(answers);
      outcome.end = operation_end::awaited;
    }
    std::deque<fleet_member> rows;
    for (const part& one : parts_) rows.push_back(one.row);
    outcome.record = [name = operation_.name, fleet = fleet_, rows, desired, state = outcome.state,
                      information = outcome.information](registry_view& view) {
      view.applications.set_state(name, state, information);
      for (const auto& [record, wanted] : desired) view.applications.set_desired(record, wanted);
      for (const fleet_member& row : rows) view.fleets.put(row);
      // A step of it is done: it is not what kills processes.
      view.operations.set_attempts(fleet, 1);
    };
    return outcome;
  }

  const application_tools& tools_;
  const operation_record& operation_;
  operation_context& context_;
  const std::string fleet_;
  std::string request_;
  json::document wish_;
  application_record application_;
  std::vector<component_record> all_;
  std::vector<part> parts_;
};

}  // namespace

std::string fleet_of(const operation_record& operation) {
  return std::string(json::text_of(request_of(operation), "fleet"));
}

operation_outcome stop_part(const application_tools& tools, const operation_record& operation,
                            operation_context& context) {
  return application_part(tools, operation, context).stop();
}

operation_outcome start_part(const application_tools& tools, const operation_record& operation,
                             operation_context& context) {
  return application_part(tools, operation, context).start();
}

operation_outcome part_given_up(const application_tools& tools, const operation_record& operation,
                                const failure& why, std::string_view doing) {
  const bool begun = why.kind() != failure_kind::cancelled;
  const std::string information = error_information(doing, operation.name, why);
  auto rows = tools.memory.transact([&](registry_view& view) {
    return view.fleets.members_of_child(fleet_of(operation), operation.id);
  });
  for (fleet_member& row : rows) {
    settle(row, begun ? fleet_outcome::untold : fleet_outcome::cancelled, why.what());
  }
  // What was begun of a start comes up without it; of a stop nobody knows how far it came.
  const bool may_come_up = begun && operation.verb == "start";
  return {operation.state_before,
          information,
          [operation, information, rows, may_come_up](registry_view& view) {
            view.applications.set_state(operation.name, operation.state_before, information);
            for (const fleet_member& row : rows) {
              view.fleets.put(row);
              if (!may_come_up) continue;
              for (const component_record& one : view.applications.components(operation.name)) {
                if (one.type == row.type && one.name == row.name)
                  view.applications.set_desired(one, "RUNNING");
              }
            }
          },
          {}};
}

}  // namespace manager
