// What is remembered of a deployed package.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_metadata.h"

#include "access/secrets.h"
#include "application/properties.h"
#include "base/names.h"
#include "hdfs/hdfs_descriptor.h"
#include "package/oozie_component.h"

#include <fmt/format.h>

namespace manager {
namespace {

json::value parse_descriptor(const std::string& text, const std::string& where, bool object,
                             json::allocator& memory, std::vector<problem>& problems) {
  std::string syntax;
  const auto parsed = json::parse_properties(text, syntax);
  if (!parsed) {
    problems.push_back({where, "", object ? "a JSON object" : "a JSON list", syntax});
  } else if (object && !parsed->IsObject()) {
    problems.push_back({where, shown_value("", *parsed), "a JSON object", ""});
  } else {
    return json::copy(*parsed, memory);
  }
  return json::value(object ? rapidjson::kObjectType : rapidjson::kArrayType);
}

}  // namespace

package_metadata::package_metadata(const std::string& text)
    : document_(json::parse_or_throw(text, "the registry's package metadata")) {}

package_metadata::package_metadata(json::document document) : document_(std::move(document)) {}

package_metadata package_metadata::from_archive(const std::string& package, const std::string& user,
                                                const std::vector<packaged_component>& components) {
  json::document result = json::make_object();
  auto& memory = result.GetAllocator();
  std::vector<problem> problems;
  json::value types(rapidjson::kObjectType);
  std::vector<std::string> warnings;
  for (const packaged_component& from : components) {
    const std::string path = fmt::format("{}/{}/{}", package, from.type, from.name);
    json::value detail(rapidjson::kObjectType);
    std::string type = from.type;
    for (const std::string& member : from.members) {
      json::set(detail, member, json::value(rapidjson::kObjectType), memory);
    }
    json::value files(rapidjson::kArrayType);
    for (const std::string& file : from.files) {
      files.PushBack(json::make_string(file, memory), memory);
    }
    json::value component(rapidjson::kObjectType);
    json::set(component, "component_name", from.name, memory);
    json::set(component, "component_path", path, memory);
    if (!from.properties.empty()) {
      const std::string file = path + "/properties.json";
      json::value properties = parse_descriptor(from.properties, file, true, memory, problems);
      check_property_names(file, properties, problems);
      if (from.type == oozie_type) {
        if (auto flink = flink_of_oozie(properties, from.files, file, problems, warnings)) {
          properties = json::copy(*flink, memory);
          type = "flink";
        }
      }
      json::set(detail, "properties.json", std::move(properties), memory);
    }
    json::set(component, "component_detail", std::move(detail), memory);
    json::set(component, "files", std::move(files), memory);
    json::set(component, "disk_bytes", static_cast<std::int64_t>(from.disk_bytes), memory);
    if (!from.hdfs.empty()) {
      json::value list = parse_descriptor(from.hdfs, path + "/hdfs.json", false, memory, problems);
      check_hdfs_descriptor(list, problems);
      json::set(component, "hdfs.json", std::move(list), memory);
    }
    json::value& of_type = json::object_under(types, type, memory);
    if (json::find(of_type, from.name) != nullptr) {
      problems.push_back({path, fmt::format("a second component {}/{}", type, from.name),
                          "another name, since both would be of type flink here", ""});
    }
    json::set(of_type, from.name, std::move(component), memory);
  }
  if (!problems.empty()) {
    throw failure::invalid("The package's descriptors are wrong", std::move(problems));
  }
  json::set(result, "package_name", package, memory);
  json::set(result, "user", user, memory);
  json::set(result, "component_types", std::move(types), memory);
  if (!warnings.empty()) {
    json::value list(rapidjson::kArrayType);
    for (const std::string& one : warnings) list.PushBack(json::make_string(one, memory), memory);
    json::set(result, "warnings", std::move(list), memory);
  }
  return package_metadata(std::move(result));
}

std::vector<package_metadata::component> package_metadata::components() const {
  std::vector<component> result;
  const json::value* types = json::find(document_, "component_types");
  if (types == nullptr) return result;
  for (const auto& type : types->GetObject()) {
    for (const auto& member : type.value.GetObject()) {
      component found{std::string(json::view(type.name)),
                      std::string(json::view(member.name)),
                      std::string(json::text_of(member.value, "component_path")),
                      {}};
      if (const json::value* files = json::find(member.value, "files")) {
        for (const auto& file : files->GetArray()) found.files.emplace_back(json::view(file));
      }
      result.push_back(std::move(found));
    }
  }
  return result;
}

const json::value* package_metadata::entry(const std::string& type, const std::string& name) const {
  const json::value* types = json::find(document_, "component_types");
  const json::value* of_type = types == nullptr ? nullptr : json::find(*types, type);
  return of_type == nullptr ? nullptr : json::find(*of_type, name);
}

const json::value& package_metadata::defaults(const std::string& type,
                                              const std::string& name) const {
  static const json::value empty(rapidjson::kObjectType);
  const json::value* found = entry(type, name);
  const json::value* detail = found == nullptr ? nullptr : json::find(*found, "component_detail");
  const json::value* properties =
      detail == nullptr ? nullptr : json::find(*detail, "properties.json");
  return properties == nullptr ? empty : *properties;
}

json::document package_metadata::all_defaults() const {
  json::document result = json::make_object();
  auto& memory = result.GetAllocator();
  for (const component& one : components()) {
    json::set(json::object_under(result, one.type, memory), one.name,
              json::copy(defaults(one.type, one.name), memory), memory);
  }
  return result;
}

std::vector<std::string> package_metadata::warnings() const {
  std::vector<std::string> result;
  if (const json::value* list = json::find(document_, "warnings"); list != nullptr) {
    for (const auto& one : list->GetArray()) result.emplace_back(json::view(one));
  }
  return result;
}

std::uint64_t package_metadata::disk_bytes() const {
  std::uint64_t bytes = 0;
  for (const component& one : components()) {
    const json::value* own = json::find(*entry(one.type, one.name), "disk_bytes");
    if (own != nullptr && own->IsUint64()) bytes += own->GetUint64();
  }
  return bytes;
}

const json::value* package_metadata::hdfs(const std::string& type, const std::string& name) const {
  const json::value* found = entry(type, name);
  return found == nullptr ? nullptr : json::find(*found, "hdfs.json");
}

}  // namespace manager
