// One log of a component: a file on this node or of a container, or a text that YARN or the
// component's log keeps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/time.h"

namespace dm::logs {

enum class source_kind { guard, client, jobmanager, taskmanager, diagnostics, history };
std::string_view to_string(source_kind kind);

// living: it may grow. unavailable: it is known of, and cannot be read now; `reason` says why.
enum class source_state { living, ended, unavailable };
std::string_view to_string(source_state state);

struct log_source {
  std::string id;
  source_kind kind = source_kind::guard;
  std::uint64_t epoch = 0;  // 0: of all incarnations
  std::string application_id;
  std::string container_id;
  std::string file;
  std::string host;
  std::optional<std::int64_t> size_bytes;
  io::wall_time modified_at{};  // zero: not known
  source_state state = source_state::ended;
  std::string reason;
};

}  // namespace dm::logs
