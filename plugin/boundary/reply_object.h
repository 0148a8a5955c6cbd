// What all replies are made with: the object itself, and the values that several replies have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/replies.h"
#include "io/json.h"

namespace dm::boundary {

// One reply under construction: "schema" first, "error" last. The context outlives it.
class reply_object {
 public:
  explicit reply_object(const reply_context& context);

  io::json_writer& writer() { return writer_; }
  outcome finish(const std::optional<error>& failure);

 private:
  const reply_context& context_;
  io::json_buffer buffer_;
  io::json_writer writer_;
};

void put_texts(io::json_writer& writer, std::string_view key,
               const std::vector<std::string>& texts);
void write_warnings(io::json_writer& writer, const std::vector<package::warning>& warnings);

// A restore point as one value: what is not known of it is left out.
void write_restore_point(io::json_writer& writer, const state::restore_point& point);
// As the member `key`; null when there is none.
void put_restore_point(io::json_writer& writer, std::string_view key,
                       const std::optional<state::restore_point>& point);

}  // namespace dm::boundary
