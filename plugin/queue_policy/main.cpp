// flink-queue-policy: which YARN queue a job of this account goes to, by a map.
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "io/file.h"
#include "queue_policy/map_check.h"
#include "queue_policy/program_line.h"

namespace {

using namespace dm;  // NOLINT(google-build-using-namespace): the program's own

constexpr std::size_t map_limit_bytes = 1 << 20;

// The contract of a queue policy; any other code says nothing.
constexpr int exit_queue = 0;
constexpr int exit_no_map = 1;  // it is not there
constexpr int exit_no_rule = 2;
constexpr int exit_not_allowed = 3;
constexpr int exit_not_told = 4;

constexpr int exit_map_is_wrong = 1;  // of --check

struct options {
  std::string map = DM_QUEUE_MAP;
  std::string requested;
  bool check = false;
};

std::string whom(const io::account_groups& submitter) {
  return fmt::format(
      "{} (groups {})", submitter.account,
      submitter.groups.empty() ? "none" : fmt::format("{}", fmt::join(submitter.groups, ", ")));
}

int check_map(const options& given, const std::string& text, const queue_policy::queue_map& map) {
  struct stat status {};
  if (::stat(given.map.c_str(), &status) != 0) {
    fmt::print("{}\n", io::errno_error(errno, "look at", given.map).text());
    return exit_not_told;
  }
  auto remarks = queue_policy::check(map);
  const auto as_program = queue_policy::check_program_line(text, status.st_mode);
  remarks.insert(remarks.end(), as_program.begin(), as_program.end());
  std::stable_sort(remarks.begin(), remarks.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  bool wrong = false;
  for (const queue_policy::map_remark& one : remarks) {
    wrong = wrong || one.unusable;
    fmt::print("{}{}: {}{}\n", given.map, one.line == 0 ? "" : fmt::format(":{}", one.line),
               one.unusable ? "" : "note: ", one.text);
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    fmt::print("{}: note: others than its owner may write to it, and so give themselves a queue\n",
               given.map);
  }
  fmt::print("{}: {} rule{}{}\n", given.map, map.rules.size(), map.rules.size() == 1 ? "" : "s",
             wrong ? "; lines that are none count for nobody" : "");
  return wrong ? exit_map_is_wrong : exit_queue;
}

int answer(const options& given, const queue_policy::queue_map& map) {
  for (const queue_policy::map_remark& one : map.remarks) {
    if (one.unusable) fmt::print(stderr, "{}:{}: {}\n", given.map, one.line, one.text);
  }
  const auto submitter = io::groups_of_process();
  if (!submitter) {
    fmt::print("{}\n", submitter.error().text());
    return exit_not_told;
  }
  const auto queues = queue_policy::queues_of(map, *submitter);
  const bool fits = given.requested.empty()
                        ? !queues.empty()
                        : std::find(queues.begin(), queues.end(), given.requested) != queues.end();
  if (fits) {
    fmt::print("{}\n", given.requested.empty() ? queues.front() : given.requested);
    return exit_queue;
  }
  if (given.requested.empty()) {
    fmt::print("no rule of {} fits {}\n", given.map, whom(*submitter));
    return exit_no_rule;
  }
  fmt::print("{} does not let {} use the queue {}; it may use {}\n", given.map, whom(*submitter),
             given.requested, queues.empty() ? "none" : fmt::format("{}", fmt::join(queues, ", ")));
  return exit_not_allowed;
}

int run(const options& given) {
  const auto text = io::read_file(given.map, map_limit_bytes);
  if (!text) {
    fmt::print("{}\n", text.error().text());
    // A map that is there and cannot be read proves nothing: who asks waits until it can (INV-10).
    return text.error().code == status_code::not_found ? exit_no_map : exit_not_told;
  }
  const queue_policy::queue_map map = queue_policy::read_queue_map(*text);
  return given.check ? check_map(given, *text, map) : answer(given, map);
}

std::string describe() {
  return "Which YARN queue a job of this account goes to, by a map.\n\n"
         "A map has a rule a line; lines that begin with # are comments. What fits the account and "
         "is "
         "written first counts:\n"
         "  user: queue      the account of that name\n"
         "  :group queue     every account of that group\n"
         "  * queue          every account\n"
         "Without QUEUE the queue of the first rule that fits is printed; with it, QUEUE, if a "
         "rule "
         "that fits names it.\n\n"
         "A map whose first line is \"#!<path of this program> --map\" and that may be executed is "
         "a "
         "policy by itself.\n\n"
         "Exit codes: 0 a queue is printed; 1 there is no map; 2 no rule fits; 3 no rule that fits "
         "names QUEUE;\n"
         "4 wrong options, or the map or the account could not be read. --check: 0 all lines are "
         "rules, 1 some are not or\n"
         "there is no map, 4 it could not be read.";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    options given;
    CLI::App app{describe(), "flink-queue-policy"};
    app.set_version_flag("--version", std::string("flink-queue-policy ") + DM_VERSION);
    app.add_option("--map", given.map, "the map")->capture_default_str();
    CLI::Option* check =
        app.add_flag("--check", given.check, "tell everything that is wrong with the map, by line");
    app.add_option("QUEUE", given.requested, "the queue that is asked for; empty: none")
        ->excludes(check);
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      return app.exit(problem) == 0 ? exit_queue : exit_not_told;
    }
    const int code = run(given);
    return std::fflush(stdout) == 0 ? code : exit_not_told;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "flink-queue-policy: {}\n", problem.what());
    return exit_not_told;
  }
}
