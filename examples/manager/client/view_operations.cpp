// Operations.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_operations.h"

#include "client/measure.h"
#include "client/member.h"
#include "client/operation.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

std::string took(const json::value& one) {
  const auto began = parse_time(text_member(one, "accepted_at"));
  const auto ended = parse_time(text_member(one, "ended_at"));
  return began && ended ? shown_duration(*ended - *began) : "";
}

}  // namespace

void show_operations(const json::value& told, output& out) {
  table shown({{"ID"},
               {"VERB"},
               {"OBJECT"},
               {"STATUS", false, true},
               {"USER"},
               {"AGE", true},
               {"INFORMATION", false, false, true}});
  each_of(told, "operations", [&](const json::value& one) {
    std::string information = words_member(one, "information");
    if (information.empty()) information = phase_of(one);
    shown.add({text_member(one, "id"), text_member(one, "verb"), text_member(one, "object"),
               text_member(one, "status"), text_member(one, "user"),
               shown_age(text_member(one, "accepted_at"), time_now()), information});
  });
  if (shown.empty()) out.note("no operations");
  out.rows(shown);
}

void show_operation(const json::value& told, output& out) {
  out.fact("operation", text_member(told, "id"));
  out.fact("what", text_member(told, "verb") + " " + text_member(told, "object") + " (" +
                       text_member(told, "kind") + ")");
  out.fact_state("status", text_member(told, "status"));
  out.fact("user", text_member(told, "user"));
  out.fact("accepted", time_member(told, "accepted_at"));
  out.fact("started", time_member(told, "started_at"));
  out.fact("ended", time_member(told, "ended_at"));
  out.fact("took", took(told));
  out.fact("phase", phase_of(told));
  out.fact("waits behind", any_member(told, "queued_behind"));
  if (const json::value* progress = json::find(told, "progress"); progress != nullptr) {
    each_member(*progress, [&](const std::string& component, const json::value& event) {
      out.fact("progress", fmt::format("{}: {}", component, text_member(event, "message")));
    });
  }
  out.fact("cancelled by", text_member(told, "cancelled_by"));
  out.fact("no cancel", text_member(told, "not_cancellable_because"));
  out.fact_state("state after", text_member(told, "state"));
  out.fact("information", words_member(told, "information"));
}

}  // namespace dmctl
