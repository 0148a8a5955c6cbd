// The work of an upgrade, phase by phase.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_upgrade.h"

#include "application/application_creation.h"
#include "application/upgrade_steps.h"
#include "base/clock.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "package/package_service.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace manager {
namespace {

std::string passing_state(upgrade_phase phase) {
  const bool starts = phase == upgrade_phase::start || phase == upgrade_phase::resume_old;
  return starts ? application_state::starting : application_state::stopping;
}

bool rolls_back(upgrade_phase phase) {
  return phase == upgrade_phase::stop_new || phase == upgrade_phase::remove_new ||
         phase == upgrade_phase::lay_out_old || phase == upgrade_phase::resume_old;
}

std::string savepoints_text(const upgrade_progress& progress) {
  std::string text;
  for (const stop_savepoint& one : progress.savepoints) {
    text += fmt::format("{}{}/{} in savepoint {} ({})", text.empty() ? "" : ", ", one.type,
                        one.component, one.id, one.path);
  }
  return text.empty() ? "no savepoint was taken" : "the state of the stop is kept: " + text;
}

std::set<std::pair<std::string, std::string>> components_in(const application_version& version) {
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& component : package_metadata(version.metadata).components()) {
    names.emplace(component.type, component.name);
  }
  return names;
}

/// The end: `version` is what the application is now, of which components that it does not have are
/// forgotten.
operation_outcome settled(const upgrade_work& work, const application_version& version,
                          const std::string& state, const std::string& information,
                          const std::vector<component_answer>& answers = {},
                          bool forget_others = true) {
  const auto kept = components_in(version);
  const std::string name = work.operation.name;
  const package_files& files = work.tools.files;
  const std::string id = work.operation.id;
  return {state, information,
          [=](registry_view& view) {
            auto application = view.applications.find(name);
            if (!application) return;
            application_record record = version.applied_to(std::move(*application));
            record.state = state;
            record.information = information;
            view.applications.put(record);
            for (const component_answer& one : answers) {
              view.applications.set_desired(one.component, one.desired);
            }
            for (const component_record& one : view.applications.components(name)) {
              if (!forget_others || kept.contains({one.type, one.name})) continue;
              view.applications.erase_component(one);
            }
          },
          [&files, id] { files.remove_of_operation(id); }};
}

class upgrade_run {
 public:
  upgrade_run(const upgrade_work& work, upgrade_progress progress)
      : going_on_(work),
        rolling_back_{work.context.shutdown, work.context.progress, work.context.shutdown,
                      work.context.phase, work.context.no_way_back},
        going_back_{work.tools, work.operation, rolling_back_},
        progress_(std::move(progress)) {}

  operation_outcome to_the_end() {
    for (;;) {
      announce();
      hold_apart(work(), progress_);
      log::info("event=upgrade_phase operation={} application={} phase={}", work().operation.id,
                work().operation.name, to_text(progress_.phase));
      if (auto outcome = step()) return std::move(*outcome);
    }
  }

 private:
  using step_outcome = std::optional<operation_outcome>;  // nullopt: on with the next phase

  step_outcome step() {
    switch (progress_.phase) {
      case upgrade_phase::validate:
        return validate();
      case upgrade_phase::stop:
        return stop();
      case upgrade_phase::remove_old:
        return forward([&] { remove_components(work(), progress_.from, progress_.to); },
                       upgrade_phase::lay_out_new, upgrade_phase::lay_out_old);
      case upgrade_phase::lay_out_new:
        return lay_out_new();
      case upgrade_phase::start:
        return start();
      case upgrade_phase::stop_new:
        return back([&] { stop_without_savepoint(work(), progress_.to); },
                    upgrade_phase::remove_new);
      case upgrade_phase::remove_new:
        return back([&] { remove_components(work(), progress_.to, progress_.from); },
                    upgrade_phase::lay_out_old);
      case upgrade_phase::lay_out_old:
        return lay_out_old();
      case upgrade_phase::resume_old:
        break;
    }
    return resume_old();
  }

  step_outcome validate() {
    try {
      const auto application =
          progress_.to.applied_to(work()
                                      .tools.memory
                                      .transact([&](registry_view& view) {
                                        return view.applications.find(work().operation.name);
                                      })
                                      .value());
      check_staged(work().tools, application, package_metadata(progress_.to.metadata),
                   work().tools.files.of_operation(work().operation.id, upgrade_to_archive),
                   work().operation.id, work().context.cancel);
    } catch (const std::exception& why) {
      work().context.shutdown.check();
      return as_failed(
          settled(work(), progress_.from, work().operation.state_before,
                  error_information("upgrading", work().operation.name, to_failure(why))));
    }
    return go_to(progress_.was_started ? upgrade_phase::stop : upgrade_phase::remove_old);
  }

  step_outcome stop() {
    const auto answers = stop_for_upgrade(work(), progress_.from);
    for (const component_answer& one : answers) {
      if (!one.problem && one.state == "COMPLETED") progress_.let_rest(one.component);
      if (one.savepoint.empty() || progress_.savepoint_of(one.component) != nullptr) continue;
      progress_.savepoints.push_back(
          {one.component.type, one.component.name, one.savepoint, one.savepoint_path});
    }
    const auto failed = std::find_if(answers.begin(), answers.end(),
                                     [](const auto& one) { return one.problem.has_value(); });
    if (failed == answers.end()) return go_to(upgrade_phase::remove_old, answers);
    progress_.why = all_described(answers);
    // What was stopped by then is brought up again; what could not be stopped runs on.
    return go_to(upgrade_phase::resume_old, answers);
  }

  step_outcome lay_out_new() {
    const auto outcome =
        forward([&] { lay_out_version(work(), progress_, progress_.to, upgrade_to_archive); },
                upgrade_phase::start, upgrade_phase::remove_new);
    if (progress_.phase != upgrade_phase::start || progress_.was_started) return outcome;
    return settled(work(), progress_.to, application_state::created, "");
  }

  step_outcome start() {
    std::vector<component_answer> answers;
    try {
      answers = bring_up_in_time(work(), progress_);
    } catch (const std::exception& why) {
      work().context.shutdown.check();
      progress_.why = why.what();
      return go_to(upgrade_phase::stop_new);
    }
    for (const component_answer& one : answers) {
      if (!one.problem) continue;
      progress_.why = why_not_up(work(), answers);
      return go_to(upgrade_phase::stop_new, answers);
    }
    const bool none = answers.empty();
    return settled(work(), progress_.to,
                   none ? application_state::created : application_state::started, resting_text(),
                   answers);
  }

  step_outcome lay_out_old() {
    auto outcome =
        back([&] { lay_out_version(work(), progress_, progress_.from, upgrade_from_archive); },
             upgrade_phase::resume_old);
    if (outcome || progress_.was_started) return outcome;
    return as_failed(
        settled(work(), progress_.from, application_state::created, rolled_back_text("")));
  }

  step_outcome resume_old() {
    std::vector<component_record> down;
    bool others_run = false;
    for (const component_record& one : components_of_version(work(), progress_.from)) {
      if (one.desired == "RUNNING") {
        others_run = true;
      } else if (!progress_.rests(one)) {
        down.push_back(one);
      }
    }
    const auto answers =
        bring_up(work(), progress_, down, true, work().tools.settings.timeouts.resume);
    std::string awaited;
    bool failed = false;
    for (const component_answer& one : answers) {
      if (one.problem) awaited += fmt::format("; {}", one.problem->what());
      failed = failed || (one.problem && one.desired != "RUNNING");
      others_run = others_run || one.desired == "RUNNING";
    }
    const bool stays = others_run || (!failed && !down.empty());
    return as_failed(settled(work(), progress_.from,
                             stays ? application_state::started : application_state::created,
                             rolled_back_text(awaited), answers));
  }

  // Empty when all run that the version has.
  std::string resting_text() const {
    std::string names;
    for (const component_record& one : components_of_version(work(), progress_.to)) {
      if (!progress_.rests(one)) continue;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", shown(one));
    }
    return names.empty() ? ""
                         : fmt::format(
                               "not run again by the upgrade to {}, since it did not run "
                               "before: {}; a stop and a start run it",
                               progress_.to.package, names);
  }

  std::string rolled_back_text(const std::string& awaited) const {
    const bool same = progress_.to.package == progress_.from.package;
    const std::string before =
        same ? progress_.from.package + " with its properties of before" : progress_.from.package;
    const std::string text =
        fmt::format("the upgrade to {} was rolled back to {}{}: {}{}",
                    same ? "other properties" : progress_.to.package, before,
                    awaited.empty() ? "" : ", which does not run yet", progress_.why,
                    awaited.empty() ? "" : fmt::format(". {}{}", before, awaited));
    return error_information(
        "upgrading", work().operation.name,
        failure(failure_kind::failed_creation,
                progress_.was_started ? fmt::format("{}. {}", text, savepoints_text(progress_))
                                      : text));
  }

  /// A step towards the new version; when it fails, the roll-back begins at `otherwise`.
  step_outcome forward(const std::function<void()>& doing, upgrade_phase next,
                       upgrade_phase otherwise) {
    try {
      persistently(work(), patience::some_time, doing);
    } catch (const failure& why) {
      work().context.shutdown.check();
      progress_.why = why.what();
      return go_to(otherwise);
    }
    return go_to(next);
  }

  /// A step of the roll-back; when that fails, too, people must help.
  step_outcome back(const std::function<void()>& doing, upgrade_phase next) {
    try {
      persistently(work(), patience::until_there_is_place, doing);
    } catch (const failure& why) {
      work().context.shutdown.check();
      return upgrade_given_up(work().tools, work().operation, why);
    }
    return go_to(next);
  }

  /// The next phase, in the journal before anything of it is done.
  step_outcome go_to(upgrade_phase next, const std::vector<component_answer>& answers = {}) {
    progress_.phase = next;
    if (next == upgrade_phase::start) progress_.start_by = now_ms() + progress_.timeout_ms;
    record_patiently(
        work().tools.memory, work().context.shutdown, work().operation.id,
        [&](registry_view& view) {
          view.operations.advance(work().operation.id, to_text(progress_));
          auto application = view.applications.find(work().operation.name);
          if (!application) return;
          application_record record = progress_.current().applied_to(std::move(*application));
          record.state = passing_state(next);
          record.information = fmt::format(
              "upgrade from {} to {}: {}{}", progress_.from.package, progress_.to.package,
              to_text(next), progress_.why.empty() ? "" : ", because " + progress_.why);
          view.applications.put(record);
          for (const component_answer& one : answers) {
            view.applications.set_desired(one.component, one.desired);
          }
        });
    return std::nullopt;
  }

  // A roll-back is completed in spite of a cancel: half of it would be neither version.
  const upgrade_work& work() const { return rolls_back(progress_.phase) ? going_back_ : going_on_; }

  void announce() {
    if (work().context.phase) {
      work().context.phase(std::string(to_text(progress_.phase)), passing_state(progress_.phase));
    }
    if (rolls_back(progress_.phase) && work().context.no_way_back) {
      work().context.no_way_back("it is being rolled back");
    }
  }

  upgrade_work going_on_;
  operation_context rolling_back_;
  upgrade_work going_back_;
  upgrade_progress progress_;
};

// Of a registry that is read again: this process may have come further than its first reading.
upgrade_progress progress_of(const application_tools& tools, const operation_record& operation) {
  const auto now = tools.memory.transact(
      [&](registry_view& view) { return view.operations.find(operation.id); });
  return upgrade_progress_from(now ? now->request : operation.request);
}

}  // namespace

operation_outcome upgrade_application(const application_tools& tools,
                                      const operation_record& operation,
                                      operation_context& context) {
  return upgrade_run({tools, operation, context}, progress_of(tools, operation)).to_the_end();
}

operation_outcome upgrade_given_up(const application_tools& tools,
                                   const operation_record& operation, const failure& why) {
  const upgrade_progress progress = progress_of(tools, operation);
  const char* state = application_state::not_created;  // of what is half there: DELETE or PUT
  const char* advice = "create it again from the package; its start finds the savepoints";
  switch (progress.phase) {
    case upgrade_phase::validate:
      state = progress.was_started ? application_state::started : application_state::created;
      advice = "nothing was touched";
      break;
    case upgrade_phase::stop:
    case upgrade_phase::start:
    case upgrade_phase::stop_new:
      state = application_state::started;
      advice = "stop it, then upgrade or create it again";
      break;
    case upgrade_phase::resume_old:
      state = application_state::created;
      advice = "start it, or resume it from the savepoint";
      break;
    default:
      break;
  }
  const std::string text = fmt::format(
      "{}. The upgrade from {} to {} ended in its phase {}{}; {}; {}", why.what(),
      progress.from.package, progress.to.package, to_text(progress.phase),
      progress.why.empty() ? "" : fmt::format(", rolling back because {}", progress.why),
      savepoints_text(progress), advice);
  cancellation unused;
  operation_context context{unused, {}};
  return as_failed(settled(
      {tools, operation, context}, progress.current(), state,
      error_information("upgrading", operation.name, failure(why.kind(), text)), {}, false));
}

}  // namespace manager
