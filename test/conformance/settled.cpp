// What must hold of a component whatever has happened to the verbs on it.
// SPDX-License-Identifier: Apache-2.0
#include "settled.h"

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

namespace conformance {

reply repeated(const running_component& c, dm_operation verb, const std::string& request) {
  constexpr int most_attempts = 10;
  constexpr std::uint64_t limit_ms = 5'000;
  for (int attempt = 1;; ++attempt) {
    const call bounded(c.plugin, c.dm, limit_ms);
    reply answer = c.dm.run(verb, request, bounded.get());
    const bool later =
        answer.status == DM_STATUS_UNAVAILABLE || answer.status == DM_STATUS_DEADLINE_EXCEEDED;
    if (!later || attempt == most_attempts) return answer;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void check_invariants(const running_component& c) {
  CHECK(c.w.live_applications() <= 1);
  const rapidjson::Document entry = c.listed();
  std::set<std::string> usable;
  for (const auto& point : entry["points"].GetArray()) {
    const std::string state = point["state"].GetString();
    if (state == "COMPLETED" || state == "DISCOVERED") usable.insert(point["path"].GetString());
  }
  for (const std::string& path : c.w.job_manager.savepoint_paths()) {
    INFO(path);
    if (c.w.files->exists(path.substr(std::string("hdfs://").size()) + "/_metadata"))
      CHECK(usable.contains(path));
  }
}

void end_of_it(const running_component& c) {
  rapidjson::Document stop = c.asked("stop_request");
  for (const char* member : {"savepoint", "operation", "format", "drain"})
    stop.RemoveMember(member);
  stop.AddMember("kill", true, stop.GetAllocator());
  const reply stopped = repeated(c, c.plugin->stop, text_of(stop));
  INFO(stopped.text);
  CHECK(stopped.status == DM_STATUS_OK);
  CHECK(c.w.live_applications() == 0);
  const reply destroyed = repeated(c, c.plugin->destroy, text_of(c.asked("destroy_request")));
  INFO(destroyed.text);
  CHECK(destroyed.status == DM_STATUS_OK);
  CHECK(c.w.supervisord.names().empty());
  CHECK(std::filesystem::is_empty(c.w.node.path() + "/opt"));
}

}  // namespace conformance
