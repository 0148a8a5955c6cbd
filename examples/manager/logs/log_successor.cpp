// Which log goes on where one has ended.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_successor.h"

#include <algorithm>

namespace manager {
namespace {

log_identity identity_of(const json::value& source) {
  log_identity known;
  known.id = json::text_of(source, "id");
  known.kind = json::text_of(source, "kind");
  known.container_id = json::text_of(source, "container_id");
  known.file = json::text_of(source, "file");
  const json::value* epoch = json::find(source, "epoch");
  if (epoch != nullptr && epoch->IsInt64()) known.epoch = epoch->GetInt64();
  return known;
}

// A file's name without its epoch: the clients' files differ in it alone.
std::string role_of(const log_identity& source) {
  std::string role = source.file;
  std::erase_if(role, [](char c) { return c >= '0' && c <= '9'; });
  return role;
}

bool began_after(const log_identity& one, const log_identity& ended) {
  if (one.epoch != ended.epoch) return one.epoch > ended.epoch;
  // Of one application the ids count upwards.
  return !ended.container_id.empty() && one.container_id.size() == ended.container_id.size() &&
         one.container_id > ended.container_id;
}

}  // namespace

std::optional<log_identity> find_source(const json::value& sources, const std::string& id) {
  if (!sources.IsArray()) return std::nullopt;
  for (const auto& source : sources.GetArray()) {
    if (json::text_of(source, "id") == id) return identity_of(source);
  }
  return std::nullopt;
}

std::optional<log_identity> successor_of(const json::value& sources, const log_identity& ended) {
  if (!sources.IsArray()) return std::nullopt;
  std::optional<log_identity> found;
  for (const auto& source : sources.GetArray()) {
    const log_identity one = identity_of(source);
    if (one.kind != ended.kind || role_of(one) != role_of(ended) || !began_after(one, ended) ||
        json::text_of(source, "state") == "unavailable")
      continue;
    const bool better = !found || one.epoch > found->epoch ||
                        (one.epoch == found->epoch && one.container_id < found->container_id);
    if (better) found = one;
  }
  return found;
}

}  // namespace manager
