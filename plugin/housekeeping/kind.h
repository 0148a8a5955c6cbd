// The kinds of things that may be left over: their names, from which age on one counts as left
// over, and what would be missed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dm::housekeeping {

enum class kind {
  archived_job,
  staging,
  temporary,
  library,
  job_jar,
  client_log,
  incident,
  checkpoint,
  second_application,
  live_without_record,
  record_without_application,
  record_without_files,
  program_without_component,
  files_without_component,
  ledger_without_files,
  files_without_ledger,
  history_server
};
inline constexpr std::size_t kind_count = 17;
constexpr std::size_t index_of(kind one) { return static_cast<std::size_t>(one); }

struct kind_rule {
  std::string_view name;
  // 0: its age means nothing.
  std::int64_t usual_age_ms;
  // However short the age is that was asked for: what is younger may still be being made.
  std::int64_t least_age_ms;
  std::string_view breaks;  // what would be missed if it were gone
};
const kind_rule& rule_of(kind one);
inline std::string_view to_string(kind one) { return rule_of(one).name; }
std::optional<kind> parse_kind(std::string_view name);
std::vector<std::string_view> kind_names();  // in the order of the enumeration

}  // namespace dm::housekeeping
