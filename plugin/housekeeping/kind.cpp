// The kinds of things that may be left over.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/kind.h"

namespace dm::housekeeping {

namespace {

constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t day = 24 * hour;

constexpr std::array<kind_rule, kind_count> rules = {{
    {"archived-job", 30 * day, hour,
     "the job's page at the history server, and its exceptions, vertices and checkpoints there"},
    {"staging", day, hour, "nothing: YARN has copied it to the application's containers"},
    {"temporary", 7 * day, day, "whoever still reads it; nobody is known to"},
    {"library", 90 * day, day,
     "whoever submits with this version by hand; no component of this node names it"},
    {"job-jar", 30 * day, hour,
     "nothing: the next direct submission that needs it uploads it again"},
    {"client-log", 30 * day, hour,
     "reading what Flink's client said when that incarnation was submitted"},
    {"incident", 90 * day, hour, "what was kept of that failure: nobody else remembers it"},
    {"checkpoint", 0, 0, "going back to that run: nothing else starts from these checkpoints"},
    {"second-application", 0, 0, "whatever that application has done since it was started"},
    {"live-without-record", 0, 0, "the job"},
    {"record-without-application", 0, 0, "the component"},
    {"record-without-files", 0, 0, "the component"},
    {"program-without-component", 0, 0, "nothing: what the program would run is not there"},
    {"files-without-component", day, hour,
     "the package's files and the logs that lie there; state, on HDFS, stays"},
    {"ledger-without-files", 0, 0, "the record that there was such a savepoint"},
    {"files-without-ledger", day, hour, "nothing: no job can be resumed from it"},
    {"history-server", 0, 0, "nothing"},
}};

}  // namespace

const kind_rule& rule_of(kind one) { return rules.at(index_of(one)); }

std::optional<kind> parse_kind(std::string_view name) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules.at(i).name == name) return static_cast<kind>(i);
  }
  return std::nullopt;
}

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const kind_rule& rule : rules) names.push_back(rule.name);
  return names;
}

}  // namespace dm::housekeeping
