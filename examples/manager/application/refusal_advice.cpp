// What to do about a refusal of a plugin, in the words of whoever has asked.
// SPDX-License-Identifier: Apache-2.0
#include "application/refusal_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace manager {
namespace {

// What of a request gets past a refusal.
enum class way { without_savepoint, kill, again, without_state, other_point, foreign };

struct known_reason {
  std::string_view code;
  way past;
};

constexpr std::array<known_reason, 10> known_reasons = {{
    {refusal::tasks_not_running, way::without_savepoint},
    {"SEVERAL_JOBS", way::without_savepoint},
    {"SAVEPOINT_NOT_RECORDED", way::without_savepoint},
    {"SAVEPOINT_FAILED", way::without_savepoint},
    {"JOB_MANAGER_SILENT", way::kill},
    {"END_NOT_SEEN", way::kill},
    {"SAVEPOINT_GOES_ON", way::again},
    {"NO_RESTORE_POINT", way::without_state},
    {"RESTORE_POINT_UNUSABLE", way::other_point},
    {"RESTORE_POINT_FOREIGN", way::foreign},
}};

std::string of_application(way past, const std::string& name) {
  switch (past) {
    case way::without_savepoint:
      return "\"savepoint\": false stops it without one, \"kill\": true kills its application";
    case way::kill:
      return "\"kill\": true kills its application through YARN";
    case way::again:
      return fmt::format("Stop {} again (POST /applications/{}/stop)", name, name);
    case way::without_state:
      return "\"accept_state_loss\": true starts it without state";
    case way::other_point:
      return fmt::format("GET /applications/{}/savepoints lists the others", name);
    case way::foreign:
      return "\"foreign\": true resumes from it all the same";
  }
  return {};
}

std::string of_upgrade(way past, const std::string& name) {
  switch (past) {
    case way::without_savepoint:
    case way::kill:
      return fmt::format(
          "Stop {} first (POST /applications/{}/stop with \"savepoint\": false or \"kill\": true), "
          "then upgrade it",
          name, name);
    case way::again:
      return "Upgrade it again when its savepoint is there";
    case way::without_state:
    case way::other_point:
    case way::foreign:
      return {};
  }
  return {};
}

std::string of_fleet(way past, const std::string& name) {
  switch (past) {
    case way::without_savepoint:
      return "If it must not run on: POST /fleet/stop with \"if_not_saved\": \"cancel\" ends it "
             "without a savepoint, \"if_not_saved\": \"kill\" kills its application";
    case way::kill:
      return "Stop it again (POST /fleet/stop); \"if_not_saved\": \"kill\" kills its application";
    case way::again:
      return "Stop it again (POST /fleet/stop): the same savepoint is waited for";
    case way::without_state:
      return fmt::format(
          "Start it by itself (POST /applications/{}/start), with \"accept_state_loss\": true if "
          "it "
          "may begin without state",
          name);
    case way::other_point:
    case way::foreign:
      return fmt::format(
          "Resume it by itself from another point: GET /applications/{}/savepoints lists them",
          name);
  }
  return {};
}

}  // namespace

std::string reason_code_of(const json::value& reply) {
  const json::value* error = json::find(reply, "error");
  return error == nullptr ? std::string() : std::string(json::text_of(*error, "reason_code"));
}

std::string advice_on(std::string_view reason_code, advice_front front,
                      const std::string& application) {
  const auto found = std::find_if(known_reasons.begin(), known_reasons.end(),
                                  [&](const auto& one) { return one.code == reason_code; });
  if (found == known_reasons.end()) return {};
  switch (front) {
    case advice_front::none:
      return {};
    case advice_front::application:
      return of_application(found->past, application);
    case advice_front::upgrade:
      return of_upgrade(found->past, application);
    case advice_front::fleet:
      break;
  }
  return of_fleet(found->past, application);
}

failure with_advice(const failure& why, const std::string& advice) {
  if (advice.empty()) return why;
  const std::string_view said = why.what();
  return {why.kind(), fmt::format("{}{} {}", said, said.ends_with('.') ? "" : ".", advice),
          why.problems()};
}

}  // namespace manager
