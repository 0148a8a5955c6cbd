// The read verb: a piece of one of a component's logs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"
#include "logs/log_source.h"
#include "logs/log_text.h"

namespace dm::logs {

struct read_request {
  input::component_data data;
  std::string source;                  // an id, or what is none
  std::optional<std::int64_t> offset;  // forwards from there; nullopt: the newest that fits
  std::int64_t tail_lines = 0;         // of the newest; 0: as many as fit
  io::wall_time since{};               // zero: all
  std::string grep;                    // empty: all
  std::int64_t max_bytes = 64 << 10;   // 1 ... 1 MiB
};

struct read_reply {
  std::string source;
  std::string text;
  std::int64_t offset = 0;
  std::int64_t next_offset = 0;
  std::int64_t size_bytes = 0;
  bool truncated =
      false;           // there is more than the text: older lines, or further ones, or lost ones
  bool ended = false;  // nothing will ever follow next_offset
  source_state state = source_state::ended;
  std::optional<error> failure;
};

read_reply read(context::session& session, const io::operation& op, const read_request& request);

}  // namespace dm::logs
