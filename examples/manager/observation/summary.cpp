// The summary of an application.
// SPDX-License-Identifier: Apache-2.0
#include "observation/summary.h"

#include "application/properties.h"
#include "base/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace manager {
namespace {

// The original's order with one change: COMPLETED, there the tenth, comes before everything that
// starts, runs, is wrong or was ended, so that a finished component never hides another one.
constexpr std::array<std::string_view, 12> ranks = {"CREATED",
                                                    "COMPLETED",
                                                    "STARTING",
                                                    "RUNNING",
                                                    "RUNNING_WITH_ERRORS",
                                                    "STOPPED",
                                                    "STOPPED_WITH_FAILURES",
                                                    "KILLED",
                                                    "KILLED_WITH_FAILURES",
                                                    "FAILED",
                                                    "COMPLETED_WITH_FAILURES",
                                                    "NOT_FOUND"};

std::size_t rank_of(std::string_view word) {
  return static_cast<std::size_t>(std::find(ranks.begin(), ranks.end(), application_word(word)) -
                                  ranks.begin());
}

std::string display_type(const std::string& type) {
  std::string result = type;
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') {
    result[0] = static_cast<char>(result[0] - 'a' + 'A');
  }
  return result;
}

// What runs has vertices and a word, what does not has a sentence.
json::value information_of(const json::value& status, std::string_view word,
                           json::allocator& memory) {
  if (word != "RUNNING" && word != "RUNNING_WITH_ERRORS") {
    return json::make_string(json::text_of(status, "reason"), memory);
  }
  json::value information(rapidjson::kObjectType);
  json::set(information, "state", word == "RUNNING" ? "OK" : "ERROR", memory);
  json::set(information, "flinkJid", json::text_of(status, "job_id"), memory);
  if (const json::value* vertices = json::find(status, "vertices");
      vertices != nullptr && vertices->IsArray()) {
    json::set(information, "vertices", json::copy(*vertices, memory), memory);
  }
  if (!json::text_of(status, "reason").empty()) {
    json::set(information, "reason", json::text_of(status, "reason"), memory);
  }
  return information;
}

std::string job_name(const json::value& status, const component_record& component) {
  const std::string_view told = json::text_of(status, "job_name");
  return told.empty() ? component_identity{component.application, component.name, ""}.job_name()
                      : std::string(told);
}

json::value component_summary(const component_record& component, const observation& seen,
                              json::allocator& memory) {
  const json::value& status = *seen.status;
  const std::string_view word = json::text_of(status, "summary");
  const std::string_view live = json::text_of(status, "tracking_url");
  const std::string_view ended = json::text_of(status, "history_url");
  const bool stale = !seen.problem.empty();
  json::value result(rapidjson::kObjectType);
  json::set(result, "aggregate_status", word, memory);
  json::set(result, "yarnId", json::text_of(status, "application_id"), memory);
  json::set(result, "tracking_url", live.empty() ? ended : live, memory);
  json::set(result, "trackingUrl", live.empty() ? ended : live, memory);
  json::set(result, "information", information_of(status, word, memory), memory);
  json::set(result, "name", job_name(status, component), memory);
  json::set(result, "componentType", display_type(component.type), memory);
  json::set(result, "component", component.name, memory);
  json::set(result, "state", json::text_of(status, "state"), memory);
  json::set(result, "confidence", stale ? "stale" : json::text_of(status, "confidence"), memory);
  const std::string_view told = json::text_of(status, "observed_at");
  json::set(result, "observed_at", told.empty() ? to_rfc3339(seen.asked_at) : std::string(told),
            memory);
  if (stale) json::set(result, "problem", seen.problem, memory);
  return result;
}

}  // namespace

std::string_view application_word(std::string_view word) {
  static const std::map<std::string_view, std::string_view> words = {
      {"SUBMITTED", "STARTING"},     {"ACCEPTED", "STARTING"},
      {"SUSPENDED", "STOPPED"},      {"SUSPENDED_WITH_FAILURES", "STOPPED_WITH_FAILURES"},
      {"FINISHED_KILLED", "KILLED"}, {"FINISHED_SUCCEEDED", "COMPLETED"},
      {"SUCCEEDED", "COMPLETED"},    {"FINISHED_FAILED", "COMPLETED_WITH_FAILURES"}};
  if (const auto found = words.find(word); found != words.end()) return found->second;
  const auto same = std::find(ranks.begin(), ranks.end(), word);
  return same == ranks.end() ? ranks.back() : *same;
}

std::string_view aggregate_word(const std::vector<std::string>& component_words) {
  std::size_t highest = 0;
  for (const std::string& word : component_words) highest = std::max(highest, rank_of(word));
  return ranks.at(highest);
}

bool can_be_asked(const application_record& application) {
  return application.state != application_state::not_created &&
         application.state != application_state::creating;
}

void add_absent_summary(json::value& into, const application_record& application,
                        json::allocator& memory) {
  const bool exists = application.state != application_state::not_created;
  json::value summary(rapidjson::kObjectType);
  json::set(summary, "status", exists ? "Not Available" : "Not Created", memory);
  json::set(into, application.name, std::move(summary), memory);
}

void add_summary(json::value& into, const std::string& application,
                 const std::vector<component_record>& components,
                 const std::vector<observation>& seen, json::allocator& memory) {
  json::value summary(rapidjson::kObjectType);
  std::vector<std::string> words;
  std::map<std::string, int> numbers;
  std::string problem;
  std::int64_t oldest = 0;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const int number = ++numbers[components[i].type];
    if (!seen[i].status) {
      problem = seen[i].problem;
      continue;
    }
    oldest = oldest == 0 ? seen[i].asked_at : std::min(oldest, seen[i].asked_at);
    words.emplace_back(json::text_of(*seen[i].status, "summary"));
    json::set(summary, fmt::format("{}-{}", components[i].type, number),
              component_summary(components[i], seen[i], memory), memory);
  }
  if (words.empty() && !components.empty()) {
    json::set(summary, "status", "Not Available", memory);
    json::set(summary, "information", problem, memory);
  } else {
    json::set(summary, "aggregate_status", aggregate_word(words), memory);
    if (oldest != 0) json::set(summary, "observed_at", to_rfc3339(oldest), memory);
  }
  json::set(into, application, std::move(summary), memory);
}

}  // namespace manager
