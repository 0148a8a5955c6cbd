// dmctl figures.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/view_figures.h"

namespace dmctl {

void add_figure_commands(command_tree& tree) {
  struct given {
    std::string application, component;
    bool history = false;
  };
  const auto values = std::make_shared<given>();
  CLI::App& figures = tree.verb({"figures", "top"}, "Key figures of components", "What happened");
  tree.needs(figures, "application", values->application, "Whose", value_kind::application);
  tree.takes(figures, "-c,--component", values->component, "Of that one", value_kind::component);
  figures.add_flag("--history", values->history, "With what they were during the last hours");
  tree.does(figures, [values](session& with) {
    const json::document told = with.manager().get(
        target({"applications", values->application, "figures"},
               {{"component", values->component}, {"history", values->history ? "true" : ""}}));
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_figures(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace dmctl
