// The Deployment Manager as a whole.
// SPDX-License-Identifier: Apache-2.0
#include "manager.h"

#include "access/access_gate.h"
#include "access/tokens.h"
#include "base/directory_lock.h"
#include "base/file.h"
#include "base/log.h"
#include "housekeeping/housekeeping_schedule.h"
#include "http/http_server.h"
#include "package/service_repository.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>
#include <mutex>
#include <set>

namespace manager {
namespace {

// Below data_root, and not somebody else's: earlier versions let everybody read what is in it.
bool is_own_directory(const std::filesystem::path& directory, const std::filesystem::path& root) {
  const auto inside = directory.lexically_relative(root);
  struct stat status {};
  return !inside.empty() && *inside.begin() != ".." && ::stat(directory.c_str(), &status) == 0 &&
         status.st_uid == ::geteuid();
}

std::unique_ptr<package_repository> make_repository(const configuration& settings) {
  if (settings.repository_is_service()) {
    return std::make_unique<service_repository>(settings.package_repository);
  }
  if (is_own_directory(settings.package_repository, settings.data_root)) {
    make_private_directory(settings.package_repository);
  }
  return std::make_unique<directory_repository>(settings.package_repository);
}

}  // namespace

// In the order of their making; destruction is the reverse: first no more requests, then no more
// work.
struct deployment_manager::parts {
  explicit parts(const configuration& settings)
      : data_lock(settings.data_root, "data_root"),
        stage_lock(settings.stage_root, "stage_root"),
        memory(settings.data_root / "registry.sqlite"),
        files(settings.data_root),
        plugins(settings.plugins_path, settings.environment, settings.plugin_settings,
                settings.watchdog),
        hdfs(settings.environment, settings.hdfs_timeout),
        rules(settings.access),
        tokens(settings.identity.token_file),
        gate(settings.identity, rules, tokens),
        repository(make_repository(settings)),
        told({settings.package_callback, settings.application_callback, settings.callback_timeout,
              settings.callback_secret_file},
             memory),
        seen(settings, plugins, apart),
        figures(settings, memory, seen, plugins),
        sampler(settings, memory, plugins, figures),
        runner(memory, told, events,
               {settings.deployer_thread_limit, {settings.history_count, settings.history_age}}),
        uploads(dynamic_cast<directory_repository*>(repository.get())),
        quota(settings.limits.user_bytes, [this](const std::string& user) { return stored(user); }),
        packages(settings, memory, *repository, files, plugins, rules, runner, admission),
        applications({settings, memory, files, plugins, hdfs, apart}, rules, runner, admission),
        upgrades({settings, memory, files, plugins, hdfs, apart}, rules, runner, admission),
        savepoints({settings, memory, files, plugins, hdfs, apart}, rules, runner, admission),
        fleets({settings, memory, files, plugins, hdfs, apart}, rules, runner, applications,
               {memory, seen, figures}, admission),
        everything(memory, seen, runner, figures),
        history(settings.environment),
        housekeeping({settings, memory, files, plugins, hdfs, apart}, rules, runner, admission),
        schedule(settings, memory, housekeeping),
        logs({settings, memory, files, plugins, hdfs, apart}, rules, settings.log_follows),
        diagnosis({settings, memory, files, plugins, hdfs, apart}, rules),
        tools{.settings = settings,
              .memory = memory,
              .rules = rules,
              .repository = *repository,
              .uploads = uploads,
              .quota = quota,
              .packages = packages,
              .applications = applications,
              .upgrades = upgrades,
              .savepoints = savepoints,
              .fleets = fleets,
              .housekeeping = housekeeping,
              .logs = logs,
              .runner = runner,
              .waits = waits,
              .events = events,
              .feed = feed,
              .seen = seen,
              .plugins = plugins,
              .figures = figures,
              .everything = everything,
              .history = history,
              .sampler = sampler,
              .diagnosis = diagnosis} {
    runner.set_listener([this](const operation_record& operation) {
      if (operation.noun == "application") seen.changed(operation.name);
    });
    runner.set_ended_listener([this](const operation_record& operation) {
      if (operation.noun == "application") apart.forget(operation.name);
    });
  }

  // Operations hear first that it ends, since their time is longest; then nobody asks any more. The
  // workers use what is made after the runner, so they end first, by hand.
  ~parts() {
    // In this order: what a call then answers must not pass for the end of an operation.
    runner.begin_shut_down();
    plugins.cancel_calls();
    waits.end();
    server.reset();
    sampler.stop();
    figures.stop();
    schedule.stop();
    runner.shut_down();
  }

  std::uint64_t stored(const std::string& user) {
    if (uploads == nullptr) return 0;
    return uploads->bytes_of_all(
        memory.transact([&](registry_view& view) { return view.uploads.files_of(user); }));
  }

  directory_lock data_lock;
  directory_lock stage_lock;
  registry memory;
  package_files files;
  plugin_directory plugins;
  web_hdfs hdfs;
  authorizer rules;
  token_store tokens;
  access_gate gate;
  std::unique_ptr<package_repository> repository;
  callbacks told;
  components_apart apart;
  observations seen;
  metrics::component_figures figures;
  metrics::figure_sampler sampler;
  std::mutex admission;
  event_hub events;
  event_feed feed{events};
  operation_runner runner;
  operation_waits waits{runner.board()};
  directory_repository* uploads;  // of repository, if that is a directory
  upload_quota quota;
  package_service packages;
  application_service applications;
  upgrade_service upgrades;
  savepoint_service savepoints;
  fleet_service fleets;
  fleet everything;
  history_server history;
  housekeeping_service housekeeping;
  housekeeping_schedule schedule;
  log_service logs;
  diagnosis_service diagnosis;
  route_tools tools;
  router routes;
  std::unique_ptr<http_server> server;
};

deployment_manager::deployment_manager(configuration settings,
                                       std::function<void(const std::string&)> failed)
    : settings_(std::move(settings)) {
  parts_ = std::make_unique<parts>(settings_);
  parts& all = *parts_;
  remove_abandoned_directories(settings_.stage_root);
  remove_abandoned_directories(settings_.data_root);  // of a restore
  std::set<std::string> under_way;
  for (const auto& operation :
       all.memory.transact([](registry_view& view) { return view.operations.all(); })) {
    under_way.insert(operation.id);
  }
  all.files.remove_of_ended_operations(
      [&](const std::string& id) { return under_way.contains(id); });

  add_all_routes(all.routes, all.tools);
  // Bound before anything is taken up, so that a taken port leaves the journal as it was.
  all.server = std::make_unique<http_server>(
      http_server_options{settings_.listeners, settings_.http, std::move(failed)}, all.routes,
      all.gate);
  all.runner.set_handler("package", all.packages);
  all.runner.set_handler("application", all.applications);
  all.runner.set_handler("savepoint", all.savepoints);
  all.runner.set_handler("housekeeping", all.housekeeping);
  all.runner.set_handler("fleet", all.fleets);
  // Before anything is taken up: what cannot be written must not end a start that has begun to
  // work.
  if (!settings_.port_file.empty() && all.server->port() != 0) {
    replace_public_text(settings_.port_file, fmt::format("{}\n", all.server->port()));
  }
  all.runner.resume();
  all.server->start();
  all.figures.start();
  all.schedule.start();
  all.sampler.start();
}

deployment_manager::~deployment_manager() = default;

void deployment_manager::reload() {
  const auto attempt = [](std::string_view what, const std::function<void()>& work) {
    try {
      work();
      log::info("event=reloaded what={}", what);
    } catch (const std::exception& problem) {
      log::error("event=not_reloaded what={} information={}", what, problem.what());
    }
  };
  attempt("tokens", [this] { parts_->tokens.reload(); });
  attempt("certificates", [this] { parts_->server->reload_certificates(); });
}

int deployment_manager::port() const { return parts_->server->port(); }

std::vector<std::string> deployment_manager::addresses() const {
  return parts_->server->addresses();
}

}  // namespace manager
