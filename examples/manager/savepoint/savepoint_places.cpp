// Where a page of an application's restore points ended.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_places.h"

#include "base/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

// Ids are the plugin's: only what separates them here must be written otherwise.
std::string written(std::string_view id) {
  std::string text;
  for (const char c : id) {
    if (c == '~' || c == '%') {
      text += c == '~' ? "%7E" : "%25";
    } else {
      text += c;
    }
  }
  return text;
}

std::string read(std::string_view text) {
  std::string id;
  for (std::size_t at = 0; at < text.size();) {
    const bool tilde = text.substr(at).starts_with("%7E");
    const bool percent = text.substr(at).starts_with("%25");
    id += tilde ? '~' : percent ? '%' : text[at];
    at += tilde || percent ? 3 : 1;
  }
  return id;
}

}  // namespace

std::string to_text(const savepoint_places& places) {
  std::string text;
  for (const auto& [component, id] : places) {
    text += fmt::format("{}{}.{}.{}", text.empty() ? "" : "~", component.first, component.second,
                        written(id));
  }
  return text;
}

std::optional<savepoint_places> savepoint_places_from(std::string_view text) {
  savepoint_places places;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('~', begin), text.size());
    const std::string_view one = text.substr(begin, end - begin);
    const std::size_t type_end = std::min(one.find('.'), one.size());
    const std::size_t name_end = std::min(one.find('.', type_end + 1), one.size());
    const std::string_view type = one.substr(0, type_end);
    if (type_end == one.size() || name_end + 1 >= one.size() || !is_name(type)) return std::nullopt;
    const std::string_view name = one.substr(type_end + 1, name_end - type_end - 1);
    if (!is_name(name)) return std::nullopt;
    places[{std::string(type), std::string(name)}] = read(one.substr(name_end + 1));
    begin = end + 1;
  }
  return places;
}

std::string place_in(const savepoint_places& places, const component_record& component) {
  const auto found = places.find({component.type, component.name});
  return found == places.end() ? std::string() : found->second;
}

}  // namespace manager
