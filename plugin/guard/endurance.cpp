// Endurance: attempts with growing pauses.
// SPDX-License-Identifier: Apache-2.0
#include "guard/endurance.h"

#include <algorithm>
#include <exception>

#include "component/guard_spec.h"

namespace dm::guard {

growing_pause::growing_pause(io::milliseconds first, io::milliseconds longest)
    : first_(first), longest_(longest), coming_(first), random_(std::random_device{}()) {}

io::milliseconds growing_pause::next() {
  std::uniform_real_distribution<double> spread(0.8, 1.2);
  const io::milliseconds pause(
      static_cast<std::int64_t>(static_cast<double>(coming_.count()) * spread(random_)));
  coming_ = std::min(coming_ * 2, longest_);
  return pause;
}

int endure(const io::operation& op, io::http_client& wait, growing_pause pause,
           const std::function<void(const error&)>& report,
           const std::function<result<int>()>& attempt) {
  const auto guarded = [&attempt]() -> result<int> {
    try {
      return attempt();
    } catch (const std::exception& problem) {
      return fail(status_code::internal, problem.what());
    }
  };
  while (!op.cancelled()) {
    const auto began = std::chrono::steady_clock::now();
    const result<int> outcome = guarded();
    if (outcome) return *outcome;
    if (op.cancelled()) break;
    report(outcome.error());
    if (std::chrono::steady_clock::now() - began >= longest_delay) pause.reset();
    (void)wait.sleep(op, pause.next());
  }
  return component::guard_exit_done;
}

}  // namespace dm::guard
