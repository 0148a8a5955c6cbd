// A component of the samples whose job runs, and a host that looks after it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <rapidjson/document.h>

#include "world.h"

namespace conformance {

struct running_component {
  library plugin;
  world w;
  recorder record;
  session dm{plugin, record, w.environment()};
  const dm_savepoint& savepoint = savepoint_table(plugin);
  rapidjson::Document data = w.create(plugin, dm);

  running_component();
  rapidjson::Document asked(const std::string& sample_name) const;
  // A request of each verb that is as it should be; those that name a savepoint name
  // "before-upgrade".
  std::string request_of(const std::string& verb) const;
  reply trigger(const std::string& operation) const;
  // The one entry of a list of all states and kinds.
  rapidjson::Document listed() const;
  // Of a restore point; "not listed".
  std::string state_of(const std::string& id) const;
};

}  // namespace conformance
