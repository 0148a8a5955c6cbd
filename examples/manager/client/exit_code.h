// How dmctl ends: what scripts may rely on. README.md and dmctl.1 have the same table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dmctl {

enum class exit_code {
  done = 0,
  failed = 1,         // it was tried, and failed, or is not in order
  usage = 2,          // the command line, the configuration or the request is wrong (400)
  unreachable = 3,    // nobody answers, or what is answered does not tell (503, an answer was lost)
  forbidden = 4,      // 401, 403
  not_found = 5,      // 404
  conflict = 6,       // 409: another state, or something else is under way
  unfinished = 7,     // accepted and not done yet: it goes on, or is awaited
  interrupted = 130,  // Ctrl-C, as shells have it
};

constexpr int number(exit_code code) { return static_cast<int>(code); }

}  // namespace dmctl
