// deployment-manager: reads its configuration, serves until SIGTERM or SIGINT, and ends cleanly.
// SPDX-License-Identifier: Apache-2.0
#include "access/token_command.h"
#include "base/file.h"
#include "base/log.h"
#include "base/service_notice.h"
#include "configuration/configuration.h"
#include "manager.h"
#include "plugin/plugin_directory.h"
#include "plugin/supervised_step.h"
#include "rescue/adoption.h"
#include "rescue/backup.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr std::size_t largest_configuration = 4U << 20;
constexpr int exit_failure = 1;
constexpr int exit_bad_configuration = 2;

constexpr const char* description =
    "Deployment Manager: deploys application packages and runs their components by plugins.\n"
    "The REST API and all keys of the configuration are described in README.md beside the example\n"
    "deployment-manager.example.json. Logs go to the standard error stream, one line an event.";

std::optional<manager::configuration> load(const std::string& file,
                                           std::vector<manager::problem>& problems) {
  try {
    const auto path = std::filesystem::absolute(file);
    return manager::read_configuration(manager::read_text(path, largest_configuration),
                                       path.parent_path(), problems);
  } catch (const std::exception& problem) {
    problems.push_back({"--config", "", "a readable file", problem.what()});
    return std::nullopt;
  }
}

// Also tries what only the machine can tell: paths, addresses, registry, plugins, and whether they
// accept the environment.
void check_on_machine(const manager::configuration& settings,
                      std::vector<manager::problem>& problems) {
  manager::check_start(settings, problems);
  std::error_code ignored;
  if (!std::filesystem::is_directory(settings.plugins_path, ignored)) return;
  try {
    manager::plugin_directory plugins(settings.plugins_path, settings.environment,
                                      settings.plugin_settings, settings.watchdog);
    for (const std::string& text : plugins.problems()) {
      problems.push_back({"$.plugins_path", "", "", text});
    }
    if (plugins.types().empty()) {
      problems.push_back({"$.plugins_path", settings.plugins_path.string(),
                          "at least one plugin (*.so)", "holds no plugin that can be loaded"});
    }
    manager::check_registry(settings, plugins.types(), problems);
    for (const std::string& type : plugins.types()) {
      try {
        plugins.session(type);
      } catch (const manager::failure& refused) {
        problems.push_back({"$.environment or $.plugin_settings." + type, "", "", refused.what()});
      }
    }
  } catch (const std::exception& problem) {
    problems.push_back({"$.plugins_path", settings.plugins_path.string(), "", problem.what()});
  }
}

int report_nothing_found(const std::string& file, const manager::configuration& settings) {
  for (const manager::problem& one : manager::start_warnings(settings)) {
    fmt::print(stderr, "{}: warning: {}\n", file, manager::to_text(one));
  }
  fmt::print("{}: no problem found\n", file);
  return 0;
}

int report(const std::string& file, const std::vector<manager::problem>& problems) {
  fmt::print(stderr, "{}: {} problem{}\n", file, problems.size(), problems.size() == 1 ? "" : "s");
  for (const auto& one : problems) fmt::print(stderr, "  {}\n", manager::to_text(one));
  return exit_bad_configuration;
}

int report(const manager::adoption& result) {
  for (const std::string& one : result.adopted) fmt::print("adopted {}\n", one);
  for (const std::string& one : result.left) fmt::print(stderr, "left alone {}\n", one);
  return result.left.empty() ? 0 : exit_failure;
}

int report_missing(const std::vector<std::string>& archives) {
  for (const std::string& one : archives) {
    fmt::print(stderr, "the backup has no {}, since data_root has none either\n", one);
  }
  return archives.empty() ? 0 : exit_failure;
}

// Until a signal says to end; meanwhile the service manager gets its signs of life, and SIGHUP
// opens the log anew and reads tokens and certificates again. Returns the signal.
int wait_for_end(const sigset_t& awaited, manager::deployment_manager& running) {
  const auto interval = manager::watchdog_interval();
  const timespec pause{interval.count() / 1000, interval.count() % 1000 * 1'000'000};
  for (;;) {
    const int signal = interval.count() > 0 ? ::sigtimedwait(&awaited, nullptr, &pause)
                                            : ::sigwaitinfo(&awaited, nullptr);
    if (signal == SIGTERM || signal == SIGINT) return signal;
    if (signal == SIGHUP) {
      manager::log::reopen();
      running.reload();
    }
    if (interval.count() > 0) manager::notify_service_manager("WATCHDOG=1");
  }
}

// The limit of connections must not be one of descriptors.
void raise_descriptor_limit(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, connections + 1024);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(manager::configuration settings) {
  // A heap for each of some seventy threads would keep what a few large bodies have taken: twice
  // the memory (bench_manager --mode hostile).
  ::mallopt(M_ARENA_MAX, 2);
  // Blocked before any thread exists, so that only this thread sees them.
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit(settings.http.connections);

  for (const manager::problem& one : manager::start_warnings(settings)) {
    manager::log::warning("event=configuration path={} information={}", one.path,
                          manager::to_text(one));
  }
  std::atomic<bool> failed{false};
  {
    manager::deployment_manager running(std::move(settings), [&failed](const std::string& why) {
      manager::log::error("event=server_ended information={}", why);
      failed = true;
      ::kill(::getpid(), SIGTERM);
    });
    for (const std::string& address : running.addresses()) {
      fmt::print("listening on {}\n", address);
      manager::log::info("event=serving address={}", address);
    }
    std::fflush(stdout);
    manager::notify_service_manager("READY=1");
    const int signal = wait_for_end(awaited, running);
    manager::notify_service_manager("STOPPING=1");
    manager::log::info("event=shutting_down signal={}", signal);
    // A second signal ends a shutdown that takes too long; the journal makes up for it.
    sigdelset(&awaited, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);
  }
  manager::log::info("event=ended");
  return failed ? exit_failure : 0;
}

int run(int argc, char** argv) {
  // Names in archives are UTF-8, whatever the service's environment says.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::umask(022);
  CLI::App app(description, "deployment-manager");
  std::string file;
  bool check = false;
  app.add_option("--config", file, "The configuration, a JSON file")->type_name("FILE");
  app.add_flag(
      "--check-config", check,
      "Report every problem of the configuration, of what a start needs on this machine and of "
      "the plugins, and end: 0 when there is none, 2 else");
  app.set_version_flag("--version", "deployment-manager " DM_VERSION);
  app.fallthrough();
  app.require_subcommand(0, 1);
  std::string directory;
  const auto* const backup =
      app.add_subcommand("backup",
                         "Copy registry and archives to a new directory; may be done "
                         "while the Deployment Manager serves");
  const auto* const restore = app.add_subcommand(
      "restore", "Put a backup into a data_root without a registry; nobody may serve meanwhile");
  const auto* const adopt = app.add_subcommand(
      "adopt", "Rebuild a lost registry from what stands on this node; nobody may serve meanwhile");
  app.get_subcommand("backup")->add_option("directory", directory, "A new directory")->required();
  app.get_subcommand("restore")->add_option("directory", directory, "A backup")->required();
  manager::token_request token;
  CLI::App* tokens = app.add_subcommand("token", "Makes, lists and takes back bearer tokens");
  tokens->require_subcommand(1);
  const auto with_file = [&](CLI::App* command) {
    command->add_option("--file", token.file, "access.token_file of the configuration")->required();
    return command;
  };
  CLI::App* create = with_file(tokens->add_subcommand("create", "Prints a new token, once"));
  create->add_option("--user", token.user, "Whose token it is")->required();
  create
      ->add_option("--role", token.roles,
                   "The most that it may: read, deploy, operate, administer; may be repeated")
      ->required();
  create->add_option("--days", token.days, "How long it is good")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  create->add_option("--comment", token.comment, "What it is for");
  CLI::App* list = with_file(tokens->add_subcommand("list", "Lists them, without secrets"));
  CLI::App* revoke = with_file(tokens->add_subcommand("revoke", "Takes one back"));
  revoke->add_option("id", token.id, "The token's second part, as list prints it")->required();
  CLI11_PARSE(app, argc, argv);
  if (create->parsed()) return manager::run_token_create(token);
  if (list->parsed()) return manager::run_token_list(token);
  if (revoke->parsed()) return manager::run_token_revoke(token);
  if (file.empty()) {
    fmt::print(stderr, "--config is required\nRun with --help for more information.\n");
    return exit_bad_configuration;
  }

  std::vector<manager::problem> problems;
  auto settings = load(file, problems);
  if (settings) {
    manager::log::set_threshold(check ? manager::log::level::error : settings->log_level);
    if (!problems.empty()) {
      manager::check_rest(*settings, problems);
    } else if (check) {
      check_on_machine(*settings, problems);
    } else {
      manager::check_paths(*settings, problems);
    }
  }
  if (!problems.empty()) return report(file, problems);
  if (check) return report_nothing_found(file, *settings);
  try {
    if (backup->parsed()) return report_missing(manager::back_up(*settings, directory));
    if (restore->parsed()) manager::restore(*settings, directory);
    if (adopt->parsed()) return report(manager::adopt(*settings));
    if (restore->parsed()) return 0;
    if (!settings->log_file.empty()) manager::log::open(settings->log_file);
    return serve(std::move(*settings));
  } catch (const std::exception& problem) {
    fmt::print(stderr, "deployment-manager: {}\n", problem.what());
    return exit_failure;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int code = run(argc, argv);
  // A thread that is lost inside a plugin must not meet static objects that are gone, and the end
  // of the process must not wait for it.
  if (manager::stuck_plugin_calls() == 0) return code;
  std::fflush(nullptr);
  std::_Exit(code);
}
