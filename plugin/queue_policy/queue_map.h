// The map of the queue policy: which queues an account may use, the first of them its own unless it
// asks for another one. The format is the original platform's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/account_groups.h"

namespace dm::queue_policy {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

enum class member_kind { user, group, everybody };

// "user: queue", ":group queue" or "* queue".
struct queue_rule {
  std::size_t line = 0;  // from 1
  member_kind kind = member_kind::everybody;
  std::string member;  // the user's or the group's name; empty: everybody
  std::string queue;
};

// What is to be said of a line, or of the map (line 0).
struct map_remark {
  std::size_t line = 0;
  bool unusable = false;  // the line is no rule, and counts for nobody
  std::string text;       // what is wrong, and what would be right
};

struct queue_map {
  std::vector<queue_rule> rules;  // in their order
  std::vector<map_remark> remarks;
};

// Reads every line, whatever is wrong with others. Blank lines and those that begin with # are
// none.
queue_map read_queue_map(std::string_view text);

// Names of groups are compared whole: dev-ops is not dev.
bool fits(const queue_rule& rule, const io::account_groups& submitter);

// Those that the submitter may use, in the map's order, each once. The first one is its own.
std::vector<std::string> queues_of(const queue_map& map, const io::account_groups& submitter);

}  // namespace dm::queue_policy
