// Compares a restore point's files with what was recorded of them.
// SPDX-License-Identifier: Apache-2.0
#include "state/verification.h"

#include <optional>

#include <fmt/format.h>

namespace dm::state {

namespace {

verdict wrong(damage because, std::string reason) {
  verdict found;
  found.what = because == damage::directory_gone ? verdict::kind::gone : verdict::kind::damaged;
  found.because = because;
  found.reason = std::move(reason);
  return found;
}

// What differs from the manifest. A file that somebody added is no harm.
std::optional<verdict> difference(const restore_point& point, const savepoint_files& found) {
  for (const manifest_file& file : point.manifest) {
    const manifest_file* there = found.find(file.path);
    if (there == nullptr)
      return wrong(damage::file_gone, fmt::format("its file {} is gone", file.path));
    if (there->length_bytes != file.length_bytes) {
      return wrong(damage::file_length,
                   fmt::format("its file {} has {} bytes, {} when it was completed", file.path,
                               there->length_bytes, file.length_bytes));
    }
  }
  // What a manifest that was cut or left out of the index does not name.
  const auto count = static_cast<std::int64_t>(found.files.size());
  if (count < point.file_count) {
    return wrong(damage::files_missing,
                 fmt::format("it has {} files, {} when it was completed", count, point.file_count));
  }
  if (point.kind == restore_point_kind::savepoint && found.size_bytes < point.size_bytes) {
    return wrong(damage::bytes_missing, fmt::format("it has {} bytes, {} when it was completed",
                                                    found.size_bytes, point.size_bytes));
  }
  return std::nullopt;
}

}  // namespace

result<verdict> verify(const io::operation& op, cluster::hdfs& hdfs, const restore_point& point) {
  if (point.path.empty()) return wrong(damage::nothing_made, "no savepoint came of it");
  auto found = read_files(op, hdfs, point.path);
  if (!found) {
    if (found.error().code == status_code::not_found) {
      return wrong(damage::directory_gone,
                   fmt::format("its directory hdfs://{} is gone", point.path));
    }
    return fail_while(fmt::format("verifying {}", point.id), std::move(found.error()));
  }
  if (found->too_deep) {
    return wrong(damage::too_deep,
                 fmt::format("hdfs://{} is deeper than any savepoint of Flink's", point.path));
  }
  const manifest_file* metadata = found->find(metadata_name);
  if (metadata == nullptr) return wrong(damage::metadata_gone, "its file _metadata is gone");
  if (auto differs = difference(point, *found)) return std::move(*differs);
  // HDFS refuses to read an empty file, which would say nothing about its content.
  if (metadata->length_bytes == 0)
    return wrong(damage::metadata_unreadable, "its file _metadata is empty");
  auto header = read_header(op, hdfs, point.path);
  if (!header) {
    if (header.error().code == status_code::not_found)
      return wrong(damage::metadata_gone, "its file _metadata is gone");
    return fail_while(fmt::format("verifying {}", point.id), std::move(header.error()));
  }
  if (!*header)
    return wrong(damage::metadata_unreadable, "its file " + std::move(header->error().text));
  const std::int64_t checkpoint_id = (*header)->checkpoint_id;
  if (point.checkpoint_id != 0 && checkpoint_id != point.checkpoint_id) {
    return wrong(damage::other_checkpoint,
                 fmt::format("its _metadata is of checkpoint {}, recorded was {}", checkpoint_id,
                             point.checkpoint_id));
  }
  verdict intact;
  intact.what = verdict::kind::intact;
  intact.header_only = point.manifest.empty() && point.file_count == 0;
  intact.checkpoint_id = checkpoint_id;
  intact.metadata_version = (*header)->version;
  intact.files = std::move(*found);
  return intact;
}

}  // namespace dm::state
