// Progress that this host tells by itself.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/progress_event.h"

namespace manager {

json::document progress_event(std::string_view phase, std::string_view message) {
  json::document event = json::make_object();
  auto& memory = event.GetAllocator();
  json::set(event, "schema", std::int64_t{1}, memory);
  json::set(event, "event", "progress", memory);
  json::set(event, "phase", phase, memory);
  json::set(event, "message", message, memory);
  return event;
}

}  // namespace manager
