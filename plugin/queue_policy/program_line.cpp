// The line by which a map is a program, looked at as the kernel does.
// SPDX-License-Identifier: Apache-2.0
#include "queue_policy/program_line.h"

#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "io/trimmed.h"

namespace dm::queue_policy {

namespace {

constexpr std::string_view mark = "#!";
constexpr std::string_view kernel_blanks = " \t";

// A path behind it: "#!" alone begins many a comment.
bool looks_like_program_line(std::string_view line) {
  return line.starts_with(mark) &&
         io::trimmed(line.substr(mark.size()), kernel_blanks).starts_with('/');
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The kernel hands on all behind the path as one argument, and the path of the map behind that.
void check_first(std::string_view line, std::vector<map_remark>& remarks) {
  const auto note = [&](std::string text) { remarks.push_back({1, false, std::move(text)}); };
  if (line.ends_with('\r')) {
    note(
        "ends with a carriage return, which is handed on as a part of it: the map cannot be run; "
        "end its lines with line feeds alone");
    line.remove_suffix(1);
  }
  const std::string_view words = io::trimmed(line.substr(mark.size()), kernel_blanks);
  const std::size_t end = std::min(words.find_first_of(kernel_blanks), words.size());
  const std::string_view argument = io::trimmed(words.substr(end), kernel_blanks);
  if (!words.starts_with('/')) {
    note("names no program by an absolute path: the map cannot be run");
  } else if (argument != "--map") {
    note(
        "has not --map, and that alone, behind its program, which so does not read this file as "
        "its map when it is run");
  }
}

void check_mode(mode_t mode, std::vector<map_remark>& remarks) {
  const auto note = [&](std::string text) { remarks.push_back({0, false, std::move(text)}); };
  if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
    note("names a program, but nobody may execute it; as a policy it needs mode 755");
    return;
  }
  const bool read = (mode & S_IROTH) != 0;
  const bool execute = (mode & S_IXOTH) != 0;
  if (read && execute) return;
  note(
      fmt::format("others than its owner and group may not {} it, though it is run and read as the "
                  "account of the job; as a policy it needs mode 755",
                  read      ? "execute"
                  : execute ? "read"
                            : "read and execute"));
}

}  // namespace

std::vector<map_remark> check_program_line(std::string_view text, mode_t mode) {
  std::vector<map_remark> remarks;
  const bool program = text.starts_with(mark);
  std::size_t number = 1;
  if (program) {
    check_mode(mode, remarks);
    check_first(next_line(text), remarks);
    ++number;
  }
  for (; !text.empty(); ++number) {
    std::string_view line = next_line(text);
    if (number == 1 && line.starts_with(byte_order_mark))
      line.remove_prefix(byte_order_mark.size());
    if (looks_like_program_line(io::trimmed(line, io::line_blanks))) {
      remarks.push_back({number, false,
                         "is a comment: only what the file begins with, without a blank or a byte "
                         "order mark before it, makes it a program"});
    }
  }
  return remarks;
}

}  // namespace dm::queue_policy
