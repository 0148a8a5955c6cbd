// A run's report as Java properties.
// SPDX-License-Identifier: Apache-2.0
#include "guard/run_report.h"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "io/error.h"

namespace dm::guard {

namespace {

constexpr std::size_t most_bytes = 2'000;

// What is no printable ASCII becomes a question mark: the file's encoding is Oozie's matter, and
// \u escapes would be longer than the text.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xC0) continue;  // the rest of a character
    if (byte < 0x20 || byte >= 0x7F) {
      out += byte < 0x20 ? ' ' : '?';
      continue;
    }
    if (c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void add(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const std::string line = fmt::format("{}={}\n", name, escaped(value));
  if (out.size() + line.size() <= most_bytes) out += line;
}

}  // namespace

std::string to_properties(const run_report& report) {
  std::string out;
  add(out, "outcome", report.outcome);
  add(out, "run", report.run);
  if (report.epoch != 0) add(out, "epoch", fmt::to_string(report.epoch));
  add(out, "application_id", report.application_id);
  add(out, "job_id", report.job_id);
  add(out, "cause", first_line(report.cause, 600));
  return out;
}

}  // namespace dm::guard
