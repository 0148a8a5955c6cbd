// Scope formats of Flink's metrics. Sources: MetricOptions of 1.13.6, 1.20.5 and 2.3.0, ScopeFormat
// and its subclasses of 1.20.5, TaskMetricGroup (which cuts operators' names) of 1.20.5.
// SPDX-License-Identifier: Apache-2.0
#include "flink/metric_scopes.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "flink/command_builder.h"

namespace dm::flink {
namespace {

constexpr std::size_t most_parts = 10;
constexpr std::size_t longest_part = 80;

struct scope_entry {
  std::string_view key;      // from 1.19
  std::string_view old_key;  // before
  std::string_view format;
};

constexpr std::array<scope_entry, metric_scope_count> entries = {{
    {"metrics.scope.jm", "metrics.scope.jm", "jm"},
    {"metrics.scope.jm-job", "metrics.scope.jm.job", "jm-job"},
    {"metrics.scope.tm", "metrics.scope.tm", "tm.<host>"},
    {"metrics.scope.tm-job", "metrics.scope.tm.job", "tm-job.<host>"},
    {"metrics.scope.task", "metrics.scope.task", "task.<task_id>.<subtask_index>"},
    {"metrics.scope.operator", "metrics.scope.operator",
     "operator.<operator_name>.<subtask_index>"},
}};

const scope_entry& entry_of(metric_scope scope) {
  return entries.at(static_cast<std::size_t>(scope));
}

std::vector<std::string_view> variables(metric_scope scope) {
  std::vector<std::string_view> names = {"<host>"};
  const auto add = [&](std::initializer_list<std::string_view> more) {
    names.insert(names.end(), more);
  };
  if (scope != metric_scope::jm && scope != metric_scope::jm_job) add({"<tm_id>"});
  if (scope != metric_scope::jm && scope != metric_scope::tm) add({"<job_name>", "<job_id>"});
  if (scope == metric_scope::task || scope == metric_scope::operator_of_task)
    add({"<task_id>", "<task_name>", "<subtask_index>", "<task_attempt_num>", "<task_attempt_id>"});
  if (scope == metric_scope::operator_of_task) add({"<operator_id>", "<operator_name>"});
  return names;
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::vector<std::string_view> parts_of(std::string_view format) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = format.find('.');
    parts.push_back(format.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    format.remove_prefix(dot + 1);
  }
}

bool is_part(std::string_view part, const std::vector<std::string_view>& known) {
  if (part.empty() || part.size() > longest_part) return false;
  while (!part.empty()) {
    if (plain(part.front())) {
      part.remove_prefix(1);
      continue;
    }
    const auto variable = std::find_if(known.begin(), known.end(),
                                       [&](std::string_view one) { return part.starts_with(one); });
    if (variable == known.end()) return false;
    part.remove_prefix(variable->size());
  }
  return true;
}

}  // namespace

std::string_view default_scope(metric_scope scope) { return entry_of(scope).format; }

std::string_view scope_key(const version& version, metric_scope scope) {
  return at_least(version, 1, 19) ? entry_of(scope).key : entry_of(scope).old_key;
}

std::optional<metric_scope> scope_of_key(std::string_view key) {
  for (const metric_scope scope : metric_scopes) {
    if (key == entry_of(scope).key || key == entry_of(scope).old_key) return scope;
  }
  return std::nullopt;
}

bool is_metric_scope(metric_scope scope, std::string_view format) {
  const auto parts = parts_of(format);
  const auto known = variables(scope);
  return parts.size() <= most_parts &&
         std::all_of(parts.begin(), parts.end(), [&](auto part) { return is_part(part, known); });
}

std::string variables_of(metric_scope scope) {
  return fmt::format("{}", fmt::join(variables(scope), ", "));
}

std::string_view unbounded_variable(std::string_view format) {
  for (const std::string_view variable :
       {"<tm_id>", "<job_id>", "<task_attempt_id>", "<task_attempt_num>"}) {
    if (format.find(variable) != std::string_view::npos) return variable;
  }
  return {};
}

bool one_in_the_other(std::string_view left, std::string_view right) {
  const auto a = parts_of(left);
  const auto b = parts_of(right);
  return std::equal(
      a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
}

}  // namespace dm::flink
