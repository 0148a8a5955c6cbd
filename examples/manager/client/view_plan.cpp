// What a start, a resume or an upgrade would do.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_plan.h"

#include "client/member.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

void show_texts(const json::value& from, const char* name, const char* title, output& out) {
  std::string all;
  each_of(from, name, [&](const json::value& one) {
    const std::string text = one.IsObject() ? fmt::format("{}: {}", text_member(one, "path"),
                                                          text_member(one, "message"))
                                            : any_text(one);
    all += (all.empty() ? "" : "\n") + text;
  });
  out.fact(title, all);
}

// possible: of the whole plan; what is not possible goes on from nothing.
void show_component(const json::value& one, bool possible, output& out) {
  out.made_line("");
  out.heading(text_member(one, "type") + "/" + text_member(one, "component"));
  if (const json::value* point = json::find(one, "restore_point");
      possible && point != nullptr && point->IsObject()) {
    out.fact("goes on from",
             fmt::format("{}  {}", text_member(*point, "id"), text_member(*point, "path")));
  }
  if (possible) {
    out.fact("because", text_member(one, "why"));
    out.fact("state's age", duration_member(one, "age_ms"));
  }
  std::string changes;
  each_of(one, "changes", [&](const json::value& change) {
    changes +=
        fmt::format("{}{}: {} -> {}", changes.empty() ? "" : "\n", text_member(change, "path"),
                    any_member(change, "from"), any_member(change, "to"));
  });
  out.fact("changes", changes);
  show_texts(one, "not_restorable", "left behind", out);
  show_texts(one, "not_known", "not known", out);
  show_texts(one, "warnings", "warnings", out);
}

}  // namespace

void show_plan(const json::value& told, output& out) {
  const std::string next = text_member(told, "next_package");
  out.fact("application", text_member(told, "application"));
  out.fact("package", text_member(told, "package") + (next.empty() ? "" : " -> " + next));
  const bool possible = flag_member(told, "possible");
  out.made_line(out.where().toned(possible ? tone::good : tone::bad,
                                  possible ? "it is possible" : "it is not possible"));
  each_of(told, "obstacles", [&](const json::value& one) { out.line(any_text(one), "  ! "); });
  int number = 0;
  each_of(told, "steps", [&](const json::value& one) {
    out.line(any_text(one), fmt::format("  {}. ", ++number));
  });
  each_of(told, "components", [&](const json::value& one) { show_component(one, possible, out); });
}

}  // namespace dmctl
