// Where a component is to run: the queue it asks for, and the one it gets where nobody names any.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

inline constexpr std::string_view queue_key = "yarn.application.queue";

struct queue_plan {
  std::string requested;  // by the component; empty: it leaves it to the node
  std::string path;       // where the component says so, or where the node's default stands
  std::string fallback;   // the node's; empty: YARN's own default
};
queue_plan plan_queue(const input::settings& settings, const descriptor& descriptor);

// Options without those that name a queue: a policy has the last word on it, at each submission.
std::vector<std::string> without_queue(const std::vector<std::string>& options);

// What a policy cannot be asked for: the requested queue becomes its argument (INV-8).
void check_queue_request(const input::settings& settings, descriptor_reading& reading);

}  // namespace dm::package
