// flink-guard: what supervisord runs for each Flink component.
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "guard/class_data_command.h"
#include "guard/early_report.h"
#include "guard/endurance.h"
#include "guard/guard.h"
#include "guard/guard_lock.h"
#include "guard/identity.h"
#include "guard/libraries_command.h"
#include "guard/run_lock.h"
#include "io/file.h"

namespace {

using namespace dm;  // NOLINT(google-build-using-namespace): the program's own

constexpr std::size_t spec_limit_bytes = 1 << 20;
constexpr io::milliseconds first_pause{1'000};
// supervisord starts again at once whatever ends with an unexpected code.
constexpr io::milliseconds pause_after_wrong_options{30'000};

io::cancellation* terminate_requested = nullptr;

extern "C" void on_terminate(int) {
  if (terminate_requested != nullptr) terminate_requested->cancel();
}

void handle_signals(io::cancellation& cancel) {
  terminate_requested = &cancel;
  struct sigaction action {};
  action.sa_handler = on_terminate;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

struct options {
  std::string spec_path;
  std::string user;
  std::vector<std::string> command;
  bool once = false;
  std::string run;
};

// What is after "--" is the command, verbatim: CLI11 sees only what is before.
std::string describe() {
  return "Runs one Flink component: finds its YARN application or submits it, then follows it to "
         "its end.\n"
         "It is meant to be started by supervisord, from the program file that flink.so writes.\n\n"
         "Usage: flink-guard --spec FILE [--user NAME] -- COMMAND [ARGUMENT ...]\n"
         "       flink-guard --spec FILE [--user NAME] --once --run RUN\n"
         "       flink-guard libraries --help\n"
         "       flink-guard class-data --help\n\n"
         "COMMAND is what submits the job (flink run -m yarn-cluster -d ...); its element "
         "@incarnation@ is replaced\n"
         "at each submission by the YARN tags, the application's name and the restore point.\n\n"
         "The guard may be killed at any moment; the next one adopts what runs. SIGTERM ends the "
         "guard, not the job\n"
         "(except with component_flink_submission=attached). Its log is guard.log in the "
         "component's logs directory.\n\n"
         "Whatever is wrong on this node (no such user, no guard.json, a full disk) is reported on "
         "standard error and in\n"
         "guard.log, and tried again with pauses that grow up to five minutes.\n\n"
         "Exit codes: 0 stopped, completed or told to end; 2 wrong options; 3 given up, with the "
         "reason in guard.log and in\n"
         "the component's status.\n\n"
         "--once is what Oozie starts for one run of a component that has a schedule: it submits "
         "that "
         "run, or goes on with it\n"
         "where an earlier guard of the same run has left it, follows it to its end and prints "
         "what "
         "became of it as Java\n"
         "properties of at most 2 KB. RUN is <workflow's id>.<number of its reruns>. COMMAND is "
         "that of "
         "guard.json.\n"
         "Exit codes with --once: 0 completed; 1 trouble of this node, nothing was begun; 2 wrong "
         "options; 3 failed, or its\n"
         "outcome is not known; 4 stopped or killed; 5 refused, nothing was submitted (not wanted, "
         "or "
         "no run of the component's\n"
         "coordinator); 6 told to end, the job is left as it is.";
}

void say(const error& problem) { fmt::print(stderr, "flink-guard: {}\n", problem.text()); }

result<component::guard_spec> read_spec(const std::string& path) {
  auto text = io::read_file(path, spec_limit_bytes);
  if (!text) return fail(text.error());
  auto spec = component::read_guard_spec(*text);
  if (!spec) return fail_while("reading " + path, spec.error());
  return spec;
}

// One attempt at a guard's whole life; an error is something that may be better later.
result<int> live(const options& given, const io::operation& op, io::http_client& wait,
                 std::unique_ptr<guard::guard_log>& log) {
  auto spec = read_spec(given.spec_path);
  if (!spec) return fail(spec.error());
  // The slots are not the user's to open (D-31).
  auto slots = guard::submission_slots::open(spec->slots_directory, spec->submission_slots);
  if (!given.user.empty()) {
    if (auto became = guard::become_user(given.user); !became) return fail(became.error());
  }
  ::umask(0027);
  log = std::make_unique<guard::guard_log>(spec->log_directory);
  // Following a job matters more than telling of it: the log opens its file when that can be done.
  if (auto opened = log->open(); !opened) say(opened.error());
  log->info(fmt::format("flink-guard {} for {} as uid {}, pid {}", DM_VERSION, spec->name.text(),
                        ::getuid(), ::getpid()));
  const auto alone = guard::take_guard_lock(op, wait, *log, spec->work_directory);
  if (!alone) return fail(alone.error());
  if (!slots) {
    log->warning(fmt::format("submissions of this component are not counted on this node: {}",
                             slots.error().text()));
    slots = guard::submission_slots();
  }
  const int code = guard::guard(std::move(*spec), given.command, op, *log, std::move(*slots)).run();
  log->info(fmt::format("flink-guard ends with exit code {}", code));
  return code;
}

// The argv that submits: what stands behind "--" in supervisord's program.
std::vector<std::string> submitting_command(const component::guard_spec& spec) {
  const auto begin = std::find(spec.command.begin(), spec.command.end(), "--");
  return begin == spec.command.end() ? std::vector<std::string>()
                                     : std::vector<std::string>(begin + 1, spec.command.end());
}

// One run. What is wrong with this node is told at once: Oozie, or whoever it told, tries again.
result<int> run_once(const options& given, const io::operation& op, io::http_client& wait,
                     guard::run_report& report) {
  const auto run = oozie::parse_run(given.run);
  if (!run) {
    return fail(
        status_code::invalid_argument, fmt::format("--run {}: no run", first_line(given.run, 120)),
        "<id of an Oozie workflow>.<number of its reruns>, as ${wf:id()}.${wf:run()} gives it");
  }
  auto spec = read_spec(given.spec_path);
  if (!spec) return fail(spec.error());
  if (!spec->oozie) {
    return fail(
        status_code::failed_precondition,
        fmt::format("{} has no schedule: its guard is run by supervisord", spec->name.text()),
        "give it component_flink_schedule and create it again");
  }
  std::vector<std::string> command = submitting_command(*spec);
  if (command.empty())
    return fail(status_code::failed_precondition, given.spec_path + " names no command",
                "create the component again");
  auto slots = guard::submission_slots::open(spec->slots_directory, spec->submission_slots);
  if (!given.user.empty()) {
    if (auto became = guard::become_user(given.user); !became) return fail(became.error());
  }
  ::umask(0027);
  guard::guard_log log(spec->log_directory);
  if (auto opened = log.open(); !opened) return fail(opened.error());
  log.info(fmt::format("flink-guard {} for run {} of {} as uid {}, pid {}", DM_VERSION, given.run,
                       spec->name.text(), ::getuid(), ::getpid()));
  const auto alone = guard::take_run_lock(op, wait, log, spec->work_directory, given.run);
  if (!alone) return fail(alone.error());
  if (!slots) {
    log.warning(fmt::format("submissions of this component are not counted on this node: {}",
                            slots.error().text()));
    slots = guard::submission_slots();
  }
  const int code =
      guard::guard(std::move(*spec), command, op, log, std::move(*slots)).run_once(*run, report);
  log.info(fmt::format("flink-guard ends with exit code {}: run {} {}", code, given.run,
                       report.outcome));
  return code;
}

int once(const options& given, const io::operation& op) {
  io::http_client wait;
  guard::run_report report;
  report.run = given.run;
  int code = component::guard_exit_trouble;
  try {
    auto ended = run_once(given, op, wait, report);
    if (ended) {
      code = *ended;
    } else {
      say(ended.error());
      report.outcome = op.cancelled() ? "left" : "trouble";
      report.cause = ended.error().text();
      if (op.cancelled()) code = component::guard_exit_left;
      if (!oozie::parse_run(given.run)) code = component::guard_exit_usage;
    }
  } catch (const std::exception& problem) {
    report.outcome = "trouble";
    report.cause = problem.what();
    fmt::print(stderr, "flink-guard: {}\n", problem.what());
  }
  const std::string text = guard::to_properties(report);
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  // Oozie takes a run for good by what was printed: what could not be printed was not told.
  if (std::fflush(stdout) != 0 && code == component::guard_exit_done)
    code = component::guard_exit_trouble;
  return code;
}

int run(const options& given, const io::operation& op) {
  io::http_client wait;
  std::unique_ptr<guard::guard_log> log;
  const auto report = [&log, &given](const error& problem) {
    say(problem);
    if (log) return log->error(problem.text());
    guard::report_early(given.spec_path, given.user, problem);
  };
  return guard::endure(op, wait, guard::growing_pause(first_pause), report,
                       [&] { return live(given, op, wait, log); });
}

}  // namespace

int main(int argc, char** argv) {
  io::cancellation cancel;
  handle_signals(cancel);
  const io::operation op(io::steady_time::max(), &cancel);
  if (argc > 1 && std::string_view(argv[1]) == "libraries")
    return guard::run_libraries_command(op, argc, argv);
  if (argc > 1 && std::string_view(argv[1]) == "class-data")
    return guard::run_class_data_command(op, argc, argv);
  options given;
  int own = argc;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    own = i;
    given.command.assign(argv + i + 1, argv + argc);
    break;
  }
  CLI::App app{describe(), "flink-guard"};
  app.set_version_flag("--version", std::string("flink-guard ") + DM_VERSION);
  app.add_option("--spec", given.spec_path, "guard.json of the component")->required();
  app.add_option("--user", given.user, "user to run as; only root may name another than itself");
  app.add_flag("--once", given.once, "one run of a component that has a schedule");
  app.add_option("--run", given.run, "with --once: which run");
  try {
    app.parse(own, argv);
    if (given.once != !given.run.empty()) throw CLI::RequiredError("--once and --run together");
    if (given.once && !given.command.empty()) throw CLI::ExcludesError("--once", "-- COMMAND");
    if (!given.once && given.command.empty()) throw CLI::RequiredError("-- COMMAND");
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    if (code == 0) return 0;
    if (std::getenv("SUPERVISOR_ENABLED") != nullptr) {
      io::http_client wait;
      (void)wait.sleep(op, pause_after_wrong_options);
    }
    return component::guard_exit_usage;
  }
  return given.once ? once(given, op) : run(given, op);
}
