// Deleting savepoints: marked first, deleted then, forgotten last.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "state/document_names.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

result<void> check_id(const std::string& id) {
  if (!id.empty() && id.size() <= 255 && id.front() != '.' && id.find('/') == std::string::npos)
    return {};
  return fail(status_code::invalid_argument,
              fmt::format("'{}' is no id of a savepoint", first_line(id, 80)),
              "see the ids that a list shows");
}

result<disposal_record> savepoint_ledger::begin_disposal(const io::operation& op,
                                                         const std::string& operation,
                                                         const disposal_record& record) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  disposal_record tombstone = record;
  // Its result goes with it; what it was in the lineage must not be forgotten.
  if (const auto checkpoint = parse_checkpoint_id(operation)) {
    tombstone.epoch = checkpoint->epoch;
    tombstone.checkpoint_id = checkpoint->checkpoint_id;
  } else if (auto made = recorded_result(op, operation); made && *made) {
    tombstone.epoch = (*made)->epoch;
    tombstone.checkpoint_id = (*made)->checkpoint_id;
    tombstone.result = std::move(**made);
  }
  auto standing =
      write_document(op, document_name(operation, document_kind::disposal), to_json(tombstone));
  if (!standing) return fail(std::move(standing.error()));
  return read_disposal_record(*standing);
}

result<void> savepoint_ledger::finish_disposal(const io::operation& op,
                                               const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return valid;
  const std::string doing = fmt::format("disposing of {}", operation);
  auto tombstone = read_document(op, document_name(operation, document_kind::disposal));
  if (!tombstone) return fail(std::move(tombstone.error()));
  if (!*tombstone) {
    return fail(status_code::failed_precondition,
                fmt::format("{} is not being disposed of", operation),
                "dispose of it first: its tombstone is written before anything is deleted");
  }
  auto record = read_disposal_record(**tombstone);
  if (!record) return fail(std::move(record.error()));
  // The savepoint may lie in a directory of the caller's.
  for (const std::string& directory : {record->path, operation_directory(operation)}) {
    if (directory.empty()) continue;
    auto left = find_in(op, directory);
    if (!left) return fail_while(doing, std::move(left.error()));
    if (*left) {
      return fail(status_code::failed_precondition,
                  fmt::format("{}: hdfs://{} is still there", doing, (*left)->path),
                  "dispose of it again");
    }
  }
  auto removed = hdfs_.remove(op, operation_directory(operation), true);
  if (!removed) return fail_while(doing, std::move(removed.error()));
  for (const document_kind kind :
       {document_kind::pin, document_kind::result, document_kind::requested}) {
    auto gone =
        hdfs_.remove(op, savepoints_directory() + "/" + document_name(operation, kind), false);
    if (!gone) return fail_while(doing, std::move(gone.error()));
  }
  return {};
}

result<bool> savepoint_ledger::remove_job_leftovers(const io::operation& op,
                                                    const std::string& checkpoint_path) {
  const std::string doing = "removing what belonged to " + checkpoint_path;
  const std::string own = directory_ + "/checkpoints/";
  const std::string job = checkpoint_path.substr(0, checkpoint_path.rfind('/'));
  const std::string epoch = job.substr(0, job.rfind('/'));
  // <own><epoch>/<job>/chk-<n>, and nothing above it.
  if (!checkpoint_path.starts_with(own) || epoch.size() <= own.size() ||
      epoch.find('/', own.size()) != std::string::npos) {
    return false;
  }
  auto left = hdfs_.list(op, job);
  if (!left) {
    if (left.error().code == status_code::not_found) return false;
    return fail_while(doing, std::move(left.error()));
  }
  const bool others = std::any_of(left->begin(), left->end(), [](const auto& entry) {
    return entry.name != "shared" && entry.name != "taskowned";
  });
  if (others) return false;
  auto removed = hdfs_.remove(op, job, true);
  if (!removed) return fail_while(doing, std::move(removed.error()));
  auto jobs = hdfs_.list(op, epoch);
  if (jobs && jobs->empty()) (void)hdfs_.remove(op, epoch, false);  // an empty one does no harm
  return removed;
}

}  // namespace dm::state
