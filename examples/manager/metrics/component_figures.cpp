// How the components are, looked at from time to time.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/component_figures.h"

#include "application/component_request.h"
#include "base/clock.h"
#include "base/log.h"

#include <algorithm>
#include <exception>
#include <map>

namespace manager::metrics {
namespace {

std::optional<std::int64_t> completed_at(const json::value& entry) {
  const json::value* points = json::find(entry, "points");
  if (points == nullptr || !points->IsArray() || points->Empty()) return std::nullopt;
  return from_rfc3339(json::text_of((*points)[0], "completed_at"));
}

std::optional<std::int64_t> restarts_of(const json::value& status) {
  const json::value* restarts = json::find(status, "restarts");
  const json::value* count = restarts == nullptr ? nullptr : json::find(*restarts, "count");
  if (count == nullptr || !count->IsInt64()) return std::nullopt;
  return count->GetInt64();
}

std::optional<bool> watched_of(const json::value& status) {
  const json::value* watched = json::find(status, "watched");
  if (watched == nullptr || !watched->IsBool()) return std::nullopt;
  return watched->GetBool();
}

bool same(const component_record& left, const component_record& right) {
  return left.application == right.application && left.type == right.type &&
         left.name == right.name && left.data == right.data;
}

}  // namespace

component_figures::component_figures(const configuration& settings, registry& memory,
                                     observations& seen, plugin_directory& plugins)
    : settings_(settings), registry_(memory), seen_(seen), plugins_(plugins) {}

void component_figures::start() {
  if (settings_.metrics_interval.count() > 0) thread_ = std::thread([this] { run(); });
}

void component_figures::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  ending_.request();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void component_figures::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    look();
    lock.lock();
    changed_.wait_for(lock, settings_.metrics_interval, [this] { return stopped_; });
  }
}

void component_figures::look() {
  try {
    const auto components = registry_.transact(
        [](registry_view& view) { return view.applications.components_of_all(); });
    std::vector<figures> found = look_at(components);
    const std::lock_guard lock(mutex_);
    // What a plugin did not tell this time is as it was.
    for (figures& one : found) {
      const auto before = std::find_if(known_.begin(), known_.end(), [&](const figures& other) {
        return same(other.component, one.component);
      });
      if (before == known_.end()) continue;
      if (!one.checkpoint_at) one.checkpoint_at = before->checkpoint_at;
      if (!one.savepoint_at) one.savepoint_at = before->savepoint_at;
    }
    known_ = std::move(found);
    looked_at_ = std::chrono::steady_clock::now();
  } catch (const std::exception& problem) {
    log::warning("event=figures_failed information={}", problem.what());
  }
}

std::vector<component_figures::figures> component_figures::look_at(
    const std::vector<component_record>& components) {
  const std::vector<observation> seen = seen_.observe(components, false);
  std::vector<figures> result(components.size());
  std::map<std::string, std::vector<figures*>> by_type;
  for (std::size_t i = 0; i < components.size(); ++i) {
    figures& one = result[i];
    one.component = components[i];
    by_type[one.component.type].push_back(&one);
    if (!seen[i].status) continue;
    one.state = json::text_of(*seen[i].status, "state");
    one.confidence = seen[i].problem.empty()
                         ? std::string(json::text_of(*seen[i].status, "confidence"))
                         : "stale";
    one.restarts = restarts_of(*seen[i].status);
    one.watched = watched_of(*seen[i].status);
  }
  for (const auto& [type, of_type] : by_type) {
    for (const std::string_view kind : {"checkpoint", "savepoint"}) {
      look_at_restore_points(type, kind, of_type);
    }
  }
  return result;
}

void component_figures::look_at_restore_points(const std::string& type, std::string_view kind,
                                               const std::vector<figures*>& of_type) {
  try {
    plugin_session& session = plugins_.session(type);
    if (!session.has_savepoints()) return;
    std::vector<const component_record*> records;
    for (const figures* one : of_type) records.push_back(&one->component);
    json::document request = status_request(settings_.name_space, records, false);
    auto& memory = request.GetAllocator();
    request.RemoveMember("detail");
    json::value states(rapidjson::kArrayType);
    states.PushBack(json::make_string("COMPLETED", memory), memory);
    json::set(request, "states", std::move(states), memory);
    json::set(request, "kind", kind, memory);
    json::set(request, "limit", std::int64_t{1}, memory);
    json::set(request, "verify", false, memory);
    const plugin_reply reply =
        session.run(plugin_verb::list, request, {settings_.timeouts.list, "figures", &ending_, {}});
    const json::value* entries = json::find(reply.document, "components");
    if (!reply.ok() || entries == nullptr || !entries->IsArray() ||
        entries->Size() != of_type.size()) {
      return;
    }
    for (std::size_t i = 0; i < of_type.size(); ++i) {
      const auto at = completed_at((*entries)[static_cast<rapidjson::SizeType>(i)]);
      (kind == "checkpoint" ? of_type[i]->checkpoint_at : of_type[i]->savepoint_at) = at;
    }
  } catch (const std::exception& problem) {
    log::debug("event=figures_failed type={} information={}", type, problem.what());
  }
}

std::string component_figures::key_of(const component_record& component) {
  return component.application + "/" + component.type + "/" + component.name;
}

std::map<std::string, std::int64_t> component_figures::newest_savepoints() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::int64_t> found;
  for (const figures& one : known_) {
    if (one.savepoint_at) found[key_of(one.component)] = *one.savepoint_at;
  }
  return found;
}

std::string component_figures::state_of(const component_record& component) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const figures& one) {
    return same(one.component, component);
  });
  return found == known_.end() ? std::string() : found->state;
}

void component_figures::write(exposition& into) {
  const auto applications =
      registry_.transact([](registry_view& view) { return view.applications.count_by_state(); });
  into.family("deployment_manager_applications", "gauge", "Applications by state.");
  for (const auto& [state, count] : applications) {
    into.sample({{"state", state}}, static_cast<double>(count));
  }

  // By the cluster's clock, as far as that is this machine's.
  const std::int64_t now = now_ms();
  const auto age = [now](std::int64_t at) {
    return static_cast<double>(std::max<std::int64_t>(0, now - at)) / 1000;
  };
  const std::lock_guard lock(mutex_);
  std::map<labels, int> components;
  for (const figures& one : known_) {
    ++components[{{"type", one.component.type},
                  {"state", one.state.empty() ? "UNKNOWN" : one.state},
                  {"confidence", one.confidence.empty() ? "unknown" : one.confidence}}];
  }
  const auto each = [&](std::string_view name, std::string_view help, const auto& value_of) {
    into.family(name, "gauge", help);
    for (const figures& one : known_) {
      const std::optional<double> value = value_of(one);
      if (!value) continue;
      into.sample({{"application", one.component.application},
                   {"type", one.component.type},
                   {"component", one.component.name}},
                  *value);
    }
  };
  into.family("deployment_manager_components", "gauge",
              "Components by the state that their plugin tells, and how sure it is.");
  for (const auto& [of, count] : components) into.sample(of, count);
  into.family(
      "deployment_manager_component_state", "gauge",
      "1 for each component: its state, how sure that is, and whether somebody watches it.");
  for (const figures& one : known_) {
    into.sample({{"application", one.component.application},
                 {"type", one.component.type},
                 {"component", one.component.name},
                 {"state", one.state.empty() ? "UNKNOWN" : one.state},
                 {"confidence", one.confidence.empty() ? "unknown" : one.confidence},
                 {"watched", !one.watched   ? ""
                             : *one.watched ? "true"
                                            : "false"}},
                1);
  }
  each("deployment_manager_component_restarts",
       "How often the component's present run was restarted.",
       [](const figures& one) -> std::optional<double> {
         if (!one.restarts) return std::nullopt;
         return static_cast<double>(*one.restarts);
       });
  each("deployment_manager_component_checkpoint_age_seconds",
       "Since the last checkpoint that is kept was completed.",
       [&age](const figures& one) -> std::optional<double> {
         if (!one.checkpoint_at) return std::nullopt;
         return age(*one.checkpoint_at);
       });
  each("deployment_manager_component_savepoint_age_seconds",
       "Since the last savepoint was completed.",
       [&age](const figures& one) -> std::optional<double> {
         if (!one.savepoint_at) return std::nullopt;
         return age(*one.savepoint_at);
       });
  if (looked_at_) {
    into.family("deployment_manager_component_figures_age_seconds", "gauge",
                "Since the components were looked at.");
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - *looked_at_;
    into.sample({}, passed.count());
  }
}

}  // namespace manager::metrics
