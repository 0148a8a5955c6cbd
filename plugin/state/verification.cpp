// Compares a restore point's files with what was recorded of them.
// SPDX-License-Identifier: Apache-2.0
#include "state/verification.h"

#include <fmt/format.h>

#include "state/savepoint_files.h"

namespace dm::state {

namespace {

verdict damaged(std::string reason) {
  verdict found;
  found.reason = std::move(reason);
  return found;
}

// What differs from the manifest; empty when nothing does. A file that somebody added is no harm.
std::string difference(const restore_point& point, const savepoint_files& found) {
  for (const manifest_file& file : point.manifest) {
    const manifest_file* there = found.find(file.path);
    if (there == nullptr) return fmt::format("its file {} is gone", file.path);
    if (there->length_bytes != file.length_bytes) {
      return fmt::format("its file {} has {} bytes, {} when it was completed", file.path,
                         there->length_bytes, file.length_bytes);
    }
  }
  // What a manifest that was cut or left out of the index does not name.
  const auto count = static_cast<std::int64_t>(found.files.size());
  if (count < point.file_count) {
    return fmt::format("it has {} files, {} when it was completed", count, point.file_count);
  }
  if (point.kind == restore_point_kind::savepoint && found.size_bytes < point.size_bytes) {
    return fmt::format("it has {} bytes, {} when it was completed", found.size_bytes,
                       point.size_bytes);
  }
  return {};
}

}  // namespace

result<verdict> verify(const io::operation& op, cluster::hdfs& hdfs, const restore_point& point) {
  if (point.path.empty()) return damaged("no savepoint came of it");
  auto found = read_files(op, hdfs, point.path);
  if (!found) {
    if (found.error().code == status_code::not_found)
      return damaged(fmt::format("its directory hdfs://{} is gone", point.path));
    if (found.error().code == status_code::failed_precondition)
      return damaged(found.error().message);
    return fail_while(fmt::format("verifying {}", point.id), std::move(found.error()));
  }
  const manifest_file* metadata = found->find(metadata_name);
  if (metadata == nullptr) return damaged("its file _metadata is gone");
  if (std::string reason = difference(point, *found); !reason.empty())
    return damaged(std::move(reason));
  if (metadata->length_bytes < static_cast<std::int64_t>(flink::metadata_header_bytes)) {
    return damaged(fmt::format("its file _metadata has {} bytes, too few for a savepoint",
                               metadata->length_bytes));
  }
  auto header = read_header(op, hdfs, point.path);
  if (!header) {
    if (header.error().code == status_code::not_found) return damaged("its file _metadata is gone");
    if (header.error().code == status_code::failed_precondition)
      return damaged(header.error().message);
    return fail_while(fmt::format("verifying {}", point.id), std::move(header.error()));
  }
  if (point.checkpoint_id != 0 && header->checkpoint_id != point.checkpoint_id) {
    return damaged(fmt::format("its _metadata is of checkpoint {}, recorded was {}",
                               header->checkpoint_id, point.checkpoint_id));
  }
  verdict intact;
  intact.intact = true;
  intact.header_only = point.manifest.empty() && point.file_count == 0;
  intact.checkpoint_id = header->checkpoint_id;
  return intact;
}

}  // namespace dm::state
