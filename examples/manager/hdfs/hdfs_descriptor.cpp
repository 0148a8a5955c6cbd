// hdfs.json: directories that a component wants on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "hdfs/hdfs_descriptor.h"

#include "access/secrets.h"
#include "application/substitution.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace manager {
namespace {

constexpr std::size_t longest_path = 1000;
constexpr std::size_t most_directories = 100;

std::string at(std::size_t index, std::string_view member) {
  return fmt::format("hdfs.json[{}].{}", index, member);
}

bool is_plain_path(std::string_view path) {
  if (!path.starts_with('/') || path.size() > longest_path) return false;
  const bool controls = std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ':';
  });
  if (controls) return false;
  const auto parts = path_parts(path);
  return !parts.empty() && std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part == "." || part == "..";
  });
}

// "/user/*" against a path: does the path name it, or something above it?
bool reaches(const std::vector<std::string>& target, const std::vector<std::string>& kept) {
  if (target.size() > kept.size()) return false;
  return std::equal(target.begin(), target.end(), kept.begin(),
                    [](const std::string& part, const std::string& pattern) {
                      return pattern == "*" || part == pattern;
                    });
}

std::optional<int> levels_from(const json::value* found, const json::value& properties,
                               std::set<std::string>& unknown) {
  if (found == nullptr) return 0;
  if (found->IsInt()) return found->GetInt();
  if (!found->IsString()) return std::nullopt;
  const std::string text = substitute(json::view(*found), properties, unknown);
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void check_deletion(const hdfs_directory& directory, std::size_t index,
                    const hdfs_path_rules& rules, std::vector<problem>& problems) {
  if (directory.delete_levels == 0) return;
  const std::size_t depth = path_parts(directory.path).size();
  const int most = static_cast<int>(depth) - 1;
  if (directory.delete_levels < 0 || directory.delete_levels > most) {
    problems.push_back(
        {at(index, "delete_on_undeploy"), fmt::to_string(directory.delete_levels),
         fmt::format("0 to {}", std::max(most, 0)),
         fmt::format("the root and top-level directories are never deleted; the path is {}",
                     directory.path)});
    return;
  }
  const auto target = path_parts(deletion_target(directory, {}));
  const auto check = [&](const std::vector<std::string>& all, std::string_view key) {
    for (const std::string& kept : all) {
      if (!reaches(target, path_parts(kept))) continue;
      problems.push_back({at(index, "delete_on_undeploy"), fmt::to_string(directory.delete_levels),
                          fmt::format("a deletion that leaves {} alone", key),
                          fmt::format("would delete /{}, which is at or above the protected {}",
                                      fmt::join(target, "/"), kept)});
    }
  };
  check(rules.protected_paths, "protected_hdfs_paths");
  check(rules.refused_roots, "hdfs_refused_roots and every state_root");
}

}  // namespace

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    if (i > begin) parts.emplace_back(path.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

std::string leading_path(std::string_view path, std::size_t levels) {
  std::string result;
  const auto parts = path_parts(path);
  for (std::size_t i = 0; i < std::min(levels, parts.size()); ++i) result += "/" + parts[i];
  return result;
}

bool is_same_or_above(std::string_view path, std::string_view other) {
  const auto upper = path_parts(path);
  const auto lower = path_parts(other);
  return upper.size() <= lower.size() && std::equal(upper.begin(), upper.end(), lower.begin());
}

std::string deletion_target(const hdfs_directory& directory,
                            const std::vector<std::string>& used_by_others) {
  const std::size_t depth = path_parts(directory.path).size();
  const auto levels = static_cast<std::size_t>(std::max(directory.delete_levels, 0));
  // The root and top-level directories stay, whatever the record says.
  for (std::size_t keep = levels >= depth ? 2 : depth - levels + 1; keep <= depth && levels > 0;
       ++keep) {
    if (keep < 2) continue;
    const std::string target = leading_path(directory.path, keep);
    const bool shared =
        std::any_of(used_by_others.begin(), used_by_others.end(),
                    [&](const std::string& other) { return is_same_or_above(target, other); });
    if (!shared) return target;
  }
  return {};
}

void check_hdfs_descriptor(const json::value& descriptor, std::vector<problem>& problems) {
  if (!descriptor.IsArray() || descriptor.Size() > most_directories) {
    problems.push_back({"hdfs.json", shown_value("", descriptor),
                        fmt::format("a list of at most {} objects", most_directories), ""});
    return;
  }
  for (rapidjson::SizeType i = 0; i < descriptor.Size(); ++i) {
    const json::value& element = descriptor[i];
    if (!element.IsObject()) {
      problems.push_back({fmt::format("hdfs.json[{}]", i), shown_value("", element),
                          "an object with name, path and delete_on_undeploy", ""});
      continue;
    }
    for (const std::string_view member : {"name", "path"}) {
      if (json::text_of(element, member).empty()) {
        const json::value* found = json::find(element, member);
        problems.push_back({at(i, member), found == nullptr ? "nothing" : shown_value("", *found),
                            "text that is not empty", ""});
      }
    }
    const json::value* levels = json::find(element, "delete_on_undeploy");
    if (levels != nullptr && !levels->IsInt() && !levels->IsString()) {
      problems.push_back(
          {at(i, "delete_on_undeploy"), shown_value("", *levels), "a whole number", ""});
    }
  }
}

std::vector<hdfs_directory> read_hdfs_descriptor(const json::value& descriptor,
                                                 const json::value& properties,
                                                 const hdfs_path_rules& rules,
                                                 std::vector<problem>& problems) {
  std::vector<hdfs_directory> result;
  const std::size_t before = problems.size();
  check_hdfs_descriptor(descriptor, problems);
  if (problems.size() != before) return result;
  for (rapidjson::SizeType i = 0; i < descriptor.Size(); ++i) {
    std::set<std::string> unknown;
    hdfs_directory directory;
    directory.name = substitute(json::text_of(descriptor[i], "name"), properties, unknown);
    directory.path = substitute(json::text_of(descriptor[i], "path"), properties, unknown);
    const auto levels =
        levels_from(json::find(descriptor[i], "delete_on_undeploy"), properties, unknown);
    for (const std::string& name : unknown) {
      problems.push_back({fmt::format("hdfs.json[{}]", i), "${" + printable(name) + "}",
                          "the name of a property whose value is not secret",
                          "names no property that may be part of a path"});
    }
    if (!unknown.empty()) continue;
    if (!is_plain_path(directory.path)) {
      // As it is written: what was put in for a name is not the reader's to see.
      problems.push_back({at(i, "path"), shown_value("", json::text_of(descriptor[i], "path")),
                          "an absolute HDFS path without '.', '..', ':' or control characters",
                          ""});
      continue;
    }
    const auto refused = std::find_if(
        rules.refused_roots.begin(), rules.refused_roots.end(),
        [&](const std::string& root) { return is_same_or_above(root, directory.path); });
    if (refused != rules.refused_roots.end()) {
      problems.push_back({at(i, "path"), shown_value("", json::text_of(descriptor[i], "path")),
                          "a path elsewhere",
                          fmt::format("is below {}, where plugins keep the state of components "
                                      "(hdfs_refused_roots, state_root)",
                                      *refused)});
      continue;
    }
    if (!levels) {
      problems.push_back({at(i, "delete_on_undeploy"),
                          shown_value("", *json::find(descriptor[i], "delete_on_undeploy")),
                          "a whole number", ""});
      continue;
    }
    directory.path = leading_path(directory.path, longest_path);
    directory.delete_levels = *levels;
    check_deletion(directory, i, rules, problems);
    result.push_back(std::move(directory));
  }
  return result;
}

json::document to_json(const std::vector<hdfs_directory>& directories) {
  json::document list = json::make_array();
  auto& memory = list.GetAllocator();
  for (const hdfs_directory& directory : directories) {
    json::value element(rapidjson::kObjectType);
    json::set(element, "name", directory.name, memory);
    json::set(element, "path", directory.path, memory);
    json::set(element, "delete_on_undeploy", std::int64_t{directory.delete_levels}, memory);
    json::set(element, "made_from", directory.made_from, memory);
    list.PushBack(element, memory);
  }
  return list;
}

std::vector<hdfs_directory> hdfs_directories_from(const json::value& list) {
  std::vector<hdfs_directory> result;
  if (!list.IsArray()) return result;
  for (const auto& element : list.GetArray()) {
    const json::value* levels = json::find(element, "delete_on_undeploy");
    result.push_back({std::string(json::text_of(element, "name")),
                      std::string(json::text_of(element, "path")),
                      levels != nullptr && levels->IsInt() ? levels->GetInt() : 0,
                      std::string(json::text_of(element, "made_from"))});
  }
  return result;
}

}  // namespace manager
