// The words of health, as the platform's console knows them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::health {

// ok: it was asked, and answered as it should.
// error: it was asked, and does not do what it must: no answer, or one that says no.
// warn: it works, but not as it should; or what was to be told could not be told, which is never ok
// and never an error of what could not be asked (INV-4, INV-10).
enum class level { ok = 0, warn = 1, error = 2 };

constexpr std::string_view to_string(level value) {
  return value == level::ok ? "OK" : value == level::warn ? "WARN" : "ERROR";
}
constexpr level worse(level one, level other) { return one < other ? other : one; }

}  // namespace dm::health
