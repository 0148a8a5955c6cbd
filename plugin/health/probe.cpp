// What all probes make of answers that did not come, came late, or are somebody else's.
// SPDX-License-Identifier: Apache-2.0
#include "health/probe.h"

#include <fmt/format.h>

#include "health/shown_text.h"

namespace dm::health {

bool cut_off(const error& why) {
  return why.code == status_code::deadline_exceeded || why.code == status_code::cancelled;
}

bool refused(status_code code) {
  return code == status_code::unauthenticated || code == status_code::permission_denied;
}

void note_failure(finding& found, const std::string& who, const error& why) {
  const std::string said = shown(why.message);
  if (cut_off(why)) {
    found.warn(fmt::format("{}: could not be told in the time of the whole run: {}", who, said));
  } else if (refused(why.code)) {
    found.warn(
        fmt::format("{}: could not be told, since it does not let this program in: {}", who, said));
  } else if (why.code == status_code::resource_exhausted) {
    found.warn(fmt::format("{}: could not be told: {}", who, said));
  } else {
    found.fault(fmt::format("{} does not answer as it should: {}", who, said));
  }
}

void note_slow(finding& found, const std::string& who, std::int64_t took_ms,
               io::milliseconds limit) {
  if (limit.count() == 0 || took_ms <= limit.count()) return;
  found.warn(
      fmt::format("{} answers slowly: {} ms, the limit is {} ms", who, took_ms, limit.count()));
}

}  // namespace dm::health
