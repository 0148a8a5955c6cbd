// What to do about a refusal of a plugin, in the words of whoever has asked: a single stop, a stop
// of the fleet and an upgrade have other options. The plugin says why as a value (abi/documents.md,
// Errors).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <string>
#include <string_view>

namespace manager {

/// Values of "reason_code" that this host decides by.
namespace refusal {
inline constexpr std::string_view tasks_not_running = "TASKS_NOT_RUNNING";
}  // namespace refusal

enum class advice_front {
  none,         // has no options of its own: what the plugin says is all there is
  application,  // stop, start and resume of one application
  upgrade,
  fleet
};

/// Of a reply's error; empty where the plugin gives none.
std::string reason_code_of(const json::value& reply);

/// One sentence without its full stop; empty for a value that this version does not know.
std::string advice_on(std::string_view reason_code, advice_front front,
                      const std::string& application);

failure with_advice(const failure& why, const std::string& advice);

}  // namespace manager
