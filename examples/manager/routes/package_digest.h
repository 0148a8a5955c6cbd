// The digest of a deployed package's archive in an answer, or why there is none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/package_store.h"

#include <fmt/format.h>

#include <string>

namespace manager {

inline std::string why_no_digest(const package_record& package) {
  return fmt::format(
      "{} was deployed by an earlier version of the Deployment Manager, which did not look at its "
      "bytes; undeploy it and deploy it again",
      package.name);
}

/// "sha256" and "bytes"; null with the reason, "sha256_unknown_because", of one that was deployed
/// before there were digests.
inline void set_digest(json::value& into, const package_record& package, json::allocator& memory) {
  json::set(into, "sha256", package.sha256, memory);
  if (package.sha256) {
    json::set(into, "bytes", package.bytes, memory);
  } else if (package.state == package_state::deployed) {
    json::set(into, "sha256_unknown_because", why_no_digest(package), memory);
  }
}

}  // namespace manager
