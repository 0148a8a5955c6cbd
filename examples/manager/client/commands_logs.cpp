// dmctl logs; list logs.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/log_reader.h"
#include "client/measure.h"
#include "client/text.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

struct given_logs {
  std::string application, component, source, tail, since, grep, incarnations;
  bool follow = false;
};

json::document sources_of(session& with, const given_logs& values) {
  return with.manager().get(
      target({"applications", values.application, "logs"},
             {{"component", values.component}, {"incarnations", values.incarnations}}));
}

// A time, or how long ago.
std::string since_of(const std::string& given) {
  if (given.empty() || parse_time(given)) return given;
  const auto ago = parse_duration(given);
  if (!ago) {
    throw problem(
        exit_code::usage,
        fmt::format("--since {}: allowed: a time in UTC, 2024-05-01T12:00:00Z, or how long "
                    "ago: {}",
                    harmless(given), duration_rule));
  }
  return rfc3339_of(time_now() - *ago);
}

exit_code logs(session& with, const given_logs& values) {
  log_request what{values.application, values.tail, since_of(values.since), values.grep};
  const log_source source = choose_source(sources_of(with, values), values.source);
  if (!with.out().json()) {
    with.out().note(fmt::format("({}: {}, {}; dmctl list logs {} has the others)", source.component,
                                source.id, source.state, values.application));
  }
  if (values.follow) {
    if (what.tail.empty() && what.since.empty()) what.tail = "10";
    follow_log(with, source, what);
  } else {
    read_log(with, source, what);
  }
  return exit_code::done;
}

}  // namespace

void add_log_commands(command_tree& tree) {
  const auto values = std::make_shared<given_logs>();
  CLI::App& read = tree.verb({"logs", "log"}, "Read or follow a log", "What happened");
  tree.needs(read, "application", values->application, "Whose", value_kind::application);
  tree.takes(read, "-c,--component", values->component, "Of that one", value_kind::component);
  tree.takes(read, "-s,--source", values->source,
             "Its id, or jobmanager, taskmanager, client, guard, diagnostics, history",
             value_kind::source);
  read.add_flag("-f,--follow", values->follow, "Go on as it grows, across restarts of the job");
  tree.takes(read, "--tail", values->tail, "The last so many lines (of a follow: 10)");
  tree.takes(read, "--since", values->since, "What is younger: a time, or 10m");
  tree.takes(read, "--grep", values->grep, "Lines that have this in them");
  tree.takes(read, "--incarnations", values->incarnations,
             "Of how many runs (1 to 20, default: 3)");
  tree.does(read, [values](session& with) { return logs(with, *values); });

  CLI::App& list =
      tree.noun(verb_list(tree), {"logs", "log"}, "Logs of an application's components");
  tree.needs(list, "application", values->application, "Whose", value_kind::application);
  tree.takes(list, "-c,--component", values->component, "Of that one", value_kind::component);
  tree.takes(list, "--incarnations", values->incarnations,
             "Of how many runs (1 to 20, default: 3)");
  tree.does(list, [values](session& with) {
    const json::document told = sources_of(with, *values);
    if (with.out().json()) {
      with.out().document(told);
    } else {
      show_sources(told, with.out());
    }
    return exit_code::done;
  });
}

}  // namespace dmctl
