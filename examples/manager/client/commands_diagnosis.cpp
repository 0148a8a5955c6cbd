// dmctl explain; list incidents (also: incidents); show incident.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/member.h"
#include "client/view_diagnosis.h"

namespace dmctl {
namespace {

struct given_incidents {
  std::string application, component, id, limit, after;
};

exit_code list_incidents(session& with, const given_incidents& values) {
  const server::reply page = with.manager().get_page(
      target({"applications", values.application, "incidents"},
             {{"component", values.component}, {"limit", values.limit}, {"after", values.after}}));
  if (with.out().json()) {
    with.out().document(page.body);
  } else {
    show_incidents(page.body, with.out());
    with.tell_next(page.next);
  }
  return exit_code::done;
}

void add_list(command_tree& tree, CLI::App& command,
              const std::shared_ptr<given_incidents>& values) {
  tree.needs(command, "application", values->application, "Whose", value_kind::application);
  tree.takes(command, "-c,--component", values->component, "Of that one", value_kind::component);
  tree.takes_page(command, values->limit, values->after, 100);
  tree.does(command, [values](session& with) { return list_incidents(with, *values); });
}

}  // namespace

void add_diagnosis_commands(command_tree& tree) {
  const auto values = std::make_shared<given_incidents>();
  CLI::App& explain =
      tree.verb({"explain"}, "Why components are in their present state", "What happened");
  tree.needs(explain, "application", values->application, "Whose", value_kind::application);
  tree.takes(explain, "-c,--component", values->component, "Of that one", value_kind::component);
  tree.does(explain, [values](session& with) {
    const json::document told = with.manager().get(target(
        {"applications", values->application, "explain"}, {{"component", values->component}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_explanation(told, with.out());
    }
    return exit_code::done;
  });
  add_list(tree, tree.verb({"incidents"}, "What was kept of failures", "What happened"), values);
  add_list(tree, tree.noun(verb_list(tree), {"incidents", "incident"}, "What was kept of failures"),
           values);
  CLI::App& show = tree.noun(verb_show(tree), {"incident", "incidents"},
                             "An incident: diagnostics, exceptions, checkpoints, logs");
  tree.needs(show, "application", values->application, "Whose", value_kind::application);
  tree.needs(show, "incident", values->id, "Its id", value_kind::incident);
  tree.takes(show, "-c,--component", values->component, "Where several have that id",
             value_kind::component);
  tree.does(show, [values](session& with) {
    const json::document told =
        with.manager().get(target({"applications", values->application, "incidents", values->id},
                                  {{"component", values->component}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_incident(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace dmctl
