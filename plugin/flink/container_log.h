// The files of a JobManager's container as YARN shows them: where the cause of a JobManager that
// could not start stands, and nowhere else. Source: YARN NodeManager
// /node/containerlogs/<container>/<user>/<file>, seen on Hadoop 3.3.6; the log server (the
// JobHistoryServer) /jobhistory/logs/<node>/<container>/<container>/<user>/<file>, to which the
// NodeManager redirects once the logs have been aggregated.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/http.h"

namespace dm::flink {

inline constexpr std::string_view job_manager_log = "jobmanager.log";
inline constexpr std::string_view job_manager_err = "jobmanager.err";  // the JVM's own words
inline constexpr std::string_view prelaunch_err = "prelaunch.err";     // the shell's before it

inline constexpr std::string_view task_manager_log = "taskmanager.log";
inline constexpr std::string_view task_manager_err = "taskmanager.err";

// "container_1795438290778_0033_01_000002", with an epoch "e17_" in front of it or without: what
// may stand in a path.
bool is_container_id(std::string_view text);

// The page of another container of the same application and user, at the NodeManager of `host`,
// which listens where the JobManager's does: a cluster configures that once for all. Empty: the
// JobManager's page, the id or the host is none.
std::string container_logs_url(const std::string& job_manager_logs_url,
                               std::string_view container_id, std::string_view host);

// logs_url: amContainerLogs of the application. The last 64 KiB of the file.
io::http_request container_file_request(const std::string& logs_url, std::string_view file);

// The same from the log server that a NodeManager's answer redirects to; nullopt: it is no redirect
// to an http address.
std::optional<io::http_request> log_server_request(const io::http_response& response,
                                                   std::string_view file);

// The file's text out of the page of NodeManager or log server. UNAVAILABLE: the page has none.
result<std::string> read_container_log(const io::http_response& response);

// The failure that ended the JobManager or its job, as a stack trace; empty when the log tells of
// none, and when the job ran again after it.
std::string failure_in_log(std::string_view log);

// What a JVM or a shell that could not go on wrote last, without the warnings that each start
// prints; one line of at most 300 bytes, empty when there is nothing else.
std::string last_sentence(std::string_view text);

}  // namespace dm::flink
