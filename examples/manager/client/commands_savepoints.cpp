// dmctl trigger, resume, dispose, pin, unpin; list savepoints; show savepoint.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/view_savepoints.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <random>

namespace dmctl {
namespace {

const char* const group = "Savepoints";

struct given_savepoint {
  std::string application, id, component, operation, format, directory, claim_mode, reason;
  std::string state, kind, verify, limit, after;
  bool allow_non_restored_state = false, foreign = false, force = false;
};
using values_ptr = std::shared_ptr<given_savepoint>;

// Of this client, so that a trigger whose answer was lost may be asked for again and takes no
// second savepoint.
std::string made_up_id() {
  std::random_device source;
  const auto now = std::chrono::system_clock::to_time_t(time_now());
  return fmt::format("dmctl-{:%Y%m%d-%H%M%S}-{:08x}", fmt::gmtime(now), source());
}

void takes_component(command_tree& tree, CLI::App& command, const values_ptr& values) {
  tree.takes(command, "--component", values->component, "Where several have that id",
             value_kind::component);
}

CLI::App& verb_of_one(command_tree& tree, const values_ptr& values,
                      const std::vector<std::string>& names, const std::string& text,
                      value_kind kind = value_kind::savepoint) {
  CLI::App& command = tree.verb(names, text, group);
  tree.needs(command, "application", values->application, "Whose", value_kind::application);
  tree.needs(command, "savepoint", values->id, "Its id", kind);
  takes_component(tree, command, values);
  return command;
}

exit_code trigger(session& with, const given_savepoint& values) {
  const std::string id = values.operation.empty() ? made_up_id() : values.operation;
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "operation", id, memory);
  if (!values.component.empty()) json::set(body, "component", values.component, memory);
  if (!values.format.empty()) json::set(body, "format", values.format, memory);
  if (!values.directory.empty()) json::set(body, "directory", values.directory, memory);
  const std::string how = fmt::format(
      "find out: dmctl show savepoint {} {}; the same trigger with --operation {} is safe, it "
      "takes "
      "no second savepoint",
      values.application, id, id);
  return with.finish_write(
      with.manager().write("POST", target({"applications", values.application, "savepoints"}),
                           json::to_text(body), how),
      fmt::format("savepoint {} of {}", id, values.application));
}

exit_code resume(session& with, const given_savepoint& values) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (!values.component.empty()) json::set(body, "component", values.component, memory);
  if (!values.claim_mode.empty()) json::set(body, "claim_mode", values.claim_mode, memory);
  if (values.allow_non_restored_state) json::set(body, "allow_non_restored_state", true, memory);
  if (values.foreign) json::set(body, "foreign", true, memory);
  return with.finish_write(
      with.manager().write(
          "POST", target({"applications", values.application, "savepoints", values.id, "resume"}),
          json::to_text(body), operations_of(values.application, "resume")),
      fmt::format("resume of {} from {}", values.application, values.id));
}

exit_code dispose(session& with, const given_savepoint& values) {
  const query members = {{"component", values.component}, {"force", values.force ? "true" : ""}};
  return with.finish_write(
      with.manager().write(
          "DELETE", target({"applications", values.application, "savepoints", values.id}, members),
          "", operations_of(values.application, "dispose")),
      fmt::format("disposal of {} of {}", values.id, values.application));
}

exit_code pin(session& with, const given_savepoint& values, bool pinned) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "pinned", pinned, memory);
  if (!values.component.empty()) json::set(body, "component", values.component, memory);
  if (!values.reason.empty()) json::set(body, "reason", values.reason, memory);
  const auto told = with.manager().write(
      "POST", target({"applications", values.application, "savepoints", values.id, "pin"}),
      json::to_text(body),
      fmt::format("find out: dmctl show savepoint {} {}; the same command again is safe",
                  values.application, values.id));
  if (with.out().json()) {
    with.out().document(told.body);
  } else {
    with.out().line(fmt::format("{} is {}{}", values.id, pinned ? "pinned" : "not pinned",
                                flag_member(told.body, "changed") ? "" : ", as before"));
  }
  return exit_code::done;
}

void add_changes(command_tree& tree, const values_ptr& values) {
  CLI::App& take = tree.verb({"trigger", "savepoint"}, "Take a savepoint while it runs", group);
  tree.needs(take, "application", values->application, "Of which one",
             value_kind::started_application);
  tree.takes(take, "--component", values->component, "Of that one only", value_kind::component);
  tree.takes(take, "--operation", values->operation,
             "Its id (default: made up); the same one again takes no second");
  tree.takes_one_of(take, "--format", values->format, "Of the savepoint", {"canonical", "native"});
  tree.takes(take, "--directory", values->directory, "Absolute HDFS path of it alone");
  tree.does(take, [values](session& with) { return trigger(with, *values); });

  CLI::App& back = verb_of_one(tree, values, {"resume"}, "Go on from a restore point",
                               value_kind::restore_point);
  tree.takes_one_of(back, "--claim-mode", values->claim_mode, "Whose it is from then on",
                    {"no_claim", "claim", "legacy"});
  back.add_flag("--allow-non-restored-state", values->allow_non_restored_state,
                "State that the job has no place for is left behind");
  back.add_flag("--foreign", values->foreign, "It may be another component's");
  tree.does(back, [values](session& with) { return resume(with, *values); });

  CLI::App& gone = verb_of_one(tree, values, {"dispose"}, "Delete a savepoint and its files");
  gone.add_flag("--force", values->force, "Also the last one of a component that needs one");
  tree.does(gone, [values](session& with) { return dispose(with, *values); });

  CLI::App& kept = verb_of_one(tree, values, {"pin"}, "Keep a savepoint from being deleted",
                               value_kind::unpinned_savepoint);
  tree.takes(kept, "--reason", values->reason, "One line for people");
  tree.does(kept, [values](session& with) { return pin(with, *values, true); });
  CLI::App& free = verb_of_one(tree, values, {"unpin"}, "Let a savepoint be deleted again",
                               value_kind::pinned_savepoint);
  tree.does(free, [values](session& with) { return pin(with, *values, false); });
}

void add_looks(command_tree& tree, const values_ptr& values) {
  CLI::App& list = tree.noun(verb_list(tree), {"savepoints", "savepoint", "sp"},
                             "An application's restore points");
  tree.needs(list, "application", values->application, "Whose", value_kind::application);
  tree.takes(list, "--component", values->component, "Of that one only", value_kind::component);
  tree.takes(list, "--state", values->state, "Of these states (commas between), or all");
  tree.takes_one_of(list, "--kind", values->kind, "Of that kind", {"savepoint", "checkpoint"});
  tree.takes_one_of(list, "--verify", values->verify, "Whether files are looked at",
                    {"true", "false"});
  tree.takes_page(list, values->limit, values->after);
  tree.does(list, [values](session& with) {
    const json::document told = with.manager().get(target(
        {"applications", values->application, "savepoints"}, {{"component", values->component},
                                                              {"state", values->state},
                                                              {"kind", values->kind},
                                                              {"verify", values->verify},
                                                              {"limit", values->limit},
                                                              {"after", values->after}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_savepoints(told, with.out());
      with.tell_next(text_member(told, "next"));
    }
    return exit_code::done;
  });
  CLI::App& show = tree.noun(verb_show(tree), {"savepoint", "savepoints", "sp"}, "A restore point");
  tree.needs(show, "application", values->application, "Whose", value_kind::application);
  tree.needs(show, "savepoint", values->id, "Its id", value_kind::savepoint);
  takes_component(tree, show, values);
  tree.does(show, [values](session& with) {
    const json::document told =
        with.manager().get(target({"applications", values->application, "savepoints", values->id},
                                  {{"component", values->component}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_savepoint(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace

void add_savepoint_commands(command_tree& tree) {
  const auto values = std::make_shared<given_savepoint>();
  add_changes(tree, values);
  add_looks(tree, values);
}

}  // namespace dmctl
