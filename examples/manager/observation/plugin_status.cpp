// What a plugin says of components when it is asked.
// SPDX-License-Identifier: Apache-2.0
#include "observation/plugin_status.h"

#include "application/component_request.h"
#include "base/attempt.h"

namespace manager {

std::vector<json::document> plugin_status(plugin_directory& plugins, const std::string& type,
                                          const std::string& name_space,
                                          const std::vector<const component_record*>& components,
                                          bool detail, const plugin_call& call) {
  const std::string doing = "status of components of type " + type;
  return attempt_to(doing, [&] {
    const plugin_reply reply = plugins.session_of_existing(type).run(
        plugin_verb::status, status_request(name_space, components, detail), call);
    if (!reply.ok()) throw reply.to_failure(doing);
    const json::value* entries = json::find(reply.document, "components");
    const failure incomplete(failure_kind::unknown, "the plugin does not answer for every one");
    if (entries == nullptr || !entries->IsArray() || entries->Size() != components.size()) {
      throw incomplete;
    }
    std::vector<json::document> told;
    for (const auto& entry : entries->GetArray()) {
      if (!entry.IsObject()) throw incomplete;
      told.emplace_back().CopyFrom(entry, told.back().GetAllocator());
    }
    return told;
  });
}

}  // namespace manager
