// Reads the header of a _metadata file.
// SPDX-License-Identifier: Apache-2.0
#include "flink/savepoint_metadata.h"

#include <fmt/format.h>

namespace dm::flink {
namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

tl::unexpected<metadata_defect> defect(metadata_defect::kind what, std::string text) {
  return tl::unexpected<metadata_defect>(metadata_defect{what, std::move(text)});
}

}  // namespace

tl::expected<metadata_header, metadata_defect> read_metadata_header(std::string_view bytes) {
  if (bytes.size() < metadata_header_bytes) {
    return defect(metadata_defect::kind::too_short,
                  fmt::format("_metadata has {} bytes, its header alone has {}", bytes.size(),
                              metadata_header_bytes));
  }
  const auto magic = static_cast<std::uint32_t>(big_endian(bytes.substr(0, 4)));
  if (magic != metadata_magic) {
    return defect(metadata_defect::kind::not_flinks,
                  fmt::format("_metadata begins with {:08x}, Flink's begins with {:08x}", magic,
                              metadata_magic));
  }
  metadata_header header;
  header.version = static_cast<std::int32_t>(big_endian(bytes.substr(4, 4)));
  if (header.version < 1 || header.version > newest_metadata_version) {
    return defect(metadata_defect::kind::unknown_version,
                  fmt::format("_metadata has version {}, known are 1 to {}", header.version,
                              newest_metadata_version));
  }
  header.checkpoint_id = static_cast<std::int64_t>(big_endian(bytes.substr(8, 8)));
  return header;
}

}  // namespace dm::flink
