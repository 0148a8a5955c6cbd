// The configuration's part "housekeeping".
// SPDX-License-Identifier: Apache-2.0
#include "configuration/housekeeping_configuration.h"

#include "access/secrets.h"
#include "base/names.h"
#include "housekeeping/housekeeping_request.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr std::int64_t most_hours = 24 * 366;

}  // namespace

void read_housekeeping(configuration_reader root, configuration& into) {
  housekeeping_settings& settings = into.housekeeping;
  settings.interval = std::chrono::hours(root.integer("interval_hours", 0, 0, most_hours));
  settings.dry_run = root.flag("dry_run", false);
  settings.kinds = root.texts("kinds", {});
  for (const std::string& kind : settings.kinds) {
    if (is_housekeeping_word(kind)) continue;
    root.problem_at("kinds", printable(kind), std::string(housekeeping_word_rule), "");
  }
  if (const json::value* ages = root.object("ages_days", false); ages != nullptr) {
    for (const auto& member : ages->GetObject()) {
      const std::string kind(json::view(member.name));
      const bool good = is_housekeeping_word(kind) && member.value.IsInt64() &&
                        member.value.GetInt64() >= 0 && member.value.GetInt64() <= longest_age_days;
      if (good) {
        settings.ages_days[kind] = member.value.GetInt64();
      } else {
        root.problem_at("ages_days." + printable(kind), shown_value(kind, member.value),
                        fmt::format("days, 0 to {}, under the name of a kind", longest_age_days),
                        "");
      }
    }
  }
  root.finish();
}

}  // namespace manager
