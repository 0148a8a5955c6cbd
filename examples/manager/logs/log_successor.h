// Which log goes on where one has ended: that of the next incarnation, or of the container that
// replaced one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>

namespace manager {

/// What is known of a source, of a reply's "sources".
struct log_identity {
  std::string id;
  std::string kind;
  std::int64_t epoch = 0;
  std::string container_id;
  std::string file;
};

/// nullopt: the sources have none of that id.
std::optional<log_identity> find_source(const json::value& sources, const std::string& id);

/// The one of the same kind and file that began after it, if it can be read: of the newest
/// incarnation, and of several containers the one that began first. nullopt: there is none yet.
std::optional<log_identity> successor_of(const json::value& sources, const log_identity& ended);

}  // namespace manager
