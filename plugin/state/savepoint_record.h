// The ledger's documents: what was asked for, what came of it, who protected or deleted it. Each is
// written once and never changed. In <component>/savepoints on HDFS:
//   <operation>.requested.json   before anything is sent to Flink
//   <operation>.result.json      how it ended, with the manifest of its files
//   <operation>.pin.json         exists while the savepoint is pinned
//   <operation>.disposal.json    from the moment it is being deleted; stays as its tombstone while
//                                it is among the newest 1,000
//   <operation>/                 Flink's target directory, of this operation alone
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flink/savepoint_rest.h"
#include "io/error.h"
#include "io/time.h"

namespace dm::state {

// Operation ids are chosen by callers: 1 to 64 of A-Z a-z 0-9 _ -, not beginning with a hyphen.
bool is_operation_id(std::string_view text);
std::string make_operation_id();  // "sp-20261124T163801-9f3c2a1b"

enum class operation_kind { trigger, stop };
std::string_view to_string(operation_kind kind);  // "trigger", "stop"

struct requested_record {
  std::string operation;  // not in the document: it is the file's name
  operation_kind kind = operation_kind::trigger;
  std::uint64_t epoch = 0;
  std::string application_id;
  std::string job_id;
  std::string directory;  // Flink's target directory: HDFS path without scheme
  flink::savepoint_format format = flink::savepoint_format::canonical;
  bool drain = false;
  std::string user;  // who asked
  std::string node;  // from where
  io::wall_time requested_at{};
};

// Names are relative to the savepoint's directory.
struct manifest_file {
  std::string path;
  std::int64_t length_bytes = 0;
  bool operator==(const manifest_file&) const = default;
};

struct result_record {
  std::string operation;  // not in the document
  bool completed = false;
  std::string failure;  // Flink's reason; empty when completed
  std::string note;     // of a completed one: what Flink complained of all the same
  // Of a completed one:
  std::string path;  // HDFS path without scheme: .../savepoints/<operation>/savepoint-79027c-...
  operation_kind kind = operation_kind::trigger;
  std::uint64_t epoch = 0;
  std::string job_id;
  std::string flink_version;
  flink::savepoint_format format = flink::savepoint_format::canonical;
  std::int32_t metadata_version = 0;
  std::int64_t checkpoint_id = 0;
  std::int64_t parallelism = 0;  // the job's greatest; 0: not known
  std::int64_t duration_ms = 0;  // as Flink measured it; 0: not known
  std::int64_t size_bytes = 0;   // of all files
  std::int64_t file_count = 0;
  std::vector<manifest_file> manifest;  // sorted by path; the first 10,000 files
  std::string user;
  io::wall_time requested_at{};
  io::wall_time completed_at{};
};

struct pin_record {
  std::string user;
  std::string reason;
  io::wall_time pinned_at{};
};

struct disposal_record {
  std::string path;
  std::string user;    // who asked; empty: retention
  std::string reason;  // "dispose", "retention: count", ...
  // Its place in the lineage, which outlives it. The ledger fills them in where it knows; 0: not
  // known.
  std::uint64_t epoch = 0;
  std::int64_t checkpoint_id = 0;
  bool force = false;
  io::wall_time disposed_at{};  // when it began
  // What it was, without the manifest: the ledger fills it in where a result was recorded.
  std::optional<result_record> result;
};

// UTF-8 JSON objects with "schema": 1. Readers refuse other schemas (FAILED_PRECONDITION) and
// damaged documents (INTERNAL, naming the member), as those of the component's log do.
std::string to_json(const requested_record& record);
std::string to_json(const result_record& record);
std::string to_json(const pin_record& record);
std::string to_json(const disposal_record& record);
result<requested_record> read_requested_record(std::string_view json, std::string operation);
result<result_record> read_result_record(std::string_view json, std::string operation);
result<pin_record> read_pin_record(std::string_view json);
result<disposal_record> read_disposal_record(std::string_view json);

}  // namespace dm::state
