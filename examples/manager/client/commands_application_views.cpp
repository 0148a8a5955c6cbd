// dmctl status; list applications; show application: what is known of applications.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/measure.h"
#include "client/member.h"
#include "client/view_application.h"
#include "client/view_schedule.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

// The contract answers 200 for one that was never heard of.
void throw_if_absent(const std::string& name, const json::value& told) {
  if (text_member(told, "status") != "NOTCREATED") return;
  const std::string why = words_member(told, "information");
  throw problem(exit_code::not_found,
                why.empty() ? fmt::format("there is no application {}", name)
                            : fmt::format("there is no application {}: {}", name, why));
}

exit_code status_of(session& with, const std::string& name) {
  const json::document told = with.manager().get(target({"applications", name, "status"}));
  if (with.out().json()) {
    with.out().document(told);
    throw_if_absent(name, told);
    return exit_code::done;
  }
  throw_if_absent(name, told);
  show_status(name, told, with.out());
  if (text_member(told, "status") == "CREATING") return exit_code::done;
  try {
    const json::document detail = with.manager().get(target({"applications", name, "detail"}));
    show_components(detail, with.out(), time_now());
    show_schedules(detail, with.out());
  } catch (const problem& silent) {
    if (silent.code() == exit_code::interrupted) throw;
    with.out().note(fmt::format("of its components nothing can be told now: {}", silent.what()));
  }
  return exit_code::done;
}

exit_code status_of_all(session& with) {
  const json::document told = with.manager().get(target({"applications"}, {{"view", "summary"}}));
  if (with.out().json()) {
    with.out().document(told);
  } else {
    show_summaries(told, with.out());
  }
  return exit_code::done;
}

void add_list(command_tree& tree) {
  struct given {
    std::string status, package, user, prefix, limit, after;
  };
  const auto values = std::make_shared<given>();
  CLI::App& list = tree.noun(verb_list(tree), {"applications", "application", "apps", "app"},
                             "Applications that there are");
  tree.takes(list, "--status", values->status, "Those in that state");
  tree.takes(list, "--package", values->package, "Made from that package",
             value_kind::deployed_package);
  tree.takes(list, "--owner", values->user, "Those of that user");
  tree.takes(list, "--prefix", values->prefix, "How their names begin");
  tree.takes_page(list, values->limit, values->after);
  tree.does(list, [values](session& with) {
    const server::reply page =
        with.manager().get_page(target({"applications"}, {{"view", "status"},
                                                          {"status", values->status},
                                                          {"package", values->package},
                                                          {"user", values->user},
                                                          {"prefix", values->prefix},
                                                          {"limit", values->limit},
                                                          {"after", values->after}}));
    if (with.out().json()) {
      with.out().document(page.body);
    } else {
      show_applications(page.body, with.out());
    }
    with.tell_next(page.next);
    return exit_code::done;
  });
}

}  // namespace

void add_application_view_commands(command_tree& tree) {
  const auto name = std::make_shared<std::string>();
  CLI::App& status = tree.verb({"status"}, "State of an application, or of all", "Applications");
  tree.takes(status, "application", *name, "Which one (default: all)", value_kind::application);
  tree.does(status, [name](session& with) {
    return name->empty() ? status_of_all(with) : status_of(with, *name);
  });
  add_list(tree);
  CLI::App& show = tree.noun(verb_show(tree), {"application", "applications", "app", "apps"},
                             "An application, with incarnations and what the sources said");
  tree.needs(show, "application", *name, "Which one", value_kind::application);
  tree.does(show, [name](session& with) {
    const json::document told = with.manager().get(target({"applications", *name, "detail"}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_detail(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace dmctl
