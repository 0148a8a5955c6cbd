// Values of properties: parsed by rules that are written down in abi/documents.md.
// SPDX-License-Identifier: Apache-2.0
#include "input/property_values.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cluster/queue_name.h"
#include "flink/memory_size.h"
#include "input/text_rules.h"
#include "io/trimmed.h"

namespace dm::input {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool made_of(std::string_view text, std::string_view signs) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || signs.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_memory_bytes(std::string_view text) {
  return flink::parse_memory_size(text, flink::without_unit::megabytes);
}

std::string flink_memory(std::int64_t bytes) {
  constexpr std::int64_t megabyte = 1 << 20;
  return bytes % megabyte == 0 ? fmt::format("{}m", bytes / megabyte) : fmt::format("{}b", bytes);
}

bool is_class_name(std::string_view text) {
  if (text.size() > 512 || !single_line(text)) return false;
  bool at_start = true;
  for (const char c : text) {
    if (c == '.') {
      if (at_start) return false;
      at_start = true;
    } else if (is_letter(c) || c == '_' || c == '$' || beyond_ascii(c) ||
               (is_digit(c) && !at_start)) {
      at_start = false;
    } else {
      return false;
    }
  }
  return !at_start;
}

bool is_package_file(std::string_view text) {
  if (text.empty() || text.size() > 512 || !made_of(text, "._+@=~-/")) return false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (part.empty() || part.size() > 255 || part == "." || part == ".." || part.front() == '-')
      return false;
    begin = end + 1;
  }
  return true;
}

bool is_python_file(std::string_view text) {
  return is_package_file(text) && text.ends_with(".py");
}

bool is_version_prefix(std::string_view text) { return text.size() <= 64 && made_of(text, ".-"); }

bool is_environment_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; });
}

std::string refused_environment_reason(std::string_view name) {
  static constexpr std::array<std::string_view, 11> shell = {
      "PATH", "ENV",      "IFS",        "CDPATH",          "BASHOPTS",      "SHELLOPTS",
      "PS4",  "BASH_ENV", "GLOBIGNORE", "POSIXLY_CORRECT", "PROMPT_COMMAND"};
  static constexpr std::array<std::string_view, 6> account = {
      "HOME", "USER", "LOGNAME", "SHELL", "HADOOP_USER_NAME", "HADOOP_PROXY_USER"};
  static constexpr std::array<std::string_view, 3> guard = {"FLINK_LOG_DIR", "FLINK_IDENT_STRING",
                                                            "FLINK_PID_DIR"};
  static constexpr std::array<std::string_view, 3> installation = {"FLINK_BIN_DIR", "FLINK_LIB_DIR",
                                                                   "YARN_CONF_DIR"};
  const auto among = [&](const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (name.starts_with("LD_") || name.starts_with("BASH_FUNC") || among(shell)) {
    return "a variable that does not steer the dynamic linker or the shell";
  }
  if (among(account))
    return "a variable that does not change the account: the run-as user is the application's";
  if (among(installation)) {
    return "a variable that does not lead the client to another installation or another cluster "
           "than the one this node is set up for";
  }
  if (among(guard)) return "a variable that flink-guard does not set for each submission";
  return {};
}

bool is_configuration_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         (is_letter(text.front()) || is_digit(text.front())) && text.back() != '.' &&
         made_of(text, "._-");
}

bool is_queue(std::string_view text) { return cluster::is_queue_name(text); }

bool is_user_tag(std::string_view text) {
  if (text.empty() || text.size() > 100 || !made_of(text, "._:@+=/-")) return false;
  const auto folded = [&](std::size_t i) {
    return text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i];
  };
  return text.size() < 3 || folded(0) != 'd' || folded(1) != 'm' || text[2] != '-';
}

bool is_executable(std::string_view text) {
  if (text.empty() || text.size() > 512 || text.front() == '-' || !made_of(text, "._+@=~-/"))
    return false;
  return text.find("..") == std::string_view::npos;
}

std::optional<std::vector<std::string>> split_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  std::string current;
  bool begun = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size();
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && !last &&
                 (text[i + 1] == '"' || text[i + 1] == '\\')) {
        current += text[++i];
      } else {
        current += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (c == '\\') {
      if (last) return std::nullopt;
      current += text[++i];
      begun = true;
    } else if (is_blank(c)) {
      if (begun) arguments.push_back(std::move(current));
      current.clear();
      begun = false;
    } else {
      current += c;
      begun = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (begun) arguments.push_back(std::move(current));
  return arguments;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = io::trimmed(text.substr(begin, end - begin), " \t");
    if (!part.empty()) parts.emplace_back(part);
    begin = end + 1;
  }
  return parts;
}

}  // namespace dm::input
