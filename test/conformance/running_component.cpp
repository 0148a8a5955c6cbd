// A component of the samples whose job runs, and a host that looks after it.
// SPDX-License-Identifier: Apache-2.0
#include "running_component.h"

#include <catch2/catch.hpp>

namespace conformance {

running_component::running_component() {
  w.play_guard(data["id"].GetString());
  const reply started = dm.run(plugin->start, text_of(request("start_request", data)));
  INFO(started.text);
  REQUIRE(started.status == DM_STATUS_OK);
}

rapidjson::Document running_component::asked(const std::string& sample_name) const {
  return request(sample_name, data);
}

std::string running_component::request_of(const std::string& verb) const {
  if (verb == "create" || verb == "validate") {
    rapidjson::Document asking = sample(verb + "_request");
    set(asking, "/staged_path", w.staged);
    set(asking, "/user", run_as_user());
    return text_of(asking);
  }
  rapidjson::Document asking = asked(verb + "_request");
  if (asking.HasMember("next")) asking.RemoveMember("next");
  const bool names_one = verb == "resume" || verb == "dispose" || verb == "pin" || verb == "unpin";
  if (names_one) set(asking, "/savepoint", "before-upgrade");
  return text_of(asking);
}

reply running_component::trigger(const std::string& operation) const {
  rapidjson::Document asking = asked("trigger_request");
  set(asking, "/operation", operation);
  return dm.run(savepoint.trigger, text_of(asking));
}

rapidjson::Document running_component::listed() const {
  rapidjson::Document asking = asked("list_request");
  asking.RemoveMember("kind");
  rapidjson::Value states(rapidjson::kArrayType);
  for (const char* state : {"IN_PROGRESS", "COMPLETED", "DISCOVERED", "FAILED", "DAMAGED",
                            "CLAIMED", "DISPOSING", "DISPOSED"}) {
    states.PushBack(rapidjson::StringRef(state), asking.GetAllocator());
  }
  asking["states"] = states;
  const reply answer = dm.run(savepoint.list, text_of(asking));
  INFO(answer.text);
  REQUIRE(answer.status == DM_STATUS_OK);
  REQUIRE(answer.json["components"].Size() == 1);
  REQUIRE_FALSE(answer.json["components"][0].HasMember("error"));
  rapidjson::Document entry;
  entry.CopyFrom(answer.json["components"][0], entry.GetAllocator());
  return entry;
}

std::string running_component::state_of(const std::string& id) const {
  const rapidjson::Document entry = listed();
  for (const auto& point : entry["points"].GetArray()) {
    if (id == point["id"].GetString()) return point["state"].GetString();
  }
  return "not listed";
}

}  // namespace conformance
