// What is other in a package than in another one.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_difference.h"

#include "access/secrets.h"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace manager {
namespace {

using component_name = std::pair<std::string, std::string>;  // type, name

void describe(json::value& into, const package_file& file, json::allocator& memory) {
  json::set(into, "size", file.size, memory);
  json::set(into, "mode", fmt::format("{:04o}", file.mode), memory);
  json::set(into, "sha256", file.sha256, memory);
}

// A value as it may be shown: whether it is secret is told by its name.
json::value shown(std::string_view name, const json::value& value, json::allocator& memory) {
  json::value alone(rapidjson::kObjectType);
  json::set(alone, name, json::copy(value, memory), memory);
  json::value masked = with_masked_secrets(alone, memory);
  return std::move(masked.MemberBegin()->value);
}

json::value property_difference(const json::value& from, const json::value& to,
                                json::allocator& memory) {
  json::value added(rapidjson::kObjectType);
  json::value removed(rapidjson::kObjectType);
  json::value changed(rapidjson::kObjectType);
  for (const auto& property : to.GetObject()) {
    const std::string_view name = json::view(property.name);
    const json::value* before = json::find(from, name);
    if (before == nullptr) {
      json::set(added, name, shown(name, property.value, memory), memory);
    } else if (*before != property.value) {
      json::value both(rapidjson::kObjectType);
      json::set(both, "from", shown(name, *before, memory), memory);
      json::set(both, "to", shown(name, property.value, memory), memory);
      json::set(changed, name, std::move(both), memory);
    }
  }
  for (const auto& property : from.GetObject()) {
    const std::string_view name = json::view(property.name);
    if (json::find(to, name) != nullptr) continue;
    json::set(removed, name, shown(name, property.value, memory), memory);
  }
  if (added.ObjectEmpty() && removed.ObjectEmpty() && changed.ObjectEmpty()) return {};
  json::value result(rapidjson::kObjectType);
  json::set(result, "added", std::move(added), memory);
  json::set(result, "removed", std::move(removed), memory);
  json::set(result, "changed", std::move(changed), memory);
  return result;
}

json::value named(const component_name& name, json::allocator& memory) {
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "type", name.first, memory);
  json::set(entry, "component", name.second, memory);
  return entry;
}

std::set<component_name> names_in(const package_metadata& package) {
  std::set<component_name> names;
  for (const auto& one : package.components()) names.emplace(one.type, one.name);
  return names;
}

}  // namespace

std::vector<file_difference> differing_files(const std::vector<package_file>& from,
                                             const std::vector<package_file>& to,
                                             std::size_t limit) {
  std::vector<file_difference> result;
  auto before = from.begin();
  auto after = to.begin();
  while (result.size() < limit && (before != from.end() || after != to.end())) {
    if (after == to.end() || (before != from.end() && before->path < after->path)) {
      result.push_back({*before++, std::nullopt});
    } else if (before == from.end() || after->path < before->path) {
      result.push_back({std::nullopt, *after++});
    } else {
      if (*before != *after) result.push_back({*before, *after});
      ++before;
      ++after;
    }
  }
  return result;
}

json::value to_json(const package_file& file, json::allocator& memory) {
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "path", file.path, memory);
  describe(entry, file, memory);
  return entry;
}

json::value to_json(const std::vector<file_difference>& files, json::allocator& memory) {
  json::value added(rapidjson::kArrayType);
  json::value removed(rapidjson::kArrayType);
  json::value changed(rapidjson::kArrayType);
  for (const file_difference& one : files) {
    if (!one.from) {
      added.PushBack(to_json(*one.to, memory), memory);
    } else if (!one.to) {
      removed.PushBack(to_json(*one.from, memory), memory);
    } else {
      json::value before(rapidjson::kObjectType);
      json::value after(rapidjson::kObjectType);
      describe(before, *one.from, memory);
      describe(after, *one.to, memory);
      json::value entry(rapidjson::kObjectType);
      json::set(entry, "path", one.path(), memory);
      json::set(entry, "from", std::move(before), memory);
      json::set(entry, "to", std::move(after), memory);
      changed.PushBack(entry, memory);
    }
  }
  json::value result(rapidjson::kObjectType);
  json::set(result, "added", std::move(added), memory);
  json::set(result, "removed", std::move(removed), memory);
  json::set(result, "changed", std::move(changed), memory);
  return result;
}

json::value component_difference(const package_metadata& from, const package_metadata& to,
                                 json::allocator& memory) {
  json::value added(rapidjson::kArrayType);
  json::value removed(rapidjson::kArrayType);
  json::value changed(rapidjson::kArrayType);
  const auto before = names_in(from);
  const auto after = names_in(to);
  for (const component_name& one : after) {
    if (!before.contains(one)) {
      added.PushBack(named(one, memory), memory);
      continue;
    }
    json::value properties = property_difference(from.defaults(one.first, one.second),
                                                 to.defaults(one.first, one.second), memory);
    if (properties.IsNull()) continue;
    json::value entry = named(one, memory);
    json::set(entry, "properties", std::move(properties), memory);
    changed.PushBack(entry, memory);
  }
  for (const component_name& one : before) {
    if (!after.contains(one)) removed.PushBack(named(one, memory), memory);
  }
  json::value result(rapidjson::kObjectType);
  json::set(result, "added", std::move(added), memory);
  json::set(result, "removed", std::move(removed), memory);
  json::set(result, "changed", std::move(changed), memory);
  return result;
}

}  // namespace manager
