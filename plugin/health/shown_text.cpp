// Text of others made fit to be shown.
// SPDX-License-Identifier: Apache-2.0
#include "health/shown_text.h"

#include <fmt/format.h>

#include "io/error.h"
#include "io/secret.h"

namespace dm::health {

namespace {

constexpr std::size_t most_bytes = 64 << 10;  // of a text that has no end

}  // namespace

std::string shown(std::string_view text, std::size_t limit) {
  // Masked before it is cut: a half of an address may have lost what shows the password in it.
  return first_line(io::masked_text(text.substr(0, most_bytes)), limit);
}

std::string counted(std::int64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) == 0x80 ? 0 : 1;
  return count;
}

}  // namespace dm::health
