// What may stand in a map of the queue policy.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cluster/queue_name.h"
#include "fuzz.h"
#include "queue_policy/queue_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto map = dm::queue_policy::read_queue_map(dm::fuzz::text_of(data, size));
  for (const auto& rule : map.rules) {
    dm::fuzz::require(rule.line > 0, "a rule has a line");
    dm::fuzz::require(dm::cluster::is_queue_name(rule.queue), "a rule names a queue");
  }
  for (const auto& remark : map.remarks) {
    dm::fuzz::require(std::none_of(remark.text.begin(), remark.text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
                      "a remark has nothing that a terminal obeys");
  }
  for (const auto& queue : dm::queue_policy::queues_of(map, {"alice", {"prod", "dev"}}))
    dm::fuzz::require(dm::cluster::is_queue_name(queue), "an answer is a queue");
  return 0;
}
