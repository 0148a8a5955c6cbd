// Restore points.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_savepoints.h"

#include "client/member.h"

#include <fmt/format.h>

namespace dmctl {

void show_savepoints(const json::value& told, output& out) {
  table shown({{"ID"},
               {"COMPONENT"},
               {"KIND"},
               {"STATE", false, true},
               {"BY"},
               {"EPOCH", true},
               {"SIZE", true},
               {"TOOK", true},
               {"COMPLETED"},
               {"PINNED", false, false, true}});
  each_of(told, "savepoints", [&](const json::value& one) {
    const std::string reason = text_member(one, "pin_reason");
    const std::string pinned = flag_member(one, "pinned") ? "yes" : "";
    shown.add({text_member(one, "id"), text_member(one, "component"), text_member(one, "kind"),
               text_member(one, "state"), text_member(one, "operation"), any_member(one, "epoch"),
               bytes_member(one, "size_bytes"), duration_member(one, "duration_ms"),
               time_member(one, "completed_at"), reason.empty() ? pinned : reason});
  });
  if (shown.empty()) out.note("no restore points");
  out.rows(shown);
  const json::value* components = json::find(told, "components");
  if (components == nullptr) return;
  each_member(*components, [&](const std::string& name, const json::value& one) {
    const auto say = [&](const char* member, const char* words) {
      const std::string value = text_member(one, member);
      if (!value.empty()) out.line(fmt::format("{} {} {}", name, words, value));
    };
    say("in_use", "runs from");
    say("next", "would start from");
    say("error", "cannot be listed:");
  });
}

void show_savepoint(const json::value& told, output& out) {
  out.fact("id", text_member(told, "id"));
  out.fact("component", text_member(told, "type") + "/" + text_member(told, "component"));
  out.fact("kind", text_member(told, "kind"));
  out.fact_state("state", text_member(told, "state"));
  out.fact("reason", text_member(told, "reason"));
  out.fact("under way", text_member(told, "under_way"));
  out.fact("path", text_member(told, "path"));
  out.fact("size", bytes_member(told, "size_bytes"));
  out.fact("files", any_member(told, "file_count"));
  out.fact("took", duration_member(told, "duration_ms"));
  out.fact("by", text_member(told, "operation"));
  out.fact("user", text_member(told, "user"));
  out.fact("requested", time_member(told, "requested_at"));
  out.fact("completed", time_member(told, "completed_at"));
  out.fact("epoch", any_member(told, "epoch"));
  out.fact("job", text_member(told, "job_id"));
  out.fact("flink", text_member(told, "flink_version"));
  out.fact("format", text_member(told, "format"));
  out.fact("parallelism", any_member(told, "parallelism"));
  out.fact("pinned", flag_member(told, "pinned") ? "yes " + text_member(told, "pin_reason") : "no");
}

}  // namespace dmctl
