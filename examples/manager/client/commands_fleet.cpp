// dmctl fleet stop, start, status, list, cancel: many components at once.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/view_fleet.h"

#include <fmt/format.h>

#include <random>

namespace dmctl {
namespace {

const char* const group = "The fleet";

struct given_fleet {
  std::string id, from, format, if_not_saved, limit, after;
  std::vector<std::string> applications, components, types, packages, owners, queues, order;
  std::optional<std::int64_t> parallel, patience;
  std::optional<bool> savepoint;
  bool all = false, dry_run = false;
};
using values_ptr = std::shared_ptr<given_fleet>;

// Of this client, so that a request whose answer was lost may be sent again and begins nothing new.
std::string made_up_id() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", source(), source(), source(), source());
}

void set_list(json::document& body, std::string_view name, const std::vector<std::string>& given) {
  if (given.empty()) return;
  auto& memory = body.GetAllocator();
  json::value list(rapidjson::kArrayType);
  for (const std::string& one : given) list.PushBack(json::make_string(one, memory), memory);
  json::set(body, name, std::move(list), memory);
}

json::document common_body(const given_fleet& values, const std::string& id) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "id", id, memory);
  set_list(body, "order", values.order);
  if (values.parallel) json::set(body, "parallel", *values.parallel, memory);
  if (values.patience) json::set(body, "patience_s", *values.patience, memory);
  if (values.dry_run) json::set(body, "dry_run", true, memory);
  return body;
}

json::document stop_body(const given_fleet& values, const std::string& id) {
  json::document body = common_body(values, id);
  auto& memory = body.GetAllocator();
  if (values.all) json::set(body, "all", true, memory);
  set_list(body, "application", values.applications);
  set_list(body, "component", values.components);
  set_list(body, "type", values.types);
  set_list(body, "package", values.packages);
  set_list(body, "user", values.owners);
  set_list(body, "queue", values.queues);
  if (values.savepoint) json::set(body, "savepoint", *values.savepoint, memory);
  if (!values.format.empty()) json::set(body, "format", values.format, memory);
  if (!values.if_not_saved.empty()) json::set(body, "if_not_saved", values.if_not_saved, memory);
  return body;
}

exit_code tell_report(session& with, const json::value& report, bool ended) {
  if (with.out().json()) {
    with.out().document(report);
  } else {
    show_fleet(report, with.out());
  }
  return ended ? code_of_operation(report) : exit_code::done;
}

json::document await_end(session& with, const std::string& id) {
  progress shown(with.out().where(), with.out().json(), with.out().err());
  fleet_progress news(shown);
  json::document report =
      await_document(with.manager(), target({"fleet", "operations", id}), id, shown,
                     with.options().timeout, [&](const json::value& now) { news.tell(now); });
  // What has ended since the last look.
  news.tell(report);
  shown.clear();
  return report;
}

exit_code begin(session& with, const char* verb, const json::document& body,
                const std::string& id) {
  const std::string how = fmt::format(
      "find out: dmctl fleet status {}; the same command with --id {} is safe, it begins nothing "
      "twice",
      id, id);
  const server::reply told =
      with.manager().write("POST", target({"fleet", verb}), json::to_text(body), how);
  // A dry run begins nothing.
  if (told.operation.empty()) return tell_report(with, told.body, false);
  if (with.options().wait) {
    return tell_report(with, await_end(with, told.operation), true);
  }
  const exit_code code = tell_report(with, told.body, false);
  with.out().note(fmt::format("dmctl wait {}  waits for its end", told.operation));
  return code;
}

std::string newest(session& with) {
  const json::document told = with.manager().get(target({"fleet", "operations"}, {{"limit", "1"}}));
  std::string id;
  each_of(told, "operations", [&](const json::value& one) { id = text_member(one, "id"); });
  if (id.empty()) throw problem(exit_code::not_found, "there is no operation on the fleet yet");
  return id;
}

void takes_common(command_tree& tree, CLI::App& command, const values_ptr& values) {
  tree.takes_many(command, "--order", values->order,
                  "APPLICATION or APPLICATION/COMPONENT, a pattern; what fits an earlier one goes "
                  "first; may be repeated");
  command.add_option("--parallel", values->parallel, "Components at a time (1 to 32, default: 4)");
  tree.takes(command, "--id", values->id, "Its id, 32 hex digits (default: made up)");
  command.add_flag("--dry-run", values->dry_run, "Say what would be done, and do nothing");
}

void add_stop(command_tree& tree, CLI::App& fleet) {
  const auto values = std::make_shared<given_fleet>();
  CLI::App& stop =
      tree.noun(fleet, {"stop"}, "Stop many components with savepoints; * and ? in patterns");
  stop.add_flag("--all", values->all, "All of them");
  const auto choice = [&](const char* name, std::vector<std::string>& into, const char* text,
                          value_kind kind = value_kind::text) {
    tree.takes_many(stop, name, into, text, kind);
  };
  choice("--application", values->applications, "Of these applications; may be repeated",
         value_kind::started_application);
  choice("--component", values->components, "Those of that name");
  choice("--type", values->types, "Of that type");
  choice("--package", values->packages, "Of applications of that package");
  choice("--owner", values->owners, "Of that user's applications");
  choice("--queue", values->queues, "In that YARN queue");
  takes_common(tree, stop, values);
  stop.add_flag_function(
      "--savepoint,!--no-savepoint",
      [values](std::int64_t count) { values->savepoint = count > 0; },
      "With a savepoint of each, or without");
  tree.takes_one_of(stop, "--format", values->format, "Of the savepoints", {"canonical", "native"});
  tree.takes_one_of(stop, "--if-not-saved", values->if_not_saved,
                    "What becomes of one that cannot be saved (default: leave)",
                    {"leave", "cancel", "kill"});
  stop.add_option("--patience", values->patience,
                  "Seconds for which one is waited for that is being started, or has another "
                  "operation (default: 300)");
  tree.does(stop, [values](session& with) {
    const std::string id = values->id.empty() ? made_up_id() : values->id;
    return begin(with, "stop", stop_body(*values, id), id);
  });
}

void add_start(command_tree& tree, CLI::App& fleet) {
  const auto values = std::make_shared<given_fleet>();
  CLI::App& start =
      tree.noun(fleet, {"start"}, "Start what a stop has stopped, from exactly its points");
  tree.needs(start, "from", values->from, "The stop's id", value_kind::fleet_stop);
  takes_common(tree, start, values);
  start.add_option("--patience", values->patience,
                   "Seconds after which one that does not come up holds back its queue "
                   "(default: 15)");
  tree.does(start, [values](session& with) {
    const std::string id = values->id.empty() ? made_up_id() : values->id;
    json::document body = common_body(*values, id);
    auto& memory = body.GetAllocator();
    json::set(body, "from", values->from, memory);
    return begin(with, "start", body, id);
  });
}

void add_looks(command_tree& tree, CLI::App& fleet) {
  const auto values = std::make_shared<given_fleet>();
  CLI::App& status = tree.noun(fleet, {"status", "show"}, "What became of each component");
  tree.takes(status, "operation", values->id, "Its id (default: the newest)",
             value_kind::fleet_operation);
  tree.does(status, [values](session& with) {
    const std::string id = values->id.empty() ? newest(with) : values->id;
    return tell_report(with, with.manager().get(target({"fleet", "operations", id})), false);
  });
  CLI::App& list = tree.noun(fleet, {"list", "ls"}, "Operations on the fleet, the newest first");
  tree.takes_page(list, values->limit, values->after, 100);
  tree.does(list, [values](session& with) {
    const json::document told = with.manager().get(
        target({"fleet", "operations"}, {{"limit", values->limit}, {"after", values->after}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_fleet_operations(told, with.out());
      with.tell_next(text_member(told, "next"));
    }
    return exit_code::done;
  });
  CLI::App& cancel =
      tree.noun(fleet, {"cancel"}, "Begin no more of it; what is under way goes on to its end");
  tree.needs(cancel, "operation", values->id, "Its id", value_kind::running_fleet_operation);
  tree.does(cancel, [values](session& with) {
    const server::reply told =
        with.manager().write("DELETE", target({"fleet", "operations", values->id}), "",
                             "find out: dmctl fleet status " + values->id);
    if (!with.options().wait) return tell_report(with, told.body, false);
    const json::document report = await_end(with, values->id);
    tell_report(with, report, false);
    // That it was done before it could be cancelled is its success, and not the cancel's.
    const bool cancelled = text_member(report, "status") == "CANCELLED";
    if (!cancelled) with.out().note("it has ended before it could be cancelled");
    return cancelled ? exit_code::done : exit_code::conflict;
  });
}

}  // namespace

void add_fleet_commands(command_tree& tree) {
  CLI::App& fleet = tree.verb({"fleet"}, "Stop and start many components at once", group);
  add_stop(tree, fleet);
  add_start(tree, fleet);
  add_looks(tree, fleet);
}

}  // namespace dmctl
