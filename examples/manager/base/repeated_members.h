// Members that an object of a JSON document has more than once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <cstddef>
#include <string>
#include <vector>

namespace manager {

namespace json {

/// Their paths, "$.flink.main", the first `most` of them. Which one counts is told by no standard,
/// and each reader has his own answer. For documents that json::parse has read: their depth is
/// bounded.
std::vector<std::string> repeated_members(const value& from, std::size_t most);

}  // namespace json

/// Adds a problem for each, of very many for as many as are told.
void add_repeated_members(const json::value& from, std::vector<problem>& problems);

}  // namespace manager
