// Who a component is: names, id, tags, program and directories.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_name.h"

#include <charconv>

#include <fmt/format.h>

#include "io/hash.h"

namespace dm::component {

namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_character(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}
bool is_namespace_character(char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; }

// A name out of a request may be anything; what is shown of it is short and printable.
std::string shown(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (text.size() >= 80) return text + "…";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

void check(std::vector<problem>& problems, const char* path, const std::string& name,
           std::size_t limit, bool (*allowed_character)(char), const char* allowed) {
  bool good = !name.empty() && name.size() <= limit && name.front() != '-';
  for (const char c : name) good = good && allowed_character(c);
  if (!good) problems.push_back({path, shown(name), allowed});
}

}  // namespace

std::string component_name::text() const {
  return fmt::format("{}/{}/{}", name_space, application, component);
}

std::vector<problem> check_name(const component_name& name) {
  std::vector<problem> problems;
  check(problems, "$.namespace", name.name_space, 63, is_namespace_character,
        "1 to 63 of a-z 0-9 _ -, not beginning with a hyphen (lower case: YARN folds the case of "
        "tags)");
  check(problems, "$.application", name.application, 100, is_name_character,
        "1 to 100 of A-Z a-z 0-9 _ -, not beginning with a hyphen");
  check(problems, "$.component", name.component, 100, is_name_character,
        "1 to 100 of A-Z a-z 0-9 _ -, not beginning with a hyphen");
  return problems;
}

std::string component_id(const component_name& name) {
  std::string joined = name.name_space;
  joined += '\0';
  joined += name.application;
  joined += '\0';
  joined += name.component;
  return io::sha256_hex(joined).substr(0, 16);
}

std::string fleet_tag(std::string_view name_space) {
  return fmt::format("dm-fleet-{}", name_space);
}
std::string component_tag(std::string_view id) { return fmt::format("dm-component-{}", id); }
std::string epoch_tag(std::string_view id, std::uint64_t epoch) {
  return fmt::format("dm-epoch-{}-{}", id, epoch);
}

std::optional<std::uint64_t> epoch_of(const std::vector<std::string>& tags, std::string_view id) {
  const std::string prefix = fmt::format("dm-epoch-{}-", id);
  for (const std::string& tag : tags) {
    if (!tag.starts_with(prefix)) continue;
    std::uint64_t epoch = 0;
    const char* end = tag.data() + tag.size();
    const auto [stop, code] = std::from_chars(tag.data() + prefix.size(), end, epoch);
    if (code == std::errc() && stop == end) return epoch;
  }
  return std::nullopt;
}

std::string program_name(const component_name& name) {
  return fmt::format("flink.{}.{}.{}", name.name_space, name.application, name.component);
}

std::string hdfs_directory(std::string_view state_root, const component_name& name) {
  return fmt::format("{}/{}", state_root, name.text());
}

std::string local_directory(std::string_view install_root, const component_name& name) {
  return fmt::format("{}/{}", install_root, name.text());
}

}  // namespace dm::component
