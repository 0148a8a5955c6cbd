// What a plugin is asked for by housekeeping: its components, and what a client or the schedule
// wants.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/application_store.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

inline constexpr std::int64_t longest_age_days = 3650;

/// The name of a kind, or the id of an entry: a plugin's words, which this host passes on.
bool is_housekeeping_word(std::string_view text);
inline constexpr std::string_view housekeeping_word_rule =
    "1 to 100 of a-z, 0-9 and '-', as GET /housekeeping tells it";

/// {"schema","namespace","records": [...]} and every member of `wish`: "kinds", "older_than_ms",
/// "ages_ms", and of a clean "entries" or "all", and "dry_run". Of `components` those of the type;
/// what is not created yet, or not destroyed any more, belongs to them too.
json::document housekeeping_request(const std::string& name_space, const std::string& type,
                                    const std::vector<component_record>& components,
                                    const json::value& wish);

}  // namespace manager
