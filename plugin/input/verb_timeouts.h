// How long each verb may take when neither the call nor the settings say so.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dm::input {

// nullopt: no such verb.
std::optional<std::int64_t> default_timeout_ms(std::string_view verb);
// "one of the verbs validate, create, ...": for problem::allowed.
std::string verb_names();

}  // namespace dm::input
