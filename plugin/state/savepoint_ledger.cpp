// The ledger's documents on HDFS: written once, the first one wins; and the files they are about.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_ledger.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/placed_file.h"
#include "state/document_names.h"
#include "state/savepoint_files.h"

namespace dm::state {

namespace {

constexpr std::size_t document_limit_bytes = std::size_t{4} << 20;

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
  const std::string doing = fmt::format("recording {}/{}", savepoints_directory(), name);
  auto placed = component::place_file(op, hdfs_, savepoints_directory(), name, content,
                                      cluster::hdfs::rename_option::none);
  if (placed) return content;
  if (!is_unclear(placed.error())) return fail_while(doing, std::move(placed.error()));
  auto standing = read_document(op, name);
  if (!standing) return fail(std::move(standing.error()));
  if (!*standing) return fail_while(doing, std::move(placed.error()));
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

result<void> savepoint_ledger::withdraw_request(const io::operation& op,
                                                const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return valid;
  const std::string name = document_name(operation, document_kind::requested);
  auto removed = hdfs_.remove(op, savepoints_directory() + "/" + name, false);
  if (!removed) return fail_while("withdrawing " + operation, std::move(removed.error()));
  return {};
}

result<std::optional<pin_record>> savepoint_ledger::pinned(const io::operation& op,
                                                           const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  auto content = read_document(op, document_name(operation, document_kind::pin));
  if (!content) return fail(std::move(content.error()));
  if (!*content) return std::optional<pin_record>();
  auto record = read_pin_record(**content);
  // Whatever it says: it is pinned.
  return std::optional(record ? std::move(*record) : pin_record{});
}

result<bool> savepoint_ledger::being_disposed(const io::operation& op,
                                              const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return fail(std::move(valid.error()));
  auto content = read_document(op, document_name(operation, document_kind::disposal));
  if (!content) return fail(std::move(content.error()));
  return content->has_value();
}

result<void> savepoint_ledger::withdraw_disposal(const io::operation& op,
                                                 const std::string& operation) {
  if (auto valid = check_id(operation); !valid) return valid;
  const std::string name = document_name(operation, document_kind::disposal);
  auto removed = hdfs_.remove(op, savepoints_directory() + "/" + name, false);
  if (!removed) return fail_while("withdrawing a disposal", std::move(removed.error()));
  return {};
}

result<std::optional<savepoint_ledger::found_savepoint>> savepoint_ledger::find_in(
    const io::operation& op, const std::string& directory) {
  auto located = locate_savepoint(op, hdfs_, directory);
  if (!located) return fail_while("looking for a savepoint", std::move(located.error()));
  if (!*located || !(*located)->whole()) return std::optional<found_savepoint>();
  return std::optional(found_savepoint{(*located)->path, (*located)->written_at});
}

result<std::optional<savepoint_ledger::found_savepoint>> savepoint_ledger::find_made(
    const io::operation& op, const requested_record& requested) {
  auto found = find_in(op, requested.directory);
  if (!found || !*found || requested.directory == operation_directory(requested.operation))
    return found;
  using nothing = std::optional<found_savepoint>;
  if (!of_job((*found)->path, requested.job_id)) return nothing();
  const std::string name = document_name(requested.operation, document_kind::requested);
  auto asked = hdfs_.status(op, savepoints_directory() + "/" + name);
  if (!asked) return fail_while("looking for a savepoint", std::move(asked.error()));
  if ((*found)->completed_at < io::from_epoch_ms(asked->modified_ms)) return nothing();
  auto others = list(op, {});
  if (!others) return fail(std::move(others.error()));
  const bool taken = std::any_of(others->begin(), others->end(), [&](const restore_point& point) {
    return point.path == (*found)->path && point.id != requested.operation;
  });
  if (taken) return nothing();
  return found;
}

result<result_record> savepoint_ledger::conclude_failed(const io::operation& op,
                                                        const requested_record& requested,
                                                        result_record failed) {
  auto made = find_made(op, requested);
  // The job writes as the same user: where that may not even look, there is no savepoint.
  const bool may_look = made || made.error().code != status_code::permission_denied;
  if (!made && may_look) return fail(std::move(made.error()));
  if (made && *made) {
    result_record completed = failed;
    completed.path = (*made)->path;
    auto looked = take_inventory(op, completed);
    if (!looked) return fail(std::move(looked.error()));
    if (looked->what == verdict::kind::intact) {
      completed.completed = true;
      completed.note = std::move(completed.failure);
      completed.failure.clear();
      return write_result(op, completed);
    }
  }
  failed.completed = false;
  failed.path.clear();
  return write_result(op, failed);
}

result<verdict> savepoint_ledger::take_inventory(const io::operation& op, result_record& record) {
  restore_point point;
  point.id = record.operation;
  point.path = record.path;
  auto looked = verify(op, hdfs_, point);
  if (!looked || looked->what != verdict::kind::intact) return looked;
  savepoint_files& files = looked->files;
  record.checkpoint_id = looked->checkpoint_id;
  record.metadata_version = looked->metadata_version;
  record.size_bytes = files.size_bytes;
  record.file_count = static_cast<std::int64_t>(files.files.size());
  // By the clock of HDFS, like that of those which nobody recorded: the lineage compares them.
  record.completed_at = files.metadata_written_at;
  record.manifest = std::move(files.files);
  if (record.manifest.size() > longest_manifest) record.manifest.resize(longest_manifest);
  return looked;
}

}  // namespace dm::state
