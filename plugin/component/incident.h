// What is kept of a failure before the cluster forgets it: its head, which a list shows, and the
// document with all that could be had.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/job_checkpoints.h"
#include "flink/job_manager.h"
#include "io/error.h"
#include "io/json.h"
#include "io/time.h"

namespace dm::component {

// The largest document; what is longer loses the beginnings of its logs first.
inline constexpr std::size_t incident_limit_bytes = std::size_t{1} << 20;

struct incident_head {
  std::string id;  // see incident_id
  io::wall_time at{};
  std::uint64_t epoch = 0;
  std::string application_id;
  std::string job_id;
  std::string failure_class;  // of flink::failure_class; or "killed", "unknown"
  std::string source;         // who said so: "JobManager", "job archive", "YARN diagnostics" …
  std::string message;        // one sentence
  std::string frame;          // where it was thrown; empty: not known
  // How often the same was seen in the incarnation, and when last.
  std::int64_t count = 1;
  io::wall_time last_at{};
  std::int64_t size_bytes = 0;  // of the document; 0 before it is kept
};

struct kept_log {
  std::string source;   // "jobmanager.log", "container_…_000002/taskmanager.log", "client-7.log"
  std::string text;     // its end
  std::string missing;  // why there is none
};

struct kept_vertex {
  flink::vertex vertex;
  std::string back_pressure;  // Flink's word: "ok", "low", "high"; empty: it does not say
  std::optional<std::int64_t> back_pressured_permille;  // of the worst subtask
  std::optional<std::int64_t> busy_permille;
};

struct incident {
  incident_head head;
  std::string application_diagnostics;  // YARN's words
  std::string attempt_diagnostics;
  flink::job_exceptions exceptions;
  std::optional<flink::job_checkpoints> checkpoints;
  std::vector<kept_vertex> vertices;
  std::vector<kept_log> logs;
  std::vector<std::string> missing;  // what else could not be had, and why
};

// "<epoch>-<8 hex digits>" of what tells one cause from another; "<epoch>-end" of the
// incarnation's end. So that one cause makes one incident in an incarnation, whoever meets it.
std::string incident_id(std::uint64_t epoch, std::string_view cause);
std::string end_incident_id(std::uint64_t epoch);
// The epoch in an id; nullopt: it is none.
std::optional<std::uint64_t> epoch_of_incident(std::string_view id);

// Within incident_limit_bytes, whatever is in it; texts as kept_text() makes them (INV-7).
std::string to_json(const incident& kept);
// INTERNAL: it is damaged. FAILED_PRECONDITION: of a newer version (D-59).
result<incident_head> read_incident_head(std::string_view json, const std::string& id);
// All of it but the head, as a JSON object: "diagnostics", "exceptions" …
result<std::string> read_incident_document(std::string_view json, const std::string& id);

// One head as an element of the index.
void write_head(io::json_writer& writer, const incident_head& head);
incident_head read_head(const io::json_value& object);

}  // namespace dm::component
