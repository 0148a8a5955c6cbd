// Which log is read.
// SPDX-License-Identifier: Apache-2.0
#include "client/log_source.h"

#include "client/member.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace dmctl {
namespace {

constexpr std::array<std::string_view, 6> kinds = {"jobmanager", "taskmanager", "client",
                                                   "guard",      "diagnostics", "history"};

// What is read without being asked for, the best first.
std::tuple<int, std::ptrdiff_t, bool> rank(const log_source& one) {
  const auto* const kind = std::find(kinds.begin(), kinds.end(), one.kind);
  const int by_state = one.state == "living" ? 0 : one.state == "ended" ? 1 : 2;
  return {by_state, kind - kinds.begin(), !one.main};
}

}  // namespace

log_source choose_source(const json::value& told, const std::string& wanted) {
  std::vector<log_source> all;
  std::vector<std::string> silent;
  each_of(told, "components", [&](const json::value& component) {
    const std::string name = text_member(component, "component");
    if (const std::string error = any_member(component, "error"); !error.empty()) {
      silent.push_back(fmt::format("{}: {}", name, error));
    }
    each_of(component, "sources", [&](const json::value& source) {
      std::string kind = text_member(source, "kind");
      const std::string file = text_member(source, "file");
      const bool main = file.empty() || file == kind + ".log";
      all.push_back(
          {name, text_member(source, "id"), std::move(kind), text_member(source, "state"), main});
    });
  });
  std::vector<log_source> fitting;
  std::copy_if(all.begin(), all.end(), std::back_inserter(fitting), [&](const log_source& one) {
    return wanted.empty() || wanted == one.id || wanted == one.kind;
  });
  if (fitting.empty()) {
    const bool none = silent.empty();
    problem missing(
        none ? exit_code::not_found : exit_code::unreachable,
        wanted.empty() ? "there are no logs yet" : fmt::format("there is no log \"{}\"", wanted));
    for (const std::string& one : silent) missing.add_note(one);
    for (const log_source& one : all) {
      missing.add_note(fmt::format("{}: {} ({})", one.component, one.id, one.state));
    }
    throw missing;
  }
  // Of equal ones the first: lists begin with the newest.
  return *std::min_element(fitting.begin(), fitting.end(), [](const auto& one, const auto& other) {
    return rank(one) < rank(other);
  });
}

void show_sources(const json::value& told, output& out) {
  table shown({{"COMPONENT"},
               {"SOURCE"},
               {"KIND"},
               {"EPOCH", true},
               {"STATE", false, true},
               {"SIZE", true},
               {"CHANGED"},
               {"HOST"},
               {"REASON", false, false, true}});
  each_of(told, "components", [&](const json::value& component) {
    const std::string name = text_member(component, "component");
    each_of(component, "missing", [&](const json::value& one) {
      out.note(fmt::format("{}: there may be more: {}", name, any_text(one)));
    });
    const std::string error = any_member(component, "error");
    if (!error.empty()) shown.add({name, "", "", "", "unknown", "", "", "", error});
    each_of(component, "sources", [&](const json::value& one) {
      shown.add({name, text_member(one, "id"), text_member(one, "kind"), any_member(one, "epoch"),
                 text_member(one, "state"), bytes_member(one, "size_bytes"),
                 time_member(one, "modified_at"), text_member(one, "host"),
                 text_member(one, "reason")});
    });
  });
  if (shown.empty()) out.note("no logs");
  out.rows(shown);
}

}  // namespace dmctl
