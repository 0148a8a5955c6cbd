// Operations on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_fleet.h"

#include "client/measure.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace dmctl {
namespace {

// WAITING, the longest of the usual ones, and NOT_RUNNING fit.
constexpr std::size_t outcome_width = 11;

std::string name_of(const json::value& one) {
  return text_member(one, "application") + "/" + text_member(one, "component");
}

// Where its state is: of a start what it has gone on from, else what a start will go on from.
std::string point_of(const json::value& one) {
  const std::string from = text_member(one, "started_from");
  if (!from.empty()) return from;
  const json::value* point = json::find(one, "point");
  if (point == nullptr || !point->IsObject()) return {};
  const std::string path = text_member(*point, "path");
  return path.empty() ? text_member(*point, "id") : path;
}

std::string state_in(const json::value& one, std::string_view member) {
  const json::value* found = json::find(one, member);
  return found == nullptr ? std::string() : text_member(*found, "state");
}

std::string words_of_component(const json::value& one) {
  std::string text;
  const auto add = [&](const std::string& words) {
    if (!words.empty()) text += (text.empty() ? "" : "; ") + words;
  };
  const json::value* exact = json::find(one, "exact");
  if (exact != nullptr && exact->IsFalse()) {
    const json::value* point = json::find(one, "point");
    const bool named = point != nullptr && point->IsObject();
    add("meant was " + (named ? text_member(*point, "path") : std::string("no point")));
  }
  add(words_member(one, "information"));
  if (const json::value* unsaved = json::find(one, "not_saved")) {
    add("not saved: " + words_member(*unsaved, "information"));
  }
  if (const json::value* choice = json::find(one, "point_choice")) {
    add(words_member(*choice, "reason"));
  }
  if (const json::value* untold = json::find(one, "point_untold")) {
    add("what it goes on from is not known: " + words_member(*untold, "information"));
  }
  const std::string waits = words_member(one, "waits_for");
  add(waits.empty() ? waits : "waits for " + waits);
  add(words_member(one, "advice"));
  return text;
}

// What would be done with each, and in which state it is.
void show_dry_run(const json::value& report, output& out) {
  table shown({{"COMPONENT"},
               {"TURN", false, true},
               {"STATE", false, true},
               {"QUEUE"},
               {"SAVABLE"},
               {"SAVEPOINT", true},
               {"INFORMATION", false, false, true}});
  each_of(report, "components", [&](const json::value& one) {
    const json::value* now = json::find(one, "now");
    const json::value* savable = json::find(one, "savable");
    const std::string saved = text_member(one, "savepoint_at");
    shown.add({name_of(one), text_member(one, "outcome"), state_in(one, "now"),
               now == nullptr ? "" : text_member(*now, "queue"),
               savable == nullptr  ? ""
               : savable->IsTrue() ? "yes"
                                   : "not now",
               saved.empty() ? "" : shown_age(saved, time_now()), words_of_component(one)});
  });
  out.rows(shown);
}

bool is_over(std::string_view outcome) {
  return outcome != "WAITING" && outcome != "STOPPING" && outcome != "STARTING";
}

}  // namespace

void show_fleet_operations(const json::value& told, output& out) {
  table shown({{"ID"},
               {"VERB"},
               {"STATUS", false, true},
               {"USER"},
               {"AGE", true},
               {"COMPONENTS", false, false, true}});
  each_of(told, "operations", [&](const json::value& one) {
    shown.add({text_member(one, "id"), text_member(one, "verb"), text_member(one, "status"),
               text_member(one, "user"), shown_age(text_member(one, "accepted_at"), time_now()),
               text_member(one, "summary")});
  });
  if (shown.empty()) out.note("no operations on the fleet");
  out.rows(shown);
}

void show_fleet(const json::value& report, output& out) {
  out.fact("operation", text_member(report, "id"));
  out.fact("what", text_member(report, "verb") + " of the fleet");
  out.fact("from", text_member(report, "from"));
  out.fact_state("status", text_member(report, "status"));
  out.fact("user", text_member(report, "user"));
  out.fact("accepted", time_member(report, "accepted_at"));
  out.fact("ended", time_member(report, "ended_at"));
  out.fact("cancelled by", text_member(report, "cancelled_by"));
  out.fact("components", text_member(report, "summary"));
  each_of(report, "warnings", [&](const json::value& one) {
    out.fact("warning", text_member(one, "path") + ": " + words_member(one, "message"));
  });
  if (text_member(report, "status") == "DRY_RUN") return show_dry_run(report, out);
  table shown({{"COMPONENT"},
               {"OUTCOME", false, true},
               {"WAS", false, true},
               {"IS", false, true},
               {"POINT"},
               {"CODE"},
               {"INFORMATION", false, false, true}});
  // What it was before it was stopped is no news of its start.
  const bool stops = text_member(report, "verb") == "stop";
  each_of(report, "components", [&](const json::value& one) {
    shown.add({name_of(one), text_member(one, "outcome"), stops ? state_in(one, "before") : "",
               state_in(one, "after"), point_of(one), text_member(one, "code"),
               words_of_component(one)});
  });
  out.rows(shown);
}

void fleet_progress::tell(const json::value& report) {
  std::size_t widest = 0;
  each_of(report, "components", [&](const json::value& one) {
    widest = std::max(widest, columns(harmless(name_of(one))));
  });
  each_of(report, "components", [&](const json::value& one) {
    const std::string outcome = text_member(one, "outcome");
    std::string& told = told_[text_member(one, "type") + "/" + name_of(one)];
    if (!is_over(outcome) || told == outcome) return;
    told = outcome;
    const std::string words = words_of_component(one);
    const std::string point = point_of(one);
    shown_.tell(fmt::format("{}  {}  {}", padded(outcome, outcome_width),
                            padded(harmless(name_of(one)), widest), words.empty() ? point : words));
  });
  shown_.show(fmt::format("{} of the fleet: {}", text_member(report, "verb"),
                          text_member(report, "summary")));
}

}  // namespace dmctl
