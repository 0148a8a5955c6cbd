// The beginning of a savepoint's or checkpoint's _metadata file. All else in it is Flink's own.
// Source: org.apache.flink.runtime.checkpoint.Checkpoints and MetadataV2V3SerializerBase: magic,
// version, checkpoint id, big-endian.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace dm::flink {

inline constexpr std::uint32_t metadata_magic = 0x4960672d;
inline constexpr std::int32_t newest_metadata_version = 6;
inline constexpr std::size_t metadata_header_bytes = 16;

struct metadata_header {
  std::int32_t version = 0;
  // Checkpoints and savepoints of one job are counted together: of two of the same job the one with
  // the larger id is the newer one, whatever the clocks say.
  std::int64_t checkpoint_id = 0;
};

// What is wrong with the bytes. A type of its own: only who has read them can say so, no answer of
// a server can (INV-10).
struct metadata_defect {
  enum class kind { too_short, not_flinks, unknown_version };
  kind what = kind::too_short;
  std::string text;  // for people
};

tl::expected<metadata_header, metadata_defect> read_metadata_header(std::string_view bytes);

}  // namespace dm::flink
