// When a component's runs begin, as Oozie is told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"
#include "io/json.h"
#include "io/time.h"

namespace dm::oozie {

// What starts a run's process: ssh to the edge node, or a container of YARN.
enum class action_kind { ssh, shell };
std::optional<action_kind> parse_action_kind(std::string_view text);
std::string_view to_string(action_kind kind);

struct schedule {
  std::int64_t minutes = 0;  // between two runs; 0: cron tells
  std::string cron;          // five fields, as Oozie reads them; empty: minutes tell
  std::string start;         // "2026-01-31T06:00Z"; empty: from when it is started
  std::string end;           // the same; empty: for good
  std::string timezone = "UTC";
  std::int64_t timeout_min = 120;  // a run that could not begin so long after its time is missed
  std::string execution = "LAST_ONLY";  // what becomes of runs that are late
  std::optional<action_kind> action;    // nullopt: as the node's settings say

  bool operator==(const schedule&) const = default;
};

struct schedule_reading {
  oozie::schedule schedule;       // right only when there are no problems
  std::vector<problem> problems;  // paths below the property: ".frequency"
  std::vector<problem> warnings;  // path and, in `found`, the message
};
schedule_reading read_schedule(const io::json_value& object);
// The same object again; without what is as by default.
void write(io::json_writer& writer, const schedule& schedule);

// The time as Oozie writes it in its documents, to the minute.
std::string to_minute(io::wall_time time);
std::optional<io::wall_time> from_minute(std::string_view text);
// As it writes it in its answers: "Fri, 27 Nov 2026 17:48:00 GMT".
std::optional<io::wall_time> from_http_date(std::string_view text);

// When the first run of a coordinator is due that is submitted `now`: Oozie makes up for all that
// lies between a start that has passed and now, which nobody wants of a component that was stopped
// meanwhile. On the grid of the start as it was given; but in days of a time zone that changes its
// clocks only Oozie knows the grid.
std::string first_start(const schedule& schedule, io::wall_time now);

// Fields that Oozie's expressions cannot get out of: no ${, no quote, no blank.
bool is_plain_argument(std::string_view text);  // A-Z a-z 0-9 . _ / @ + = : - only, not empty

}  // namespace dm::oozie
