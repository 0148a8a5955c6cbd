// Renders a program file so that supervisord 4.2.5 reads exactly the argv that was given (INV-8).
// Source of the reading rules: supervisor/options.py and process.py of 4.2.5, Python's configparser
// and shlex.
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/program_file.h"

#include "io/utf8.h"
#include "io/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace dm::supervisor {
namespace {

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@+=:,./-").find(c) != std::string_view::npos;
}

// What supervisord could not read back unchanged: a control character would end the line or be
// stripped, and bytes that are not UTF-8 make its parser refuse the whole configuration, every
// other program included.
std::optional<std::string> unreadable(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t length = io::character_length(text, position);
    const auto byte = static_cast<unsigned char>(text[position]);
    if (length == 0) {
      return fmt::format("byte 0x{:02X} at offset {} is not UTF-8", byte, position);
    }
    // U+0080 ... U+009F are 0xC2 0x80 ... 0xC2 0x9F.
    const bool c1 =
        length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[position + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1) {
      return fmt::format("a control character at offset {}", position);
    }
    position += length;
  }
  return std::nullopt;
}

// The printable part of a value, for an error: never the control characters themselves.
std::string shown(std::string_view text) { return io::visible_text(text.substr(0, 80)); }

class checker {
 public:
  void require_text(const std::string& path, std::string_view text) {
    if (const auto why = unreadable(text)) {
      problems_.push_back({path, fmt::format("\"{}\": {}", shown(text), *why),
                           "UTF-8 text without control characters"});
    }
  }
  void require(bool holds, const std::string& path, std::string found, std::string allowed) {
    if (!holds) problems_.push_back({path, std::move(found), std::move(allowed)});
  }
  std::vector<problem> take() { return std::move(problems_); }

 private:
  std::vector<problem> problems_;
};

// supervisord refuses blanks, ':' and '/' in a name; brackets end the section's header, ';' and '#'
// start a comment.
bool valid_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+@~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

std::vector<problem> check(const program& program) {
  checker checks;
  checks.require(valid_name(program.name), "$.name", fmt::format("\"{}\"", shown(program.name)),
                 "letters, digits and . _ - + @ ~");
  checks.require(!program.command.empty(), "$.command", "an empty command",
                 "an argv of at least one element");
  if (!program.command.empty()) {
    checks.require(program.command.front().starts_with('/'), "$.command[0]",
                   fmt::format("\"{}\"", shown(program.command.front())),
                   "an absolute path: supervisord would search others in its own PATH");
  }
  for (std::size_t i = 0; i < program.command.size(); ++i) {
    checks.require_text(fmt::format("$.command[{}]", i), program.command[i]);
  }
  for (std::size_t i = 0; i < program.comments.size(); ++i) {
    checks.require_text(fmt::format("$.comments[{}]", i), program.comments[i]);
  }
  for (const int code : program.expected_exit_codes) {
    checks.require(code >= 0 && code <= 255, "$.expected_exit_codes", fmt::format("{}", code),
                   "0 to 255");
  }
  checks.require(program.stop_wait_seconds > 0, "$.stop_wait_seconds",
                 fmt::format("{}", program.stop_wait_seconds), "at least 1 second");
  return checks.take();
}

}  // namespace

std::string quote_argument(std::string_view argument) {
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), plain))
    return std::string(argument);
  std::string quoted = "'";
  for (std::size_t i = 0; i < argument.size(); ++i) {
    switch (const char c = argument[i]) {
      case '\'':
        quoted += "'\"'\"'";
        break;
      case ';':
      case '#':
        // Any white space before it, U+00A0 and the like included, would start a comment; the quote
        // is none.
        quoted += "''";
        quoted += c;
        break;
      case '%':
        quoted += "%%";
        // %(here)s is replaced in the raw text before %% is looked at.
        if (i + 1 < argument.size() && argument[i + 1] == '(') quoted += "''";
        break;
      default:
        quoted += c;
    }
  }
  quoted += '\'';
  return quoted;
}

result<std::string> render_program_file(const program& program) {
  if (auto problems = check(program); !problems.empty()) {
    error e;
    e.code = status_code::invalid_argument;
    e.message = fmt::format(
        "cannot write a program file for \"{}\": {} value(s) that supervisord could not read back "
        "unchanged; nothing was written",
        shown(program.name), problems.size());
    e.details = std::move(problems);
    return fail(std::move(e));
  }
  std::string file;
  for (const std::string& comment : program.comments) file += fmt::format("; {}\n", comment);
  file += fmt::format("[program:{}]\ncommand=", program.name);
  for (std::size_t i = 0; i < program.command.size(); ++i) {
    if (i != 0) file += ' ';
    file += quote_argument(program.command[i]);
  }
  file += '\n';
  // The guard of a component that is not wanted ends by itself: whether it is wanted is in its log
  // alone, and no verb has to make supervisord read its files for it (D-54).
  file += "autostart=true\n";
  // The guard is running as soon as it is there; with startsecs > 0 supervisord would call an early
  // end of it FATAL.
  file += "startsecs=0\n";
  // Only attempts that never became a process count here (no such file, fork failed); supervisord
  // waits a second longer after each, and must not give up for good because of a package upgrade or
  // a full process table.
  file += "startretries=1000000\n";
  file += "autorestart=unexpected\n";
  file += fmt::format("exitcodes={}\n", fmt::join(program.expected_exit_codes, ","));
  file += "stopsignal=TERM\n";
  file += fmt::format("stopwaitsecs={}\n", program.stop_wait_seconds);
  // The guard ends its client itself; a signal to the whole group would kill a submission half-way.
  file += "stopasgroup=false\nkillasgroup=false\n";
  file += "stdout_logfile=NONE\nstderr_logfile=NONE\n";
  return file;
}

}  // namespace dm::supervisor
