// What the plugins see of components at this moment.
// SPDX-License-Identifier: Apache-2.0
#include "application/seen_components.h"

#include "base/log.h"
#include "observation/plugin_status.h"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <utility>

namespace manager {
namespace {

// Those in which something of a component lives (abi/documents.md, States).
constexpr std::array<std::string_view, 6> live_states = {"STARTING", "RUNNING", "RESTARTING",
                                                         "STOPPING", "BACKOFF", "SCHEDULED"};

}  // namespace

std::vector<json::document> see_now(const application_tools& tools,
                                    const std::vector<component_record>& components, bool detail,
                                    cancellation* cancel) {
  std::vector<json::document> result;
  std::map<std::string, std::vector<std::size_t>> of_type;
  for (std::size_t i = 0; i < components.size(); ++i) {
    result.push_back(json::make_object());
    // What was never laid out is nowhere to be seen.
    if (components[i].data) of_type[components[i].type].push_back(i);
  }
  for (const auto& [type, places] : of_type) {
    std::vector<const component_record*> asked;
    for (const std::size_t place : places) asked.push_back(&components[place]);
    try {
      auto told = plugin_status(tools.plugins, type, tools.settings.name_space, asked, detail,
                                {tools.settings.timeouts.status, "", cancel, {}});
      for (std::size_t i = 0; i < places.size(); ++i) result[places[i]] = std::move(told[i]);
    } catch (const std::exception& problem) {
      log::warning("event=status_failed type={} information={}", type, problem.what());
    }
  }
  return result;
}

bool is_wanted_or_lives(const json::value& status) {
  const std::string_view state = json::text_of(status, "state");
  return json::text_of(status, "desired") == "RUNNING" ||
         std::find(live_states.begin(), live_states.end(), state) != live_states.end();
}

std::string newest_cause(const json::value& status) {
  const json::value* runs = json::find(status, "incarnations");
  if (runs != nullptr && runs->IsArray() && !runs->Empty()) {
    // One that is just submitted anew has none yet; the one before it has.
    for (const auto& run : runs->GetArray()) {
      if (const auto cause = json::text_of(run, "cause"); !cause.empty()) return std::string(cause);
    }
  }
  return std::string(json::text_of(status, "reason"));
}

}  // namespace manager
