// What a Flink metric is called: the scope formats, their keys by version, and the variables that
// may stand in them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "flink/installation.h"

namespace dm::flink {

enum class metric_scope { jm, jm_job, tm, tm_job, task, operator_of_task };
inline constexpr std::size_t metric_scope_count = 6;
inline constexpr std::array<metric_scope, metric_scope_count> metric_scopes = {
    metric_scope::jm,     metric_scope::jm_job, metric_scope::tm,
    metric_scope::tm_job, metric_scope::task,   metric_scope::operator_of_task};

// What follows a component's prefix unless its properties say otherwise. Nothing in it changes with
// a restart, so that no restart makes new series: no container, no attempt, no job id. Tasks go by
// the id that their place in the program gives them, since Flink does not cut their names, which
// join those of a whole chain: no file system takes a name of more than 255 bytes. Those of
// operators it cuts at 80 characters.
std::string_view default_scope(metric_scope scope);

// "metrics.scope.jm-job"; before 1.19 "metrics.scope.jm.job", which all versions before it read.
// From 1.19 on that one may not stand beside "metrics.scope.jm" (command_builder::check_nesting).
std::string_view scope_key(const version& version, metric_scope scope);
// The scope that a key sets, in either spelling.
std::optional<metric_scope> scope_of_key(std::string_view key);

// Components of an operator that run in the JobManager; below the prefix, too. Versions that do not
// have it take no notice.
inline constexpr std::string_view jm_operator_key = "metrics.scope.jm-operator";
inline constexpr std::string_view jm_operator_scope = "jm-operator.<operator_name>";

// Up to ten parts with dots between them; a part is up to 80 of A-Z a-z 0-9 _ - and the scope's
// variables. All of it is what carbon takes as a file's name.
bool is_metric_scope(metric_scope scope, std::string_view format);
template <metric_scope scope>
bool is_scope_of(std::string_view format) {
  return is_metric_scope(scope, format);
}
// "<host>, <tm_id>": the variables that it may have.
std::string variables_of(metric_scope scope);
// A variable in it that is another one at each run or restart; empty: there is none.
std::string_view unbounded_variable(std::string_view format);
// Whether one is the beginning of the other, part by part: a metric of the shorter one may then
// have the name of the longer one's folder, which no carbon can store both.
bool one_in_the_other(std::string_view left, std::string_view right);

}  // namespace dm::flink
