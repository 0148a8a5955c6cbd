// The ledger's documents on HDFS: written once, the first one wins; and the files they are about.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_ledger.h"

#include <fmt/format.h>

#include "io/hash.h"
#include "state/document_names.h"
#include "state/savepoint_files.h"

namespace dm::state {

namespace {

constexpr std::size_t document_limit_bytes = std::size_t{4} << 20;

// Ids become names of files: one of another kind would lead out of the directory.
result<void> check_id(const std::string& id) {
  if (!id.empty() && id.size() <= 255 && id.front() != '.' && id.find('/') == std::string::npos)
    return {};
  return fail(status_code::invalid_argument,
              fmt::format("'{}' is no id of a savepoint", first_line(id, 80)),
              "see the ids that a list shows");
}

// A document of this name may or may not be there now.
bool is_unclear(const error& e) {
  return e.code == status_code::already_exists || e.code == status_code::unavailable ||
         e.code == status_code::not_found;
}

}  // namespace

savepoint_ledger::savepoint_ledger(cluster::hdfs& hdfs, std::string directory)
    : hdfs_(hdfs), directory_(std::move(directory)) {}

std::string savepoint_ledger::savepoints_directory() const { return directory_ + "/savepoints"; }

std::string savepoint_ledger::operation_directory(std::string_view operation) const {
  return fmt::format("{}/savepoints/{}", directory_, operation);
}

std::string savepoint_ledger::checkpoints_directory(std::uint64_t epoch) const {
  return fmt::format("{}/checkpoints/{}", directory_, epoch);
}

result<void> savepoint_ledger::prepare(const io::operation& op) {
  const std::string directory = savepoints_directory();
  if (hdfs_.status(op, directory)) return {};
  auto made = hdfs_.make_directory(op, directory, "750");
  if (!made) return fail_while("preparing the ledger of savepoints", std::move(made.error()));
  return {};
}

result<std::optional<std::string>> savepoint_ledger::read_document(const io::operation& op,
                                                                   const std::string& name) {
  auto content = hdfs_.read(op, savepoints_directory() + "/" + name, document_limit_bytes);
  if (content) return std::optional(std::move(*content));
  if (content.error().code == status_code::not_found) return std::optional<std::string>();
  return fail_while("reading the ledger of savepoints", std::move(content.error()));
}

// Whole, and only then under its name. Returns what stands there afterwards.
result<std::string> savepoint_ledger::write_document(const io::operation& op,
                                                     const std::string& name,
                                                     const std::string& content) {
  const std::string temporary =
      fmt::format("{}/.{}.{}.tmp", savepoints_directory(), name, io::random_hex(8));
  const std::string doing = fmt::format("recording {}/{}", savepoints_directory(), name);
  if (auto created = hdfs_.create(op, temporary, content); !created)
    return fail_while(doing, std::move(created.error()));
  auto renamed = hdfs_.rename(op, temporary, savepoints_directory() + "/" + name,
                              cluster::hdfs::rename_option::none);
  if (renamed) return content;
  // Best effort: what begins with a dot is never read.
  (void)hdfs_.remove(op, temporary, false);
  if (!is_unclear(renamed.error())) return fail_while(doing, std::move(renamed.error()));
  auto standing = read_document(op, name);
  if (!standing) return fail(std::move(standing.error()));
  if (!*standing) return fail_while(doing, std::move(renamed.error()));
  return std::move(**standing);
}

result<std::optional<requested_record>> savepoint_ledger::requested(const io::operation& op,
                                                                    const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  auto content = read_document(op, document_name(operation, document_kind::requested));
  if (!content) return fail(std::move(content.error()));
  if (!*content) return std::optional<requested_record>();
  auto record = read_requested_record(**content, operation);
  if (!record) return fail(std::move(record.error()));
  return std::optional(std::move(*record));
}

result<std::optional<result_record>> savepoint_ledger::recorded_result(
    const io::operation& op, const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  auto content = read_document(op, document_name(operation, document_kind::result));
  if (!content) return fail(std::move(content.error()));
  if (!*content) return std::optional<result_record>();
  auto record = read_result_record(**content, operation);
  if (!record) return fail(std::move(record.error()));
  return std::optional(std::move(*record));
}

result<requested_record> savepoint_ledger::write_requested(const io::operation& op,
                                                           const requested_record& record) {
  if (auto valid = check_id(record.operation); !valid) return fail(std::move(valid.error()));
  auto standing = write_document(op, document_name(record.operation, document_kind::requested),
                                 to_json(record));
  if (!standing) return fail(std::move(standing.error()));
  return read_requested_record(*standing, record.operation);
}

result<result_record> savepoint_ledger::write_result(const io::operation& op,
                                                     const result_record& record) {
  if (auto valid = check_id(record.operation); !valid) return fail(std::move(valid.error()));
  auto standing =
      write_document(op, document_name(record.operation, document_kind::result), to_json(record));
  if (!standing) return fail(std::move(standing.error()));
  return read_result_record(*standing, record.operation);
}

result<bool> savepoint_ledger::pin(const io::operation& op, const std::string& operation,
                                   const pin_record& record) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  const std::string name = document_name(operation, document_kind::pin);
  auto before = read_document(op, name);
  if (!before) return fail(std::move(before.error()));
  if (*before) return false;
  const std::string content = to_json(record);
  auto standing = write_document(op, name, content);
  if (!standing) return fail(std::move(standing.error()));
  return *standing == content;
}

result<bool> savepoint_ledger::unpin(const io::operation& op, const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  const std::string name = document_name(operation, document_kind::pin);
  auto removed = hdfs_.remove(op, savepoints_directory() + "/" + name, false);
  if (!removed) return fail_while("unpinning " + operation, std::move(removed.error()));
  return *removed;
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

result<std::optional<savepoint_ledger::found_savepoint>> savepoint_ledger::find_in(
    const io::operation& op, const std::string& directory) {
  auto located = locate_savepoint(op, hdfs_, directory);
  if (!located) return fail_while("looking for a savepoint", std::move(located.error()));
  if (!*located || !(*located)->whole()) return std::optional<found_savepoint>();
  return std::optional(found_savepoint{(*located)->path, (*located)->written_at});
}

result<void> savepoint_ledger::take_stock(const io::operation& op, result_record& record) {
  const std::string doing = fmt::format("verifying the savepoint {}", record.path);
  auto files = read_files(op, hdfs_, record.path);
  if (!files) {
    if (files.error().code == status_code::not_found)
      files.error().code = status_code::failed_precondition;
    return fail_while(doing, std::move(files.error()));
  }
  if (files->find(metadata_name) == nullptr) {
    return fail(status_code::failed_precondition,
                fmt::format("{}: it has no _metadata, so it was not completed", doing));
  }
  auto header = read_header(op, hdfs_, record.path);
  if (!header) {
    if (header.error().code == status_code::not_found)
      header.error().code = status_code::failed_precondition;
    return fail_while(doing, std::move(header.error()));
  }
  record.metadata_version = header->version;
  record.checkpoint_id = header->checkpoint_id;
  record.size_bytes = files->size_bytes;
  record.file_count = static_cast<std::int64_t>(files->files.size());
  // By the clock of HDFS, like that of those which nobody recorded: the lineage compares them.
  record.completed_at = files->metadata_written_at;
  record.manifest = std::move(files->files);
  if (record.manifest.size() > longest_manifest) record.manifest.resize(longest_manifest);
  return {};
}

}  // namespace dm::state
