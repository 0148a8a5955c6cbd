// Which components of an application a request about savepoints means, and how a plugin's refusal
// is answered at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "plugin/plugin_session.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

/// Those that are laid out; with a `name` those of that name only. Throws failure(not_found) when
/// there is none of that name.
std::vector<component_record> chosen_components(const application_tools& tools,
                                                const std::string& application,
                                                const std::string& name);

/// Those whose plugin has dm.savepoint/1. Throws failure(not_offered) when there are components,
/// but none such.
std::vector<component_record> with_savepoints(const application_tools& tools,
                                              const std::vector<component_record>& components);

/// Throws failure(failed_validation) that asks for one when there are several, failure(not_found)
/// when there is none.
component_record only_component(const std::vector<component_record>& components,
                                const std::string& application);

/// Members of a plugin's request, and the query parameters of a route that they come from.
using route_words = std::vector<std::pair<std::string_view, std::string_view>>;

/// As reply.to_failure, but what the state of things forbids is 409, and what the plugin refuses of
/// `words` only is said of the route's own parameters, as the route itself would say it.
failure to_route_failure(const plugin_reply& reply, std::string_view doing,
                         const route_words& words = {});

/// Whether the plugin refuses the request because of this member.
bool refuses(const plugin_reply& reply, std::string_view member);

}  // namespace manager
