// Savepoints at the JobManager's REST API: requests and readers are apart, like those of
// job_manager.h. Sources: Flink 1.13 ... 2.3 REST API, seen on 1.13.6, 1.17.2, 1.20.5, 2.3.0.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flink/installation.h"
#include "io/http.h"

namespace dm::flink {

enum class savepoint_format { canonical, native };
result<savepoint_format> parse_savepoint_format(std::string_view text);  // "canonical", "native"
std::string_view to_string(savepoint_format format);

// What is asked of the JobManager. Members that the version does not know are not sent: before 1.15
// a triggerId or a formatType is a 400.
struct savepoint_order {
  std::string job_id;
  std::string directory;   // absolute HDFS path without scheme; sent as hdfs://<path>
  std::string trigger_id;  // 32 hex digits; the same id again never triggers twice (from 1.15)
  savepoint_format format = savepoint_format::canonical;  // native from 1.15
  bool drain = false;                                     // only for a stop
};

// The trigger id that belongs to an operation of a component: the first 32 hex digits of SHA-256
// over component id and operation id, so that a retry, from whatever node, asks for the same one.
std::string trigger_id_of(std::string_view component_id, std::string_view operation);

io::http_request savepoint_request(const std::string& address, const version& flink,
                                   const savepoint_order& order);
io::http_request stop_request(const std::string& address, const version& flink,
                              const savepoint_order& order);
io::http_request savepoint_status_request(const std::string& address, const std::string& job_id,
                                          const std::string& trigger_id);
// Deletes a savepoint through a JobManager; path without scheme.
io::http_request disposal_request(const std::string& address, const std::string& path);
io::http_request disposal_status_request(const std::string& address, const std::string& trigger_id);

// The id under which the operation is asked about: before 1.15 the JobManager's own, else the one
// sent. NOT_FOUND: no such job. FAILED_PRECONDITION: Flink's refusal (400, 409), shortened.
// UNAVAILABLE: not ready, not Flink's JSON.
result<std::string> read_trigger(const io::http_response& response, const std::string& address);

// COMPLETED never means success: exactly one of `location` and `failure` is set then.
struct operation_status {
  bool completed = false;
  std::string location;  // HDFS path without scheme and authority
  std::string failure;   // Flink's reason, cut to what a person needs
};
// NOT_FOUND: unknown (any more) to this JobManager; results are forgotten after 300 s.
result<operation_status> read_savepoint_status(const io::http_response& response,
                                               const std::string& address);
result<operation_status> read_disposal_status(const io::http_response& response,
                                              const std::string& address);

// "hdfs://nn:8020/a/b", "hdfs:///a/b", "/a/b" -> "/a/b"; nullopt: another file system or no path.
// For what Flink says of a directory that it was given; what others name is a hdfs_location, whose
// authority may be another cluster's.
std::optional<std::string> hdfs_path(std::string_view uri);
// "/a/b" -> "hdfs:///a/b"; a URI, of another cluster, stays as it is.
std::string hdfs_uri(std::string_view path);

}  // namespace dm::flink
