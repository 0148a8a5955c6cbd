// dmctl wait, cancel; list operations; show operation.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/member.h"
#include "client/view_operations.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

const char* const group = "Operations";

exit_code cancel(session& with, const std::string& id) {
  const server::reply told = with.manager().write("DELETE", target({"operations", id}), "",
                                                  "find out: dmctl show operation " + id);
  if (with.options().wait) {
    progress shown(with.out().where(), with.out().json(), with.out().err());
    const json::document ended = await_operation(with.manager(), id, shown, with.options().timeout);
    shown.clear();
    if (with.out().json()) {
      with.out().document(ended);
    } else {
      show_operation(ended, with.out());
    }
    // That it was done before it could be cancelled is its success, and not the cancel's.
    const bool cancelled = text_member(ended, "status") == "CANCELLED";
    if (!cancelled) with.out().note("it has ended before it could be cancelled");
    return cancelled ? exit_code::done : exit_code::conflict;
  }
  if (with.out().json()) {
    with.out().document(told.body);
  } else {
    with.out().line("cancelling " + operation_news(told.body));
  }
  return exit_code::done;
}

void add_list(command_tree& tree) {
  struct given {
    std::string status, verb, kind, object, user, since, limit, after;
  };
  const auto values = std::make_shared<given>();
  CLI::App& list = tree.noun(verb_list(tree), {"operations", "operation", "ops", "op"},
                             "What waits, runs and has ended");
  tree.takes(list, "--status", values->status, "QUEUED, RUNNING, FAILED and so on");
  tree.takes(list, "--verb", values->verb, "deploy, create, start, stop and so on");
  tree.takes(list, "--kind", values->kind, "package, application, savepoint, housekeeping, fleet");
  tree.takes(list, "--object", values->object, "Name of what they are of", value_kind::application);
  tree.takes(list, "--by", values->user, "Of that user");
  tree.takes(list, "--since", values->since, "Accepted since, 2024-05-01T12:00:00Z");
  tree.takes_page(list, values->limit, values->after);
  tree.does(list, [values](session& with) {
    const json::document told =
        with.manager().get(target({"operations"}, {{"status", values->status},
                                                   {"verb", values->verb},
                                                   {"kind", values->kind},
                                                   {"object", values->object},
                                                   {"user", values->user},
                                                   {"since", values->since},
                                                   {"limit", values->limit},
                                                   {"after", values->after}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_operations(told, with.out());
      with.tell_next(text_member(told, "next"));
    }
    return exit_code::done;
  });
}

}  // namespace

void add_operation_commands(command_tree& tree) {
  const auto id = std::make_shared<std::string>();
  CLI::App& wait = tree.verb({"wait"}, "Wait until an operation has ended", group);
  tree.needs(wait, "operation", *id, "Its id", value_kind::running_operation);
  tree.does(wait, [id](session& with) {
    // One that is not known is no operation that one could wait for.
    const json::document now = with.manager().get(target({"operations", *id}));
    return with.finish_operation(
        *id, fmt::format("{} of {}", text_member(now, "verb"), text_member(now, "object")));
  });
  CLI::App& stop = tree.verb({"cancel"}, "Cancel an operation", group);
  tree.needs(stop, "operation", *id, "Its id", value_kind::running_operation);
  tree.does(stop, [id](session& with) { return cancel(with, *id); });
  add_list(tree);
  CLI::App& show =
      tree.noun(verb_show(tree), {"operation", "operations", "op", "ops"}, "An operation");
  tree.needs(show, "operation", *id, "Its id", value_kind::operation);
  tree.does(show, [id](session& with) {
    const json::document told = with.manager().get(target({"operations", *id}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_operation(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace dmctl
