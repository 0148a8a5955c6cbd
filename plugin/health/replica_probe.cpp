// One of a pair is active, and the other one must be there to take over.
// SPDX-License-Identifier: Apache-2.0
#include "health/replica_probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "health/shown_text.h"

namespace dm::health {

namespace {

std::string name_of(const std::string& kind, const replica& one) {
  return kind + " " + shown(one.address, 200);
}

// None is active: that is certain only when one of them says so.
void note_none(finding& found, const std::string& kind, const std::vector<replica>& all) {
  const bool one_told =
      std::any_of(all.begin(), all.end(), [](const replica& one) { return one.is.has_value(); });
  if (one_told)
    found.fault(fmt::format("no {} is active; while it stays so nothing can be started", kind));
  for (const replica& one : all) {
    if (one.why_not) note_failure(found, name_of(kind, one), *one.why_not);
    if (one.is == role::not_ready) found.warn(name_of(kind, one) + " is not ready yet");
  }
}

}  // namespace

std::string subject_of(const std::string& kind, const std::vector<std::string>& addresses) {
  std::string text = kind;
  for (const std::string& one : addresses) text += " " + shown(one, 200);
  return text;
}

std::optional<std::size_t> judge_replicas(finding& found, const std::string& kind,
                                          const std::vector<replica>& all, io::milliseconds slow) {
  std::optional<std::size_t> active;
  for (std::size_t i = 0; i < all.size(); ++i) {
    found.took_ms = std::max(found.took_ms, all[i].took_ms);
    if (all[i].is != role::active) continue;
    if (active)
      found.warn(fmt::format("both {} and {} say that they are active", name_of(kind, all[*active]),
                             name_of(kind, all[i])));
    if (!active) active = i;
  }
  if (!active) {
    note_none(found, kind, all);
    return active;
  }
  if (all.size() > 1) found.says.push_back("active: " + shown(all[*active].address, 200));
  note_slow(found, name_of(kind, all[*active]), all[*active].took_ms, slow);
  for (const replica& one : all) {
    // The other one's trouble is no fault of what works.
    if (one.why_not)
      found.warn(fmt::format("{} could not take over: {}", name_of(kind, one),
                             shown(one.why_not->message)));
    if (one.is == role::not_ready)
      found.warn(name_of(kind, one) + " could not take over: it is not ready yet");
  }
  return active;
}

}  // namespace dm::health
