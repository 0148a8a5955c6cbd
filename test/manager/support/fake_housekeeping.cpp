// Leftovers of the fake plugin.
// SPDX-License-Identifier: Apache-2.0
#include "support/fake_housekeeping.h"

#include <dm_plugin.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

namespace fake_housekeeping {
namespace {

constexpr std::size_t most_told = 2;

bool flag(const rapidjson::Value& request, const char* name, bool otherwise) {
  const auto found = request.FindMember(name);
  return found != request.MemberEnd() && found->value.IsBool() ? found->value.GetBool() : otherwise;
}

std::vector<std::string> left_in(const std::string& script) {
  std::vector<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(script)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("left-", 0) == 0) ids.push_back(name.substr(5));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

fake_savepoints::answer carry_out(const std::string& verb, const std::string& script,
                                  const rapidjson::Value& request) {
  const bool cleans = verb == "clean" && !flag(request, "dry_run", true);
  std::set<std::string> wanted;
  const auto named = request.FindMember("entries");
  const bool some = named != request.MemberEnd() && named->value.IsArray();
  if (some) {
    for (const auto& id : named->value.GetArray()) wanted.insert(id.GetString());
  }
  std::string entries;
  std::size_t told = 0;
  bool more = false;
  bool changed = false;
  for (const std::string& id : left_in(script)) {
    if (some && wanted.erase(id) == 0) continue;
    if (told == most_told) {
      more = true;
      continue;
    }
    ++told;
    entries += (entries.empty() ? "" : ",") + std::string(R"({"id":")") + id +
               R"(","kind":"staging","what":"files","path":"/left/)" + id +
               R"(","size_bytes":1000,"why":"old","breaks":"nothing","cleanable":true)";
    if (cleans) {
      const bool removed = ::unlink((script + "/left-" + id).c_str()) == 0;
      changed = changed || removed;
      entries += removed ? R"(,"removed":true)" : R"(,"removed":false)";
      std::ofstream(script + "/effects", std::ios::app) << "clean " + id + "\n";
    }
    entries += "}";
  }
  std::string gone;
  for (const std::string& id : wanted) gone += (gone.empty() ? "\"" : ",\"") + id + "\"";
  return {DM_STATUS_OK, std::string(R"({"schema":1,"changed":)") + (changed ? "true" : "false") +
                            R"(,"entries":[)" + entries + R"(],"withheld":[],"more":[)" +
                            (more ? "\"staging\"" : "") + R"(],"gone":[)" + gone + "]}"};
}

}  // namespace fake_housekeeping
