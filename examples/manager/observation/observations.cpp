// What the plugins see of components.
// SPDX-License-Identifier: Apache-2.0
#include "observation/observations.h"

#include "base/clock.h"
#include "base/log.h"
#include "observation/plugin_status.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace manager {
namespace {

using steady = std::chrono::steady_clock;

// Answers about components that are gone must not pile up.
constexpr std::chrono::minutes forget_after{10};

}  // namespace

observations::observations(const configuration& settings, plugin_directory& plugins,
                           const components_apart& apart)
    : settings_(settings), plugins_(plugins), apart_(apart) {}

std::string observations::key_of(const component_record& component, bool detail) const {
  // With the create data: a component that was destroyed and made again is another one.
  return component.application + "/" + component.type + "/" + component.name +
         (detail ? "/detail/" : "//") + component.data.value_or("");
}

void observations::ask(const std::string& type,
                       const std::vector<const component_record*>& components, bool detail) {
  const std::int64_t now = now_ms();
  const auto began = steady::now();
  std::string problem;
  std::vector<std::shared_ptr<const json::document>> found;
  try {
    for (json::document& one :
         plugin_status(plugins_, type, settings_.name_space, components, detail,
                       {settings_.timeouts.status, "status", nullptr, {}})) {
      found.push_back(std::make_shared<json::document>(std::move(one)));
    }
  } catch (const std::exception& thrown) {
    problem = thrown.what();
  }
  if (!problem.empty()) log::warning("event=status_failed type={} information={}", type, problem);

  const std::lock_guard lock(mutex_);
  std::erase_if(changed_at_,
                [&](const auto& entry) { return began - entry.second > forget_after; });
  std::erase_if(known_,
                [&](const auto& entry) { return began - entry.second.learnt > forget_after; });
  for (std::size_t i = 0; i < components.size(); ++i) {
    observation& entry = known_[key_of(*components[i], detail)];
    entry.problem = problem;
    if (problem.empty()) {
      entry.status = found[i];
      entry.asked_at = now;
      entry.learnt = began;
    } else if (!entry.status) {
      entry.asked_at = now;
      entry.learnt = began;
    }
  }
}

void observations::changed(const std::string& application) {
  const std::lock_guard lock(mutex_);
  changed_at_[application] = steady::now();
}

std::vector<observation> observations::observe(const std::vector<component_record>& components,
                                               bool detail) {
  const auto young_since = steady::now() - settings_.status_cache;
  std::map<std::string, std::vector<const component_record*>> missing;  // by type
  std::vector<std::string> apart;                                       // why, or empty
  for (const component_record& component : components) apart.push_back(apart_.why(component));
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < components.size(); ++i) {
      const component_record& component = components[i];
      if (!apart[i].empty()) continue;
      const auto known = known_.find(key_of(component, detail));
      const auto changed = changed_at_.find(component.application);
      const auto fresh_since = changed == changed_at_.end()
                                   ? young_since
                                   : std::max<steady::time_point>(young_since, changed->second);
      const bool fresh = known != known_.end() && known->second.problem.empty() &&
                         known->second.learnt > fresh_since;
      if (!fresh) missing[component.type].push_back(&component);
    }
  }
  for (const auto& [type, wanted] : missing) ask(type, wanted, detail);

  const std::lock_guard lock(mutex_);
  std::vector<observation> result;
  for (const component_record& component : components) {
    const auto known = known_.find(key_of(component, detail));
    result.push_back(known == known_.end() ? observation() : known->second);
    if (const std::string& why = apart[result.size() - 1]; !why.empty())
      result.back().problem = why;
  }
  return result;
}

}  // namespace manager
