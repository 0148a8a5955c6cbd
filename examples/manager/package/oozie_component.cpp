// An Oozie component of the original as a Flink component with a schedule.
// SPDX-License-Identifier: Apache-2.0
#include "package/oozie_component.h"

#include "access/secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace manager {
namespace {

constexpr std::array<std::string_view, 3> programs{"main_jar", "main_py", "py_files"};
// Of the original's, what stands in a workflow of its own making.
constexpr std::array<std::string_view, 5> translated{"job_type", "freq_in_mins", "start", "end",
                                                     "flink_schedule"};

bool is(const json::value& value, std::string_view text) {
  return value.IsString() && json::view(value) == text;
}

/// "lib/job.py" for "job.py", where it lies there and not beside it.
std::string placed(std::string_view name, const std::vector<std::string>& files) {
  const auto has = [&files](const std::string& file) {
    return std::find(files.begin(), files.end(), file) != files.end();
  };
  const std::string own(name);
  return !has(own) && has("lib/" + own) ? "lib/" + own : own;
}

std::optional<std::int64_t> minutes_of(const json::value& value) {
  if (value.IsInt64()) return value.GetInt64();
  if (!value.IsString()) return std::nullopt;
  const std::string_view text = json::view(value);
  std::int64_t minutes = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return minutes;
}

/// The original's own placeholders stand for two minutes after the creation, and a week later.
void copy_time(const json::value& properties, const char* name, const char* placeholder,
               json::value& schedule, json::allocator& memory) {
  const json::value* time = json::find(properties, name);
  if (time == nullptr || is(*time, placeholder)) return;
  json::set(schedule, name, json::copy(*time, memory), memory);
}

}  // namespace

std::optional<json::document> flink_of_oozie(const json::value& properties,
                                             const std::vector<std::string>& files,
                                             const std::string& path,
                                             std::vector<problem>& problems,
                                             std::vector<std::string>& warnings) {
  const json::value* job_type =
      properties.IsObject() ? json::find(properties, "job_type") : nullptr;
  if (job_type == nullptr || !is(*job_type, "flink")) return std::nullopt;
  json::document result = json::make_object();
  auto& memory = result.GetAllocator();
  for (const auto& member : properties.GetObject()) {
    const std::string_view name = json::view(member.name);
    if (std::find(translated.begin(), translated.end(), name) != translated.end()) continue;
    const bool program = std::find(programs.begin(), programs.end(), name) != programs.end();
    if (program && member.value.IsString()) {
      json::set(result, std::string(name), placed(json::view(member.value), files), memory);
    } else {
      json::set(result, std::string(name), json::copy(member.value, memory), memory);
    }
  }
  json::set(result, "flink_job_type", "batch", memory);
  const json::value* frequency = json::find(properties, "freq_in_mins");
  if (frequency == nullptr) {
    problems.push_back(
        {path + ".freq_in_mins", "absent", "minutes between two runs",
         "a workflow without a coordinator is not run here; a batch component of type "
         "flink runs once at each start"});
    return result;
  }
  const auto minutes = minutes_of(*frequency);
  if (!minutes) {
    problems.push_back({path + ".freq_in_mins", shown_value("freq_in_mins", *frequency),
                        "a whole number of minutes", ""});
    return result;
  }
  json::value schedule(rapidjson::kObjectType);
  json::set(schedule, "frequency", *minutes, memory);
  copy_time(properties, "start", "${deployment_start}", schedule, memory);
  copy_time(properties, "end", "${deployment_end}", schedule, memory);
  json::set(result, "flink_schedule", std::move(schedule), memory);
  warnings.push_back(
      fmt::format("{} is taken for a component of type flink with a schedule: its workflow.xml and "
                  "coordinator.xml "
                  "are not used, nothing runs before a start, the first run is due at the start "
                  "and none is the "
                  "last, unless start and end say so, runs that are late are left out but for the "
                  "newest, and the "
                  "job is of the application's user",
                  path));
  return result;
}

}  // namespace manager
