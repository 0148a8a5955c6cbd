// Where a command writes.
// SPDX-License-Identifier: Apache-2.0
#include "client/output.h"

#include "client/text.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

constexpr std::size_t fact_column = 16;

}  // namespace

void output::write(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

void output::document(const json::value& told) { write(out_, json::to_pretty_text(told) + "\n"); }

void output::document_line(const json::value& told) {
  write(out_, json::to_text(told) + "\n");
  finish();
}

void output::line(std::string_view text, std::string_view indent) {
  const std::size_t room = where_.width > indent.size() + 10 ? where_.width - indent.size() : 0;
  for (const std::string& one : folded(harmless_lines(text), room)) {
    write(out_, fmt::format("{}{}\n", indent, one));
  }
}

void output::item(std::string_view text, std::string_view mark) {
  const std::size_t indent = mark.size() + (mark.find_first_not_of(' ') == mark.npos ? 2 : 0);
  const std::size_t room = where_.width > indent + 10 ? where_.width - indent : 0;
  bool first = true;
  for (const std::string& one : folded(harmless_lines(text), room)) {
    write(out_, fmt::format("{}{}\n", first ? std::string(mark) : std::string(indent, ' '), one));
    first = false;
  }
}

void output::made_line(std::string_view text) { write(out_, fmt::format("{}\n", text)); }

void output::heading(std::string_view text) {
  write(out_, where_.toned(tone::bold, harmless(text)) + "\n");
}

void output::fact(std::string_view name, std::string_view text) {
  if (text.empty()) return;
  const std::size_t room = where_.width > fact_column + 20 ? where_.width - fact_column : 0;
  bool first = true;
  for (const std::string& one : folded(harmless_lines(text), room)) {
    write(out_, where_.toned(tone::dim, padded(first ? name : "", fact_column)) + one + "\n");
    first = false;
  }
}

void output::fact_state(std::string_view name, std::string_view state) {
  if (state.empty()) return;
  write(out_, where_.toned(tone::dim, padded(name, fact_column)) +
                  where_.toned(tone_of_state(state), harmless(state)) + "\n");
}

void output::rows(const table& of) { write(out_, of.text(where_)); }

void output::log_text(std::string_view text) {
  write(out_, harmless_lines(text));
  finish();
}

void output::note(std::string_view text) {
  std::fflush(out_);
  for (const std::string& one :
       folded(harmless_lines(text), where_.err ? width_of(fileno(err_)) : 0)) {
    write(err_, where_.err_toned(tone::dim, one) + "\n");
  }
}

void output::report(const problem& what) {
  std::fflush(out_);
  if (json_) {
    write(err_, json::to_pretty_text(what.to_document()) + "\n");
    return;
  }
  const std::size_t wide = where_.err ? width_of(fileno(err_)) : 0;
  write(err_, where_.err_toned(tone::bad, "error:") + " ");
  // The first line is shorter by "error: ".
  bool first = true;
  for (const std::string& one : folded(harmless_lines(what.what()), wide > 30 ? wide - 7 : 0)) {
    write(err_, (first ? "" : "       ") + one + "\n");
    first = false;
  }
  for (const std::string& note : what.notes()) {
    for (const std::string& one : folded(harmless_lines(note), wide > 30 ? wide - 2 : 0)) {
      write(err_, "  " + one + "\n");
    }
  }
}

void output::finish() {
  if (std::fflush(out_) != 0 || std::ferror(out_) != 0) {
    throw problem(exit_code::failed, "what was asked for could not be written");
  }
}

}  // namespace dmctl
