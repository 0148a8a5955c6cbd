// Applications and their components.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_application.h"

#include "client/measure.h"
#include "client/member.h"
#include "client/operation.h"
#include "client/text.h"
#include "client/view_schedule.h"

#include <fmt/format.h>

#include <cstring>

namespace dmctl {
namespace {

constexpr std::size_t all_runs = 1000;

std::string component_name(const json::value& one) {
  return text_member(one, "type") + "/" + text_member(one, "component");
}

std::string restarts_of(const json::value& component) {
  const json::value* restarts = json::find(component, "restarts");
  return restarts == nullptr ? "" : any_member(*restarts, "count");
}

void show_incarnations(const json::value& component, output& out) {
  table shown({{"EPOCH", true},
               {"APPLICATION"},
               {"STARTED"},
               {"ENDED"},
               {"OUTCOME", false, true},
               {"CAUSE", false, false, true},
               {"FROM"}});
  each_of(component, "incarnations", [&](const json::value& one) {
    std::string cause = any_member(one, "cause");
    const json::value* given = json::find(one, "cause");
    if (given != nullptr && given->IsObject()) cause = text_member(*given, "message");
    shown.add({any_member(one, "epoch"), text_member(one, "application_id"),
               time_member(one, "started_at"), time_member(one, "ended_at"),
               text_member(one, "outcome"), cause, text_member(one, "restore_point")});
  });
  if (shown.empty()) return;
  out.made_line("");
  out.rows(shown);
}

std::string policy_answer(const std::string& word) {
  for (const auto& [known, meaning] :
       {std::pair("queue", "it names the queue"), std::pair("no_map", "it has no map"),
        std::pair("no_rule", "it has no rule for this account"),
        std::pair("not_allowed", "it does not allow what was asked for"),
        std::pair("not_told", "it did not answer")}) {
    if (word == known) return meaning;
  }
  return word;
}

// What the policy answered to the newest run; "" where it was not asked.
std::string queue_policy_of(const json::value& component) {
  const json::value* runs = json::find(component, "incarnations");
  if (runs == nullptr || !runs->IsArray() || runs->Empty() || !(*runs)[0].IsObject()) return "";
  const json::value* policy = json::find((*runs)[0], "queue_policy");
  if (policy == nullptr) return "";
  const std::string requested = text_member(*policy, "requested");
  const std::string text = text_member(*policy, "text");
  return fmt::format("{}; {}{}", policy_answer(text_member(*policy, "answer")),
                     requested.empty() ? "no queue was asked for" : requested + " was asked for",
                     text.empty() ? "" : ": " + text);
}

void show_component(const json::value& one, output& out) {
  out.made_line("");
  out.heading(component_name(one));
  out.fact_state("state", text_member(one, "state"));
  out.fact("confidence", text_member(one, "confidence"));
  out.fact("since", time_member(one, "since"));
  out.fact("reason", words_member(one, "reason"));
  out.fact("problem", text_member(one, "problem"));
  out.fact("wanted", text_member(one, "desired"));
  out.fact("application", text_member(one, "application_id"));
  out.fact("job", text_member(one, "job_id"));
  out.fact("job name", text_member(one, "job_name"));
  out.fact("yarn", text_member(one, "yarn_state"));
  out.fact("queue", text_member(one, "queue"));
  out.fact("queue policy", queue_policy_of(one));
  out.fact("page", text_member(one, "tracking_url"));
  out.fact("history", text_member(one, "history_url"));
  if (const json::value* restarts = json::find(one, "restarts"); restarts != nullptr) {
    out.fact("restarts",
             fmt::format("{}, the newest {}\n{}", any_member(*restarts, "count"),
                         time_member(*restarts, "since_at"), text_member(*restarts, "exception")));
  }
  if (const json::value* error = json::find(one, "error"); error != nullptr) {
    out.fact("error", text_member(*error, "message"));
  }
  if (const json::value* logs = json::find(one, "logs"); logs != nullptr) {
    each_member(*logs, [&](const std::string& name, const json::value& path) {
      out.fact(harmless(name) + " log", any_text(path));
    });
  }
  each_of(one, "vertices", [&](const json::value& vertex) {
    out.fact("vertex",
             fmt::format("{}  {}  x{}", text_member(vertex, "name"), text_member(vertex, "status"),
                         any_member(vertex, "parallelism")));
  });
  each_of(one, "evidence", [&](const json::value& fact) {
    out.fact("said",
             fmt::format("{}: {}", text_member(fact, "source"), text_member(fact, "message")));
  });
  show_schedule(one, out, all_runs);
  show_incarnations(one, out);
}

// Of what runs it is an object, with a reason where something is wrong.
std::string information_of(const json::value& component) {
  const json::value* information = json::find(component, "information");
  return information != nullptr && information->IsObject() ? words_member(*information, "reason")
                                                           : words_member(component, "information");
}

}  // namespace

void show_under_way(const json::value& operation, output& out) {
  std::string text =
      fmt::format("{} by {} since {}", text_member(operation, "verb"),
                  text_member(operation, "user"), time_member(operation, "accepted_at"));
  const std::string_view phase = phase_of(operation);
  if (!phase.empty()) text += fmt::format(", phase {}", phase);
  out.fact("under way", fmt::format("{}\ndmctl wait {}", text, text_member(operation, "id")));
}

void show_applications(const json::value& told, output& out) {
  table shown({{"APPLICATION"},
               {"STATUS", false, true},
               {"PACKAGE"},
               {"USER"},
               {"INFORMATION", false, false, true}});
  each_member(told, [&](const std::string& name, const json::value& one) {
    shown.add({name, text_member(one, "status"), text_member(one, "package_name"),
               text_member(one, "user"), words_member(one, "information")});
  });
  if (shown.empty()) out.note("no applications");
  out.rows(shown);
}

void show_summaries(const json::value& told, output& out) {
  table shown({{"APPLICATION"},
               {"COMPONENT"},
               {"STATE", false, true},
               {"YARN"},
               {"INFORMATION", false, false, true}});
  each_member(told, [&](const std::string& name, const json::value& one) {
    std::string status = text_member(one, "aggregate_status");
    if (status.empty()) status = text_member(one, "status");
    shown.add({name, "", status, "", ""});
    each_member(one, [&](const std::string&, const json::value& part) {
      if (!part.IsObject()) return;
      std::string component = text_member(part, "component");
      if (component.empty()) component = text_member(part, "name");
      shown.add({"", component, text_member(part, "aggregate_status"), text_member(part, "yarnId"),
                 information_of(part)});
    });
  });
  if (shown.empty()) out.note("no applications");
  out.rows(shown);
}

void show_status(const std::string& name, const json::value& told, output& out) {
  out.fact("application", name);
  out.fact_state("status", text_member(told, "status"));
  out.fact_state("summary", text_member(told, "summary"));
  out.fact("information", words_member(told, "information"));
  if (const json::value* last = json::find(told, "operation"); last != nullptr) {
    out.fact("last operation", fmt::format("{} at {}, {}", text_member(*last, "verb"),
                                           time_member(*last, "at"), text_member(*last, "id")));
  }
  if (const json::value* now = json::find(told, "under_way"); now != nullptr) {
    show_under_way(*now, out);
  }
  if (const json::value* progress = json::find(told, "progress"); progress != nullptr) {
    each_member(*progress, [&](const std::string& component, const json::value& event) {
      out.fact("progress", fmt::format("{}: {}", component, text_member(event, "message")));
    });
  }
  each_of(told, "set_aside", [&](const json::value& operation) {
    out.fact("left alone", fmt::format("{}: {}", text_member(operation, "verb"),
                                       words_member(operation, "information")));
  });
}

void show_components(const json::value& detail, output& out,
                     std::chrono::sys_time<std::chrono::milliseconds> now) {
  table shown({{"COMPONENT"},
               {"STATE", false, true},
               {"SURE"},
               {"FOR", true},
               {"RESTARTS", true},
               {"APPLICATION"},
               {"REASON", false, false, true}});
  each_of(detail, "components", [&](const json::value& one) {
    const std::string since = text_member(one, "since");
    std::string reason = words_member(one, "reason");
    if (reason.empty()) reason = text_member(one, "problem");
    std::string state = text_member(one, "state");
    if (state.empty()) state = "UNKNOWN";
    shown.add({component_name(one), state, text_member(one, "confidence"),
               since.empty() ? "" : shown_age(since, now), restarts_of(one),
               text_member(one, "application_id"), reason});
  });
  if (shown.empty()) return;
  out.made_line("");
  out.rows(shown);
}

void show_detail(const json::value& detail, output& out) {
  out.fact("application", text_member(detail, "name"));
  out.fact_state("status", text_member(detail, "status"));
  each_of(detail, "components", [&](const json::value& one) { show_component(one, out); });
}

}  // namespace dmctl
