// What crosses a plugin's boundary.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_document.h"

#include "base/log.h"

#include <string>
#include <utility>

namespace manager {

json::document owned_document::parse() const {
  json::document empty = json::make_object();
  if (document_.data == nullptr) return empty;
  std::string problem;
  auto parsed = json::parse({document_.data, document_.size}, problem);
  if (parsed && parsed->IsObject()) return std::move(*parsed);
  log::error("event=plugin_reply_unreadable information={}",
             parsed ? "it is no JSON object" : problem);
  return empty;
}

}  // namespace manager
