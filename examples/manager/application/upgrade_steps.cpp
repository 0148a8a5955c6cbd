// The single steps of an upgrade and of its roll-back.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_steps.h"

#include "application/application_creation.h"
#include "application/application_destruction.h"
#include "application/seen_components.h"
#include "base/clock.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

using std::chrono::milliseconds;

constexpr int most_tries = 5;
constexpr milliseconds first_pause{500};
constexpr milliseconds longest_pause{8'000};
/// After a crash the time may be up already; what runs by then must have the time to say so.
constexpr milliseconds shortest_start{10'000};

constexpr std::string_view keep_wanted = "keep_wanted";

component_question question_with(plugin_verb verb, milliseconds timeout, std::string_view flag,
                                 bool value) {
  return {verb, timeout, [flag, value](const component_record&) {
            json::document options = json::make_object();
            if (!flag.empty()) json::set(options, flag, value, options.GetAllocator());
            return options;
          }};
}

bool all_done(const std::vector<component_answer>& answers) {
  return std::none_of(answers.begin(), answers.end(),
                      [](const auto& one) { return one.problem.has_value(); });
}

bool any_failed_for_good(const std::vector<component_answer>& answers) {
  return std::any_of(answers.begin(), answers.end(),
                     [](const auto& one) { return one.problem && one.desired != "RUNNING"; });
}

std::vector<component_record> failed_ones(const std::vector<component_answer>& answers) {
  std::vector<component_record> records;
  for (const component_answer& one : answers) {
    if (one.problem) records.push_back(one.component);
  }
  return records;
}

}  // namespace

std::vector<component_record> components_of_version(const upgrade_work& work,
                                                    const application_version& version) {
  const auto wanted = package_metadata(version.metadata).components();
  auto records = components_of(work.tools.memory, work.operation.name);
  std::erase_if(records, [&](const component_record& record) {
    return std::none_of(wanted.begin(), wanted.end(), [&](const auto& one) {
      return one.type == record.type && one.name == record.name;
    });
  });
  return records;
}

std::vector<component_answer> stop_for_upgrade(const upgrade_work& work,
                                               const application_version& version) {
  auto question = question_with(plugin_verb::stop, work.tools.settings.timeouts.stop, "", {});
  question.front = advice_front::upgrade;
  return ask_components(work.tools, work.operation, question, components_of_version(work, version),
                        work.context);
}

void stop_without_savepoint(const upgrade_work& work, const application_version& version) {
  const milliseconds timeout = work.tools.settings.timeouts.stop;
  const auto all = components_of_version(work, version);
  auto answers = ask_components(work.tools, work.operation,
                                question_with(plugin_verb::stop, timeout, "savepoint", false), all,
                                work.context);
  if (all_done(answers)) return;
  log::warning("event=kill operation={} application={} information={}", work.operation.id,
               work.operation.name, all_described(answers));
  answers = ask_components(work.tools, work.operation,
                           question_with(plugin_verb::stop, timeout, "kill", true),
                           failed_ones(answers), work.context);
  for (const component_answer& one : answers) {
    if (one.problem) throw failure(one.problem->kind(), all_described(answers));
  }
}

void remove_components(const upgrade_work& work, const application_version& version,
                       const application_version& other) {
  const auto records = components_of_version(work, version);
  const auto laid_out_next = package_metadata(other.metadata).components();
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool stays = std::any_of(
        laid_out_next.begin(), laid_out_next.end(),
        [&](const auto& one) { return one.type == record->type && one.name == record->name; });
    const auto logs = stays ? component_logs::keep : component_logs::remove;
    if (record->data) {
      destroy_component(work.tools, work.operation, *record, "keep", work.context, logs);
    } else {
      destroy_unrecorded_component(work.tools, work.operation, *record, "keep", work.context, logs);
    }
  }
}

void hold_apart(const upgrade_work& work, const upgrade_progress& progress) {
  const bool lays_out =
      progress.phase == upgrade_phase::lay_out_new || progress.phase == upgrade_phase::lay_out_old;
  std::vector<component_record> whole;
  if (!lays_out) whole = components_of_version(work, progress.current());
  for (const component_record& one : components_of(work.tools.memory, work.operation.name)) {
    const bool is_whole = std::any_of(whole.begin(), whole.end(), [&](const auto& there) {
      return there.type == one.type && there.name == one.name;
    });
    if (!is_whole) take_apart(work.tools, work.operation, one);
  }
}

void lay_out_version(const upgrade_work& work, const upgrade_progress& progress,
                     const application_version& version, const std::string& archive_role) {
  application_record application;
  record_patiently(
      work.tools.memory, work.context.shutdown, work.operation.id, [&](registry_view& view) {
        // An undone layout has forgotten which HDFS directories were made here.
        const auto known = view.applications.components(work.operation.name);
        for (const component_record& earlier : progress.descriptors) {
          const bool there = std::any_of(known.begin(), known.end(), [&](const auto& one) {
            return one.type == earlier.type && one.name == earlier.name;
          });
          if (!there) view.applications.put_component(earlier);
        }
        application = version.applied_to(view.applications.find(work.operation.name).value());
      });
  lay_out_application(work.tools, work.operation, application, package_metadata(version.metadata),
                      work.tools.files.of_operation(work.operation.id, archive_role), work.context);
}

std::vector<component_answer> bring_up(const upgrade_work& work, const upgrade_progress& progress,
                                       const std::vector<component_record>& components,
                                       bool by_savepoint, milliseconds timeout) {
  std::vector<component_record> to_resume;
  std::vector<component_record> to_start;
  for (const component_record& component : components) {
    const bool resumed = by_savepoint && progress.savepoint_of(component) != nullptr;
    (resumed ? to_resume : to_start).push_back(component);
  }
  // What ran before is to run again, whatever its node's queue policy says just now.
  const bool rolls_back = !progress.why.empty();
  const component_question resume{
      plugin_verb::resume, timeout, [&progress, rolls_back](const component_record& component) {
        json::document options = json::make_object();
        auto& memory = options.GetAllocator();
        json::set(options, "savepoint", progress.savepoint_of(component)->id, memory);
        // The state's own version needs no such permission.
        const bool leave_behind = progress.allow_non_restored_state && progress.why.empty();
        json::set(options, "allow_non_restored_state", leave_behind, memory);
        json::set(options, keep_wanted, rolls_back, memory);
        return options;
      }};
  auto answers = ask_components(work.tools, work.operation, resume, to_resume, work.context);
  const auto started = ask_components(
      work.tools, work.operation,
      question_with(plugin_verb::start, timeout, keep_wanted, rolls_back), to_start, work.context);
  answers.insert(answers.end(), started.begin(), started.end());
  return answers;
}

std::vector<component_answer> bring_up_in_time(const upgrade_work& work,
                                               const upgrade_progress& progress) {
  auto components = components_of_version(work, progress.to);
  std::erase_if(components, [&](const auto& one) { return progress.rests(one); });
  const milliseconds whole(progress.timeout_ms);
  const milliseconds shortest = std::min(shortest_start, whole);
  // The journal's time is one of the clock, which may be set meanwhile; from here on time passes.
  const milliseconds left_by_clock(progress.start_by - now_ms());
  const auto end =
      std::chrono::steady_clock::now() + std::clamp(left_by_clock, milliseconds(0), whole);
  const auto left = [&] {
    return std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
  };
  milliseconds pause = first_pause;
  for (;;) {
    auto answers = bring_up(work, progress, components, progress.allow_non_restored_state,
                            std::max(left(), shortest));
    if (all_done(answers) || any_failed_for_good(answers) || left() <= milliseconds(0)) {
      return answers;
    }
    work.context.cancel.pause(std::clamp(left(), milliseconds(1), pause));
    pause = std::min(pause * 2, longest_pause);
  }
}

std::string why_not_up(const upgrade_work& work, const std::vector<component_answer>& answers) {
  std::vector<component_record> failed = failed_ones(answers);
  const auto seen = see_now(work.tools, failed, true, &work.context.shutdown);
  work.context.shutdown.check();
  std::string text;
  std::size_t place = 0;
  for (const component_answer& one : answers) {
    if (!one.problem) continue;
    const std::string cause = newest_cause(seen[place++]);
    const std::string said = one.problem->what();
    // That it is wanted and still to come is not true any more when it is rolled back.
    const bool late = one.desired == "RUNNING" && !cause.empty();
    const std::string own = late ? shown(one.component) + " did not run in its time" : said;
    const bool told = cause.empty() || own.find(cause) != std::string::npos;
    text += fmt::format("{}{}{}", text.empty() ? "" : "; ", own, told ? "" : ": " + cause);
  }
  return text;
}

void persistently(const upgrade_work& work, patience with_the_disk,
                  const std::function<void()>& step) {
  milliseconds pause = first_pause;
  for (int tries = 1;;) {
    try {
      step();
      return;
    } catch (const std::exception& thrown) {
      const failure problem = to_failure(thrown);
      const bool full = problem.kind() == failure_kind::no_space;
      if (!full && problem.kind() != failure_kind::failed_connection) throw failure(problem);
      if (!full || with_the_disk == patience::some_time) {
        if (tries++ == most_tries) throw failure(problem);
      }
      log::warning("event=try_again operation={} application={} in_ms={} information={}",
                   work.operation.id, work.operation.name, pause.count(), problem.what());
    }
    work.context.cancel.pause(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace manager
