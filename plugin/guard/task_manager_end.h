// Why a TaskManager went. The first word that a JobManager hears of it is often the TaskManager's
// own goodbye ("The TaskExecutor is shutting down"), and the job may end before YARN's word on the
// container comes: its NodeManager knows then, for some ten seconds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flink/job_manager.h"
#include "flink/yarn_diagnostics.h"
#include "io/http.h"

namespace dm::guard {

// Of a failure that names its TaskManager's container. job_manager_logs: the page of the
// JobManager's container (amContainerLogs), since all NodeManagers of a cluster have one port.
// Waits for a code that is about to be told, as long as the operation may. nullopt: nobody tells,
// or what is told is no reason: YARN's codes for what it ends after an application are not.
std::optional<flink::yarn_failure> find_task_manager_end(const io::operation& op,
                                                         io::http_client& http,
                                                         const std::string& user,
                                                         const std::string& job_manager_logs,
                                                         const flink::exception_entry& failure);

}  // namespace dm::guard
