// Versions of a library on HDFS that no component submits with.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "component/guard_spec.h"
#include "flink/hdfs_location.h"
#include "housekeeping/finders.h"
#include "housekeeping/library_mentions.h"
#include "io/file.h"
#include "package/component_layout.h"
#include "placement/placed_data.h"

namespace dm::housekeeping {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

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

// Who names the directory as a whole, or one that it lies in, uses all that is in it.
bool names_all(const std::vector<std::string>& texts, const std::string& directory) {
  for (std::string above = directory; above.rfind('/') != 0; above.resize(above.rfind('/'))) {
    if (std::any_of(texts.begin(), texts.end(),
                    [&](const std::string& text) { return names_whole(text, above); }))
      return true;
  }
  return false;
}

tl::unexpected<error> unknown(const component::component_name& name, const std::string& why) {
  return fail(status_code::failed_precondition,
              fmt::format("which library {} submits with is not known: {}", name.text(), why));
}

// What Flink's client reads beside its command line. Absent is fine, a link is followed as the
// client does. Why it could not be read; empty: it was, or is not there.
std::string add_configuration(const std::string& directory, std::vector<std::string>& texts) {
  for (const char* name : {"/config.yaml", "/flink-conf.yaml"}) {
    std::error_code problem;
    const auto file = std::filesystem::canonical(directory + name, problem);
    if (problem == std::errc::no_such_file_or_directory) continue;
    if (problem) return fmt::format("{}{}: {}", directory, name, problem.message());
    auto text = io::read_file(file.string(), largest_file);
    if (!text) return text.error().message;
    texts.push_back(std::move(*text));
  }
  return {};
}

std::string configuration_directory(
    const std::vector<std::pair<std::string, std::string>>& environment, std::string otherwise) {
  for (const auto& [name, value] : environment) {
    if (name == "FLINK_CONF_DIR") otherwise = value;
  }
  return otherwise;
}

result<void> add_component(scene& s, const component::component_name& name,
                           std::vector<std::string>& texts) {
  const package::component_layout layout = package::layout_of(s.settings(), name);
  const auto text = io::read_file(layout.guard_file, largest_file);
  if (!text) return unknown(name, text.error().message);
  auto spec = component::read_guard_spec(*text);
  if (!spec) return unknown(name, spec.error().message);
  if (spec->command.empty()) return unknown(name, "an earlier version has made it");
  const std::string directory = configuration_directory(spec->environment, {});
  if (!directory.empty()) {
    if (const auto why = add_configuration(directory, texts); !why.empty())
      return unknown(name, why);
  }
  for (std::string& word : spec->command) texts.push_back(std::move(word));
  for (auto& [variable, value] : spec->environment) texts.push_back(std::move(value));
  return {};
}

// Of one that is not on this node, and that the host may have no record of: it may be another
// node's, or the records are lost. Only a log that says so makes it one that is no more (INV-10).
result<void> check_destroyed(scene& s, const io::operation& op, const known_component& one) {
  const auto& log = s.asked.log_of(op, one);
  if (!log) return unknown(one.name(), log.error().message);
  const component::log_record* intent = log->newest_intent();
  if (intent != nullptr && intent->stop_cause == component::destroyed) return {};
  return unknown(one.name(),
                 "it is not on this node, and its log does not say that it was destroyed");
}

}  // namespace

result<std::vector<std::string>> texts_in_use(scene& s, const io::operation& op) {
  if (s.components.hdfs_failure) return fail(*s.components.hdfs_failure);
  const input::settings& settings = s.settings();
  std::vector<std::string> texts;
  for (const auto& [name, value] : settings.flink_configuration) texts.push_back(value);
  for (const auto& [name, value] : settings.flink_environment) texts.push_back(value);
  if (const auto why = add_configuration(
          configuration_directory(settings.flink_environment, settings.flink_home + "/conf"),
          texts);
      !why.empty())
    return fail(status_code::failed_precondition,
                "which library Flink's configuration of this node names is not known: " + why);
  const auto placed = placement::find_placed(settings, op, {s.request.name_space, "", ""});
  if (!placed) return fail(placed.error());
  for (const placement::placed_component& one : *placed) {
    if (auto added = add_component(s, one.name, texts); !added)
      return fail(std::move(added.error()));
  }
  for (const known_component& one : s.components.all) {
    const bool on_node = std::any_of(placed->begin(), placed->end(),
                                     [&](const auto& other) { return other.name == one.name(); });
    if (on_node) continue;
    if (one.recorded)
      return unknown(one.name(), one.of_node(settings) ? "it has no files on this node"
                                                       : "it is of node " + one.data.node);
    if (auto destroyed = one.on_hdfs ? check_destroyed(s, op, one) : result<void>(); !destroyed)
      return fail(std::move(destroyed.error()));
  }
  return texts;
}

bool mention_library(const std::vector<std::string>& texts, const std::string& directory) {
  return names_all(texts, directory.substr(0, directory.rfind('/'))) ||
         std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return names_path(text, directory); });
}

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
  const auto texts = texts_in_use(s, op);
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
  if (names_all(*texts, location->path)) return;
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
      const auto now = texts_in_use(s, removing);
      if (!now) return fail(now.error());
      for (const std::string& text : *now) {
        if (names_path(text, path)) return needed_by_now("a component names it by now");
      }
      if (names_all(*now, path.substr(0, path.rfind('/'))))
        return needed_by_now("a component names its whole directory by now");
      return then(removing);
    };
    to_be_measured(leftover, user);
    found.add(std::move(leftover));
  }
}

}  // namespace dm::housekeeping
