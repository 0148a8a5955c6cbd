// flink-health: how Flink is, once a minute, for the platform's console and for Graphite.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "health/command_line.h"
#include "health/data_logger.h"
#include "health/examination.h"
#include "health/graphite.h"
#include "health/report_text.h"
#include "health/settings_check.h"
#include "health/shown_text.h"
#include "io/tcp_text.h"

namespace {

using namespace dm;  // NOLINT(google-build-using-namespace): the program's own

// Of the whole run's time this much is for telling, where there is somebody to tell.
io::milliseconds time_to_tell(const health::settings& given) {
  const bool told = !given.post.empty() || !given.graphite.empty();
  return told ? std::min(given.limit.run / 4, io::milliseconds(10'000)) : io::milliseconds(0);
}

void print(const health::command& wanted, const health::report& found) {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  if (wanted.json) {
    fmt::print("{}", health::as_json(found));
    if (!wanted.display) return;
  }
  if (wanted.display || terminal) {
    fmt::print("{}", health::as_table(found, terminal && std::getenv("NO_COLOR") == nullptr));
    return;
  }
  if (found.severity() == health::level::ok) return;
  fmt::print("{} is {}\n", found.metric, health::to_string(found.severity()));
  for (const std::string& why : found.causes()) fmt::print("{}\n", why);
}

bool note(const result<void>& told, const char* where) {
  if (!told)
    fmt::print(stderr, "flink-health: {}: {}\n", where, health::shown(told.error().text()));
  return told.has_value();
}

bool deliver(const io::operation& op, io::http_client& http, const health::settings& given,
             const health::report& found) {
  bool delivered = true;
  if (!given.post.empty()) {
    const auto limit = given.graphite.empty() ? op.remaining() : op.remaining() / 2;
    delivered = note(health::post(op.limited_to(limit), http, given.post, found), "--post");
  }
  if (!given.graphite.empty()) {
    const auto to = health::parse_host_and_port(given.graphite);
    delivered =
        note(io::send_text(op, to.host, to.port, health::graphite_lines(found)), "--graphite") &&
        delivered;
  }
  return delivered;
}

int run(const health::command& wanted) {
  const health::settings& given = wanted.given;
  const io::operation op = io::operation::within(given.limit.run);
  io::http_client http;
  const health::report found =
      health::examine(op.limited_to(given.limit.run - time_to_tell(given)), http, given);
  print(wanted, found);
  const bool printed = std::fflush(stdout) == 0;
  const bool delivered = deliver(op, http, given, found);
  return printed && delivered ? static_cast<int>(found.severity()) : health::exit_not_told;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto read = health::read_command_line(argc, argv);
    const auto* wanted = std::get_if<health::command>(&read);
    return wanted == nullptr ? std::get<int>(read) : run(*wanted);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "flink-health: {}\n", problem.what());
    return health::exit_not_told;
  }
}
