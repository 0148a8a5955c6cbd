// A schedule, to JSON and back; times as Oozie has them.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace dm::oozie {

namespace {

constexpr std::int64_t most_minutes = 525'600;
constexpr std::int64_t day_minutes = 1'440;

constexpr std::array<std::string_view, 4> executions{"FIFO", "LIFO", "LAST_ONLY", "NONE"};
constexpr std::array<std::string_view, 8> members{
    "frequency", "start", "end", "timezone", "timeout_min", "concurrency", "execution", "action"};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

// Five fields of what cron fields are made of; whether they make sense Oozie says at the start.
bool is_cron(std::string_view text) {
  int fields = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t blank = std::min(text.find(' ', at), text.size());
    const std::string_view field = text.substr(at, blank - at);
    const bool good = !field.empty() && std::all_of(field.begin(), field.end(), [](char c) {
      return digit(c) || letter(c) || std::string_view("*,/-?#").find(c) != std::string_view::npos;
    });
    if (!good) return false;
    ++fields;
    at = blank + 1;
  }
  return fields == 5 && text.size() <= 200;
}

bool is_timezone(std::string_view text) {
  return !text.empty() && text.size() <= 64 && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return letter(c) || digit(c) ||
                  std::string_view("_/+-:").find(c) != std::string_view::npos;
         });
}

bool is_utc(std::string_view text) { return text == "UTC" || text == "GMT"; }

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class reader {
 public:
  explicit reader(const io::json_value& object) : object_(object) {}

  schedule_reading read() {
    if (!object_.IsObject()) {
      refuse("", io::to_text(object_), R"(a JSON object such as {"frequency": 60})");
      return std::move(out_);
    }
    for (const auto& member : object_.GetObject()) {
      const std::string_view name = io::view(member.name);
      if (std::find(members.begin(), members.end(), name) == members.end())
        refuse(fmt::format(".{}", first_line(name, 60)), "an unknown member",
               fmt::format("{}", fmt::join(members, ", ")));
    }
    read_frequency();
    read_times();
    read_rules();
    return std::move(out_);
  }

 private:
  void refuse(std::string path, std::string found, std::string allowed) {
    out_.problems.push_back({std::move(path), first_line(found, 120), std::move(allowed)});
  }
  void warn(std::string path, std::string message) {
    out_.warnings.push_back({std::move(path), std::move(message), {}});
  }

  std::optional<std::string> text(std::string_view name, bool (*valid)(std::string_view),
                                  std::string_view allowed) {
    const io::json_value* value = io::member(object_, name);
    if (value == nullptr) return std::nullopt;
    if (value->IsString() && valid(io::view(*value))) return std::string(io::view(*value));
    refuse(fmt::format(".{}", name), io::to_text(*value), std::string(allowed));
    return std::nullopt;
  }

  void read_frequency() {
    constexpr std::string_view allowed =
        "a whole number of minutes, 1 … 525600, or five cron fields such as \"0 6 * * *\"";
    const io::json_value* value = io::member(object_, "frequency");
    if (value == nullptr) return refuse(".frequency", "absent", std::string(allowed));
    std::optional<std::int64_t> minutes;
    if (value->IsInt64()) minutes = value->GetInt64();
    if (value->IsString()) minutes = number(io::view(*value));
    if (minutes && *minutes >= 1 && *minutes <= most_minutes) {
      out_.schedule.minutes = *minutes;
      if (*minutes < 5) {
        warn(".frequency",
             "Oozie takes no coordinator with runs more often than every five minutes unless "
             "oozie.service.coord.check.maximum.frequency is false there");
      }
    } else if (!minutes && value->IsString() && is_cron(io::view(*value))) {
      out_.schedule.cron = io::view(*value);
    } else {
      refuse(".frequency", io::to_text(*value), std::string(allowed));
    }
  }

  void read_times() {
    constexpr std::string_view allowed = "a time in UTC, to the minute: 2026-01-31T06:00Z";
    const auto is_time = [](std::string_view text) { return from_minute(text).has_value(); };
    schedule& out = out_.schedule;
    out.start = text("start", is_time, allowed).value_or("");
    out.end = text("end", is_time, allowed).value_or("");
    if (!out.start.empty() && !out.end.empty() && from_minute(out.start) >= from_minute(out.end))
      refuse(".end", out.end, "a time after the start, " + out.start);
    out.timezone = text("timezone", is_timezone, "the name of a time zone, such as Europe/Berlin")
                       .value_or("UTC");
    if (is_utc(out.timezone)) return;
    if (!out.cron.empty()) {
      refuse(".timezone", out.timezone,
             "UTC with a cron frequency: Oozie reads the fields in UTC, and moves the runs by an "
             "hour when the zone changes its clocks; a number of minutes that makes whole days "
             "keeps the hour of the zone");
    } else if (out.minutes % day_minutes != 0) {
      warn(".timezone",
           "has no effect: only runs that are whole days apart follow a zone's change of clocks");
    }
  }

  void read_rules() {
    schedule& out = out_.schedule;
    if (const io::json_value* value = io::member(object_, "timeout_min"); value != nullptr) {
      if (value->IsInt64() && value->GetInt64() >= 1 && value->GetInt64() <= most_minutes) {
        out.timeout_min = value->GetInt64();
      } else {
        refuse(".timeout_min", io::to_text(*value), "a whole number of minutes, 1 … 525600");
      }
    }
    // A component has at most one application (INV-1), so one run at a time.
    if (const io::json_value* value = io::member(object_, "concurrency");
        value != nullptr && !(value->IsInt64() && value->GetInt64() == 1)) {
      refuse(".concurrency", io::to_text(*value),
             "1: a component has at most one YARN application at a time. Runs side by side are "
             "components of their own");
    }
    out.execution =
        text(
            "execution",
            [](std::string_view word) {
              return std::find(executions.begin(), executions.end(), word) != executions.end();
            },
            "FIFO, LIFO, LAST_ONLY or NONE")
            .value_or("LAST_ONLY");
    if (const auto kind = text(
            "action", [](std::string_view word) { return parse_action_kind(word).has_value(); },
            "ssh or shell"))
      out.action = parse_action_kind(*kind);
  }

  const io::json_value& object_;
  schedule_reading out_;
};

}  // namespace

std::optional<action_kind> parse_action_kind(std::string_view text) {
  if (text == "ssh") return action_kind::ssh;
  if (text == "shell") return action_kind::shell;
  return std::nullopt;
}

std::string_view to_string(action_kind kind) { return kind == action_kind::ssh ? "ssh" : "shell"; }

schedule_reading read_schedule(const io::json_value& object) { return reader(object).read(); }

void write(io::json_writer& writer, const schedule& schedule) {
  writer.StartObject();
  if (schedule.cron.empty()) {
    io::put(writer, "frequency", schedule.minutes);
  } else {
    io::put(writer, "frequency", schedule.cron);
  }
  io::put_optional(writer, "start", schedule.start);
  io::put_optional(writer, "end", schedule.end);
  io::put(writer, "timezone", schedule.timezone);
  io::put(writer, "timeout_min", schedule.timeout_min);
  io::put(writer, "execution", schedule.execution);
  if (schedule.action) io::put(writer, "action", to_string(*schedule.action));
  writer.EndObject();
}

std::string to_minute(io::wall_time time) { return io::to_rfc3339(time).substr(0, 16) + "Z"; }

std::optional<io::wall_time> from_minute(std::string_view text) {
  if (text.size() != 17 || text.back() != 'Z') return std::nullopt;
  return io::from_rfc3339(std::string(text.substr(0, 16)) + ":00.000Z");
}

std::optional<io::wall_time> from_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  return io::from_rfc3339(fmt::format("{}-{:02}-{}T{}.000Z", text.substr(12, 4),
                                      month - months.begin() + 1, text.substr(5, 2),
                                      text.substr(17, 8)));
}

std::string first_start(const schedule& schedule, io::wall_time now) {
  using std::chrono::minutes;
  const auto next_minute = std::chrono::ceil<minutes>(now);
  const auto given = from_minute(schedule.start);
  if (!given) return to_minute(next_minute);
  if (*given >= now) return schedule.start;
  if (!schedule.cron.empty()) return to_minute(next_minute);
  if (schedule.minutes % day_minutes == 0 && !is_utc(schedule.timezone)) return schedule.start;
  const auto passed = std::chrono::duration_cast<minutes>(next_minute - *given).count();
  const std::int64_t steps = (passed + schedule.minutes - 1) / schedule.minutes;
  return to_minute(*given + minutes(steps * schedule.minutes));
}

bool is_plain_argument(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return letter(c) || digit(c) || std::string_view("._/@+=:-").find(c) != std::string_view::npos;
  });
}

}  // namespace dm::oozie
