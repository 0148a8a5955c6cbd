// The JobManager's log as YARN's NodeManager shows it: where the cause of a JobManager that could
// not start stands, and nowhere else. Source: YARN NodeManager
// /node/containerlogs/<container>/<user>/<file>; seen on Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/http.h"

namespace dm::flink {

// logs_url: amContainerLogs of the application. The last 64 KiB of jobmanager.log.
io::http_request jobmanager_log_request(const std::string& logs_url);

// The log's text out of the NodeManager's page. UNAVAILABLE: the page has no log.
result<std::string> read_container_log(const io::http_response& response);

// The failure that ended the JobManager or its job, as a stack trace; empty when the log tells of
// none, and when the job ran again after it.
std::string failure_in_log(std::string_view log);

}  // namespace dm::flink
