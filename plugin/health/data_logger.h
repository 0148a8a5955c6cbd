// The console's data logger: a report as its /metrics takes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "health/finding.h"
#include "io/http.h"

namespace dm::health {

// It takes no more at once.
inline constexpr std::size_t most_posted_bytes = 102'400;

// The bodies to be posted: all items in one, or, where that is too large, one for each item. An
// item is {"source":"flink","metric","value","causes","timestamp"}, in which causes is a list of
// texts as JSON in a text; the health item is the last one.
std::vector<std::string> posted_bodies(const report& all);

// Posts them, the next one when the one before was taken. Anything but HTTP 200 is an error.
result<void> post(const io::operation& op, io::http_client& http, const std::string& url,
                  const report& all);

}  // namespace dm::health
