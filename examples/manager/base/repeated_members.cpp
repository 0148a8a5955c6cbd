// Members that an object of a JSON document has more than once.
// SPDX-License-Identifier: Apache-2.0
#include "base/repeated_members.h"

#include "base/names.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>
#include <utility>

namespace manager {
namespace json {
namespace {

void find_repeated(const value& from, const std::string& path, std::size_t most,
                   std::vector<std::string>& found) {
  if (from.IsArray()) {
    for (rapidjson::SizeType i = 0; i < from.Size() && found.size() < most; ++i) {
      // Most elements hold nothing: no text for each of them.
      if (!from[i].IsObject() && !from[i].IsArray()) continue;
      find_repeated(from[i], fmt::format("{}[{}]", path, i), most, found);
    }
  }
  if (!from.IsObject()) return;
  std::unordered_map<std::string_view, bool> told;
  for (const auto& member : from.GetObject()) {
    if (found.size() >= most) return;
    const std::string_view name = view(member.name);
    const auto [known, is_new] = told.emplace(name, false);
    const bool nested = member.value.IsObject() || member.value.IsArray();
    if (is_new && !nested) continue;
    const std::string here = fmt::format("{}.{}", path, printable(name));
    if (!is_new && !std::exchange(known->second, true)) found.push_back(here);
    if (nested) find_repeated(member.value, here, most, found);
  }
}

}  // namespace

std::vector<std::string> repeated_members(const value& from, std::size_t most) {
  std::vector<std::string> found;
  find_repeated(from, "$", most, found);
  return found;
}

}  // namespace json

void add_repeated_members(const json::value& from, std::vector<problem>& problems) {
  for (std::string& path : json::repeated_members(from, most_problems + 1)) {
    problems.push_back({std::move(path), "", "", "is given more than once"});
  }
}

}  // namespace manager
