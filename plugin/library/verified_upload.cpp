// Uploads a file and reads it back.
// SPDX-License-Identifier: Apache-2.0
#include "library/verified_upload.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/hash.h"

namespace dm::library {

namespace {

constexpr std::int64_t piece_bytes = std::int64_t{4} << 20;  // of the file, in memory

}  // namespace

result<void> upload_verified(const io::operation& op, cluster::hdfs& hdfs, const local_file& file,
                             const std::string& path, const std::string& permission) {
  if (auto sent = hdfs.upload(op, path, file.descriptor.get(), file.bytes, permission); !sent)
    return sent;
  const auto stands = hdfs.status(op, path);
  if (!stands) return fail(stands.error());
  if (stands->directory || stands->length_bytes != file.bytes) {
    return fail(status_code::unavailable, fmt::format("hdfs:{} has {} bytes after {} were uploaded",
                                                      path, stands->length_bytes, file.bytes));
  }
  const auto digest = digest_on_hdfs(op, hdfs, path, file.bytes);
  if (!digest) return fail(digest.error());
  if (*digest == file.sha256) return {};
  return fail(status_code::unavailable,
              fmt::format("what was read back of hdfs:{} is not what was uploaded (SHA-256)", path),
              "the file on this node was changed meanwhile, or what lies between it and HDFS "
              "changes data");
}

result<std::string> digest_on_hdfs(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& path, std::int64_t bytes) {
  io::sha256 digest;
  for (std::int64_t at = 0; at < bytes; at += piece_bytes) {
    const std::int64_t length = std::min(piece_bytes, bytes - at);
    const auto piece = hdfs.read_part(op, path, at, length);
    if (!piece) return fail(piece.error());
    digest.update(*piece);
  }
  return digest.hex();
}

}  // namespace dm::library
