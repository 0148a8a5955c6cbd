// The savepoints of the fake plugin: one JSON document a component,
// <script>/savepoints-<application>- <component>, that survives the component as savepoints in HDFS
// do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dm_plugin.h>
#include <rapidjson/document.h>

#include <string>

namespace fake_savepoints {

struct answer {
  dm_status status;
  std::string document;
};

/// trigger, list, resume, dispose, pin, unpin and plan. `running`: what the component is.
answer carry_out(const std::string& verb, const std::string& script,
                 const rapidjson::Value& request, bool running);

/// Of a stop: takes one under `id` unless it is there, and returns it.
std::string take(const std::string& script, const rapidjson::Value& request, const std::string& id,
                 const std::string& operation);
/// The newest one of a stop; "null" when there is none.
std::string newest_of_stop(const std::string& script, const rapidjson::Value& request);
std::size_t count(const std::string& script, const rapidjson::Value& request);

}  // namespace fake_savepoints
