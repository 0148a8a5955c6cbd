// Reads the properties of metrics.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_choice.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/metric_reporters.h"
#include "input/text_rules.h"

namespace dm::package {

namespace {

constexpr std::array<std::string_view, flink::metric_scope_count> scope_properties = {
    "component_flink_metrics_scope_jm",   "component_flink_metrics_scope_jm_job",
    "component_flink_metrics_scope_tm",   "component_flink_metrics_scope_tm_job",
    "component_flink_metrics_scope_task", "component_flink_metrics_scope_operator"};

void read_reporters(property_reader& in, metrics_choice& out) {
  constexpr std::string_view name = "component_flink_metrics_reporters";
  if (!in.given(name)) return;
  const std::size_t before = in.problems.count();
  const auto names = in.list(name);
  if (in.problems.count() != before) return;
  if (!flink::are_metric_reporters(names)) {
    in.refuse(name, names.empty() ? "an empty list" : "none, and others beside it");
    return;
  }
  out.reporters = flink::without_none(names);
}

std::string scope_text(const metrics_choice& choice, flink::metric_scope scope) {
  return choice.scope(scope).empty() ? std::string(flink::default_scope(scope))
                                     : choice.scope(scope);
}

void warn_of_scopes(property_reader& in, const metrics_choice& choice) {
  for (const flink::metric_scope scope : flink::metric_scopes) {
    const std::string_view property = property_of_scope(scope);
    const std::string& given = choice.scope(scope);
    if (given.empty()) continue;
    if (const auto variable = flink::unbounded_variable(given); !variable.empty()) {
      in.warn(property,
              fmt::format("{} is another one at each run, so each run makes all its series anew: "
                          "with the usual retention half a megabyte of disk for each",
                          variable));
    }
    for (const flink::metric_scope other : flink::metric_scopes) {
      if (other == scope || !flink::one_in_the_other(given, scope_text(choice, other))) continue;
      in.warn(property,
              fmt::format("one of {} and {} is the beginning of the other: where a metric has the "
                          "name of a folder, carbon keeps one of the two",
                          given, scope_text(choice, other)));
    }
  }
}

}  // namespace

bool metrics_choice::names_a_scope() const {
  return std::any_of(scopes.begin(), scopes.end(),
                     [](const std::string& one) { return !one.empty(); });
}

std::string_view property_of_scope(flink::metric_scope scope) {
  return scope_properties.at(static_cast<std::size_t>(scope));
}

metrics_choice read_metrics(
    property_reader& in, const std::vector<std::pair<std::string, std::string>>& configuration,
    const std::vector<std::pair<std::string, std::string>>& option_configuration) {
  metrics_choice out;
  read_reporters(in, out);
  out.interval_sec = in.integer("component_flink_metrics_interval_sec");
  for (const flink::metric_scope scope : flink::metric_scopes) {
    const std::string_view name = property_of_scope(scope);
    auto text = in.valid_text(name);
    if (text) out.scopes.at(static_cast<std::size_t>(scope)) = std::move(*text);
    if (!in.given(name)) continue;
    // The table has the newer key, and who gives that one is told already.
    const auto old_spelling = [&](const auto& entry) {
      return flink::scope_of_key(entry.first) == scope &&
             entry.first != find_property_name(name)->flink_key;
    };
    for (const auto* entries : {&configuration, &option_configuration}) {
      const auto found = std::find_if(entries->begin(), entries->end(), old_spelling);
      if (found != entries->end())
        in.refuse(name, "given here and as " + input::shown(found->first), "one of the two");
    }
  }
  warn_of_scopes(in, out);
  return out;
}

}  // namespace dm::package
