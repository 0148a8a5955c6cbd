// Asks the plugins for the figures of what runs.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/figure_sampler.h"

#include "access/secrets.h"
#include "application/component_request.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/names.h"
#include "http/http_client.h"

#include <cmath>
#include <exception>
#include <map>

namespace manager::metrics {
namespace {

// Of the environment, as other programs of the platform read it; empty: nobody listens.
std::string receiver_of(const configuration& settings) {
  const std::string url(json::text_of(settings.environment, "metric_logger_url"));
  if (url.empty() || is_http_address(url)) return url;
  log::warning("event=metrics_not_told information={}",
               "environment.metric_logger_url is no address that begins with http:// or https://");
  return {};
}

std::chrono::milliseconds patience(const configuration& settings) {
  return std::max(settings.figures_interval, std::chrono::milliseconds(1000));
}

figure_values values_of(const json::value& figures) {
  figure_values values;
  for (const auto& member : figures.GetObject()) {
    if (values.size() == figure_history::most_names) break;
    const std::string_view name = json::view(member.name);
    if (figure_history::is_figure_name(name) && member.value.IsNumber() &&
        std::isfinite(member.value.GetDouble()))
      values.emplace_back(name, member.value.GetDouble());
  }
  return values;
}

void take(const json::value& entry, figure_sample& into) {
  const json::value* figures = json::find(entry, "figures");
  if (figures != nullptr && figures->IsObject()) into.values = values_of(*figures);
  if (const json::value* problem = json::find(entry, "error")) {
    into.problem = printable(json::text_of(*problem, "message"), 1000);
  }
}

}  // namespace

figure_sampler::figure_sampler(const configuration& settings, registry& memory,
                               plugin_directory& plugins, const component_figures& states)
    : settings_(settings),
      registry_(memory),
      plugins_(plugins),
      states_(states),
      poster_(receiver_of(settings), patience(settings)) {}

void figure_sampler::start() {
  if (settings_.figures_interval.count() > 0) thread_ = std::thread([this] { run(); });
}

void figure_sampler::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  ending_.request();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  poster_.stop();
}

void figure_sampler::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    look();
    lock.lock();
    changed_.wait_for(lock, settings_.figures_interval, [this] { return stopped_; });
  }
}

void figure_sampler::look() {
  try {
    const auto components = registry_.transact(
        [](registry_view& view) { return view.applications.components_of_all(); });
    std::vector<figure_sample> samples;
    for (const component_record& one : components) {
      if (one.data) samples.push_back({one, std::nullopt, {}});
    }
    std::map<std::string, std::vector<figure_sample*>> wanted;  // by type
    for (figure_sample& one : samples) {
      // Nothing runs of what is not wanted, or it is about to end.
      if (one.component.desired == "RUNNING") wanted[one.component.type].push_back(&one);
    }
    for (const auto& [type, of_type] : wanted) ask(type, of_type);
    const std::int64_t at = now_ms();
    history_.add(at, samples);
    tell(at, samples);
  } catch (const std::exception& problem) {
    log::warning("event=figures_failed information={}", problem.what());
  }
}

void figure_sampler::ask(const std::string& type, const std::vector<figure_sample*>& of_type) {
  std::string problem;
  try {
    plugin_session& session = plugins_.session(type);
    if (!session.has(plugin_extension::metrics)) return;
    std::vector<const component_record*> records;
    for (const figure_sample* one : of_type) records.push_back(&one->component);
    json::document request = status_request(settings_.name_space, records, false);
    request.RemoveMember("detail");
    const plugin_reply reply = session.run(plugin_verb::figures, request,
                                           {settings_.timeouts.figures, "figures", &ending_, {}});
    const json::value* entries = json::find(reply.document, "components");
    if (reply.ok() && entries != nullptr && entries->IsArray() &&
        entries->Size() == of_type.size()) {
      for (std::size_t i = 0; i < of_type.size(); ++i)
        take((*entries)[static_cast<rapidjson::SizeType>(i)], *of_type[i]);
      return;
    }
    problem = reply.ok() ? "the plugin does not answer for every one"
                         : reply.to_failure("figures of components of type " + type).what();
  } catch (const std::exception& thrown) {
    problem = thrown.what();
  }
  log::debug("event=figures_failed type={} information={}", type, problem);
  for (figure_sample* one : of_type) one->problem = problem;
}

void figure_sampler::tell(std::int64_t at, const std::vector<figure_sample>& samples) {
  if (!poster_.listened_to()) return;
  std::vector<metric_item> items;
  for (const figure_sample& sample : samples) {
    const component_record& of = sample.component;
    if (std::string state = states_.state_of(of); !state.empty())
      items.push_back({of.application, of.name, "state", std::move(state)});
    if (!sample.values) continue;
    for (const auto& [name, value] : *sample.values)
      items.push_back({of.application, of.name, name, value});
  }
  poster_.tell(at, std::move(items));
}

void figure_sampler::write(exposition& into) {
  const auto components =
      registry_.transact([](registry_view& view) { return view.applications.components_of_all(); });
  into.family("deployment_manager_component_uptime_seconds", "gauge",
              "Since the component's job runs without a restart.");
  for (const component_record& one : components) {
    const auto known = history_.of(one, false);
    if (!known || !known->current) continue;
    for (const auto& [name, value] : *known->current) {
      if (name != "uptime_ms") continue;
      into.sample({{"application", one.application}, {"type", one.type}, {"component", one.name}},
                  value / 1000);
    }
  }
  poster_.write(into);
}

}  // namespace manager::metrics
