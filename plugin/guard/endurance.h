// Endurance: whatever goes wrong around a guard on its node is reported and tried again, with
// pauses that grow up to five minutes. supervisord starts an ended program again at once, and never
// again one that ended with an expected code: neither is an answer to a full disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <random>

#include "io/error.h"
#include "io/http.h"
#include "io/operation.h"

namespace dm::guard {

// Longest wait between two attempts at anything.
inline constexpr io::milliseconds longest_delay{300'000};

// Each pause is twice the one before, spread by ± 20 % so that many guards do not come back at the
// same moment.
class growing_pause {
 public:
  explicit growing_pause(io::milliseconds first, io::milliseconds longest = longest_delay);
  io::milliseconds next();
  void reset() { coming_ = first_; }

 private:
  io::milliseconds first_;
  io::milliseconds longest_;
  io::milliseconds coming_;
  std::minstd_rand random_;
};

// Calls `attempt` until it gives an exit code, or the operation is cancelled (guard_exit_done). An
// error or an exception of it is reported, and waited out. An attempt that lasted longer than the
// longest pause has been a success of its own: the pauses start anew.
int endure(const io::operation& op, io::http_client& wait, growing_pause pause,
           const std::function<void(const error&)>& report,
           const std::function<result<int>()>& attempt);

}  // namespace dm::guard
