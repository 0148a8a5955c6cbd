// One thing that is looked at: what is asked of it, and what is made of the answers. Probes ask
// side by side, in rounds (rounds.h); a hanging one costs its own time and no other's answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "health/finding.h"
#include "io/http.h"

namespace dm::health {

struct timed_answer {
  result<io::http_response> response;
  std::int64_t took_ms = 0;
};

class probe {
 public:
  probe() = default;
  virtual ~probe() = default;
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;

  // The requests of the next round, without time limits; none: it has asked for all it wants.
  virtual std::vector<io::http_request> ask() = 0;
  // Of that round's requests, each once, in their order.
  virtual void take(std::size_t index, timed_answer answer) = 0;
  // When nobody asks any more.
  virtual finding conclude() = 0;
};

// An answer that never came because the whole run was over says nothing of who was asked.
bool cut_off(const error& why);
// It asks who is there, and does not let us in: it serves, but what it would say is not told.
bool refused(status_code code);

// No answer, or one that is not its own. `who`: "ResourceManager http://rm1:8088".
void note_failure(finding& found, const std::string& who, const error& why);
// An answer that took longer than the limit, 0 being none.
void note_slow(finding& found, const std::string& who, std::int64_t took_ms,
               io::milliseconds limit);

}  // namespace dm::health
