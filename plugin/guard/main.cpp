// flink-guard: what supervisord runs for each Flink component.
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "guard/guard.h"
#include "guard/guard_lock.h"
#include "guard/identity.h"
#include "io/file.h"

namespace {

using namespace dm;  // NOLINT(google-build-using-namespace): the program's own

constexpr std::size_t spec_limit_bytes = 1 << 20;
constexpr unsigned look_up_again_s = 10;  // supervisord restarts without a pause

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
};

// What is after "--" is the command, verbatim: CLI11 sees only what is before.
std::string describe() {
  return "Runs one Flink component: finds its YARN application or submits it, then follows it to "
         "its end.\n"
         "It is meant to be started by supervisord, from the program file that flink.so writes.\n\n"
         "Usage: flink-guard --spec FILE [--user NAME] -- COMMAND [ARGUMENT ...]\n\n"
         "COMMAND is what submits the job (flink run -m yarn-cluster -d ...); its element "
         "@incarnation@ is replaced\n"
         "at each submission by the YARN tags, the application's name and the restore point.\n\n"
         "The guard may be killed at any moment; the next one adopts what runs. SIGTERM ends the "
         "guard, not the job\n"
         "(except with component_flink_submission=attached). Its log is guard.log in the "
         "component's logs directory.\n\n"
         "Exit codes: 0 stopped, completed or told to end; 2 wrong options or guard.json; 3 given "
         "up, with the reason\n"
         "in guard.log and in the component's status.";
}

int run(const options& given) {
  if (auto became = given.user.empty() ? result<void>() : guard::become_user(given.user); !became) {
    fmt::print(stderr, "flink-guard: {}\n", became.error().text());
    if (became.error().code != status_code::unavailable) return component::guard_exit_failed;
    ::sleep(look_up_again_s);
    return 1;  // unexpected: supervisord starts another one
  }
  ::umask(0027);
  auto text = io::read_file(given.spec_path, spec_limit_bytes);
  if (!text) {
    fmt::print(stderr, "flink-guard: {}\n", text.error().text());
    return component::guard_exit_usage;
  }
  auto spec = component::read_guard_spec(*text);
  if (!spec) {
    fmt::print(stderr, "flink-guard: {}: {}\n", given.spec_path, spec.error().text());
    return component::guard_exit_usage;
  }
  guard::guard_log log(spec->log_directory);
  if (auto opened = log.open(); !opened) {
    fmt::print(stderr, "flink-guard: {}\n", opened.error().text());
    return component::guard_exit_failed;
  }
  io::cancellation cancel;
  handle_signals(cancel);
  const io::operation op(io::steady_time::max(), &cancel);
  log.info(fmt::format("flink-guard {} for {} as uid {}, pid {}", DM_VERSION, spec->name.text(),
                       ::getuid(), ::getpid()));
  io::http_client wait;
  const auto alone = guard::take_guard_lock(op, wait, log, spec->work_directory);
  if (!alone && op.cancelled()) return component::guard_exit_done;
  if (!alone) {
    log.error(alone.error().text());
    return component::guard_exit_failed;
  }
  const int code = guard::guard(std::move(*spec), given.command, op, log).run();
  log.info(fmt::format("flink-guard ends with exit code {}", code));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
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
  try {
    app.parse(own, argv);
    if (given.command.empty()) throw CLI::RequiredError("-- COMMAND");
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? 0 : component::guard_exit_usage;
  }
  try {
    return run(given);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "flink-guard: {}\n", problem.what());
    return 1;  // unexpected: supervisord starts another one, which adopts
  }
}
