// Versions of a library on HDFS that no component submits with.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "component/guard_spec.h"
#include "flink/hdfs_location.h"
#include "housekeeping/finders.h"
#include "io/file.h"
#include "package/component_layout.h"

namespace dm::housekeeping {

namespace {

constexpr std::size_t largest_guard_file = std::size_t{1} << 20;

bool continues_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '+';
}

// Whether the text names the path, or something below it.
bool names_path(std::string_view text, const std::string& path) {
  for (std::size_t at = text.find(path); at != std::string_view::npos;
       at = text.find(path, at + 1)) {
    const std::size_t end = at + path.size();
    if (end == text.size() || !continues_a_name(text[end])) return true;
  }
  return false;
}

// Whether it names the path and nothing below it, anywhere: "/lib", "/lib/", "/lib;/other".
bool names_whole(std::string_view text, const std::string& path) {
  for (std::size_t at = text.find(path); at != std::string_view::npos;
       at = text.find(path, at + 1)) {
    std::size_t end = at + path.size();
    if (end < text.size() && text[end] == '/') ++end;
    if (end == text.size() || !(continues_a_name(text[end]) || text[end] == '/')) return true;
  }
  return false;
}

// Every text that may name a version: commands and environments of the components of this node, and
// what the settings give to those to come. An error: of some component it is not known.
result<std::vector<std::string>> texts_in_use(scene& s) {
  if (s.components.node_failure) return fail(*s.components.node_failure);
  if (s.components.hdfs_failure) return fail(*s.components.hdfs_failure);
  std::vector<std::string> texts;
  for (const auto& [name, value] : s.settings().flink_configuration) texts.push_back(value);
  for (const auto& [name, value] : s.settings().flink_environment) texts.push_back(value);
  for (const known_component& one : s.components.all) {
    if (!one.recorded && !one.on_node) continue;
    const auto unknown = [&](const std::string& why) {
      return fail(
          status_code::failed_precondition,
          fmt::format("which library {} submits with is not known: {}", one.name().text(), why));
    };
    if (!one.on_node)
      return unknown(one.of_node(s.settings()) ? "it has no files on this node"
                                               : "it is of node " + one.data.node);
    const auto text =
        io::read_file(package::layout_of(s.settings(), one.name()).guard_file, largest_guard_file);
    if (!text) return unknown(text.error().message);
    auto spec = component::read_guard_spec(*text);
    if (!spec) return unknown(spec.error().message);
    if (spec->command.empty()) return unknown("an earlier version has made it");
    for (std::string& word : spec->command) texts.push_back(std::move(word));
    for (auto& [name, value] : spec->environment) texts.push_back(std::move(value));
  }
  return texts;
}

}  // namespace

void find_libraries(scene& s, const io::operation& op, inventory& found) {
  const std::string& setting = s.settings().library_directory;
  if (!found.wants(kind::library) || setting.empty()) return;
  const auto location = flink::parse_hdfs_location(setting);
  if (!location || !flink::own_hdfs(s.settings().name_nodes).owns(*location)) {
    return found.withhold(
        kind::library, fmt::format("library_directory, {}, may be on another file system than this "
                                   "cluster's HDFS; name it as hdfs:///… if it is on this one",
                                   setting));
  }
  const auto texts = texts_in_use(s);
  if (!texts) return found.withhold(kind::library, texts.error().message);
  const auto used = [&](const std::string& path) {
    return std::any_of(texts->begin(), texts->end(),
                       [&](const std::string& text) { return names_path(text, path); });
  };
  const std::string reader = reader_of(s.components);
  std::vector<cluster::file_status> versions;
  const auto walked =
      for_each_on_hdfs(s, op, reader, location->path, [&](const cluster::file_status& one) {
        if (one.directory) versions.push_back(one);
        return versions.size() < inventory::most_entries;
      });
  if (!walked) return found.withhold(kind::library, walked.error().message);
  const auto newest = std::max_element(
      versions.begin(), versions.end(),
      [](const auto& one, const auto& other) { return one.modified_ms < other.modified_ms; });
  // Who names the directory as a whole uses all that is in it.
  const bool whole = std::any_of(texts->begin(), texts->end(), [&](const std::string& text) {
    return names_whole(text, location->path);
  });
  if (whole) return;
  for (auto one = versions.begin(); one != versions.end(); ++one) {
    const std::string path = location->path + "/" + one->name;
    if (one == newest || !s.old_enough(kind::library, one->modified_ms) || used(path)) continue;
    const std::string user = one->owner.empty() ? reader : one->owner;
    entry leftover;
    leftover.kind = kind::library;
    leftover.path = path;
    leftover.key = path;
    leftover.what = "a version of a library";
    leftover.modified_ms = one->modified_ms;
    leftover.why = fmt::format("no component names it, a newer one is there, and {}",
                               s.aged(one->modified_ms));
    leftover.remove = [&s, path, then = hdfs_removal(s, user, path, *one)](
                          const io::operation& removing) -> result<bool> {
      const auto now = texts_in_use(s);
      if (!now) return fail(now.error());
      for (const std::string& text : *now) {
        if (names_path(text, path)) return needed_by_now("a component names it by now");
      }
      return then(removing);
    };
    to_be_measured(leftover, user);
    found.add(std::move(leftover));
  }
}

}  // namespace dm::housekeeping
