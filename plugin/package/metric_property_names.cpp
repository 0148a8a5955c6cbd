// The properties of metrics.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "flink/metric_reporters.h"
#include "flink/metric_scopes.h"
#include "package/property_names.h"

namespace dm::package {

namespace {

using kind = property_kind;

constexpr std::string_view any = "1.13 … 2.3";
constexpr std::string_view scope_rule =
    "1 to 10 parts with dots between them, each of 1 to 80 of A-Z a-z 0-9 _ - and the variables "
    "of that scope";

constexpr std::array table = {
    property_name{
        .name = "component_flink_metrics_reporters",
        .kind = kind::list,
        .default_value = "the setting metrics_reporters, else graphite where one is known",
        .allowed = "graphite, statsd, prometheus, jmx, slf4j, separated by commas or as a JSON "
                   "list; or none alone",
        .valid = flink::is_metric_reporter,
        .flink_key = "metrics.reporters",
        .flink = any,
        .description =
            "who is told the job's metrics. What is given here replaces the list of Flink's "
            "configuration file, too; reporters that component_flink_configuration defines stay"},
    property_name{.name = "component_flink_metrics_interval_sec",
                  .kind = kind::integer,
                  .default_value = "the setting metrics_interval_sec (60)",
                  .allowed = "a whole number of seconds, 1 … 86400",
                  .least = 1,
                  .most = 86'400,
                  .flink = any,
                  .description = "between two reports to graphite, statsd and slf4j"},
    property_name{
        .name = "component_flink_metrics_scope_jm",
        .kind = kind::text,
        .default_value = "jm",
        .allowed = scope_rule,
        .valid = flink::is_scope_of<flink::metric_scope::jm>,
        .flink_key = "metrics.scope.jm",
        .flink = any,
        .description =
            "what metrics of the JobManager are called behind the prefix; variable <host>"},
    property_name{.name = "component_flink_metrics_scope_jm_job",
                  .kind = kind::text,
                  .default_value = "jm-job",
                  .allowed = scope_rule,
                  .valid = flink::is_scope_of<flink::metric_scope::jm_job>,
                  .flink_key = "metrics.scope.jm-job",
                  .flink = any,
                  .description = "metrics of the job in the JobManager; also <job_name>, <job_id>"},
    property_name{.name = "component_flink_metrics_scope_tm",
                  .kind = kind::text,
                  .default_value = "tm.<host>",
                  .allowed = scope_rule,
                  .valid = flink::is_scope_of<flink::metric_scope::tm>,
                  .flink_key = "metrics.scope.tm",
                  .flink = any,
                  .description = "metrics of a TaskManager; variables <host>, <tm_id> (its "
                                 "container: other names at each restart)"},
    property_name{.name = "component_flink_metrics_scope_tm_job",
                  .kind = kind::text,
                  .default_value = "tm-job.<host>",
                  .allowed = scope_rule,
                  .valid = flink::is_scope_of<flink::metric_scope::tm_job>,
                  .flink_key = "metrics.scope.tm-job",
                  .flink = any,
                  .description =
                      "metrics of the job in a TaskManager; <host>, <tm_id>, <job_name>, <job_id>"},
    property_name{.name = "component_flink_metrics_scope_task",
                  .kind = kind::text,
                  .default_value = "task.<task_id>.<subtask_index>",
                  .allowed = scope_rule,
                  .valid = flink::is_scope_of<flink::metric_scope::task>,
                  .flink_key = "metrics.scope.task",
                  .flink = any,
                  .description = "metrics of a task; also <task_id>, <task_name>, <subtask_index>, "
                                 "<task_attempt_num>, <task_attempt_id>"},
    property_name{.name = "component_flink_metrics_scope_operator",
                  .kind = kind::text,
                  .default_value = "operator.<operator_name>.<subtask_index>",
                  .allowed = scope_rule,
                  .valid = flink::is_scope_of<flink::metric_scope::operator_of_task>,
                  .flink_key = "metrics.scope.operator",
                  .flink = any,
                  .description = "metrics of an operator; also <operator_id>, <operator_name>"},
};

}  // namespace

std::span<const property_name> metric_property_names() { return table; }

}  // namespace dm::package
