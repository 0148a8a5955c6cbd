// What doctor finds: the Deployment Manager's health, its plugins, and what lies about.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/session.h"

#include <string>

namespace dmctl {

struct examination {
  /// {"health": {"status"}, "ready": {…}, "plugins": […], "housekeeping": {…}}; a part that could
  /// not be asked is {"error": {…}} as elsewhere.
  json::document told = json::make_object();
  bool in_order = true;  // alive, ready, all plugins usable; leftovers are no disorder
};

examination examine(session& with, const query& housekeeping_filters);
void show_examination(const json::value& told, output& out);

}  // namespace dmctl
