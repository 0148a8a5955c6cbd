// The beginning and the end of a plugin's session.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_opening.h"

#include "base/log.h"
#include "metrics/counted.h"
#include "plugin/plugin_document.h"
#include "plugin/plugin_session.h"
#include "plugin/supervised_step.h"

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

namespace manager {
namespace {

using clock = std::chrono::steady_clock;

void on_log(void* user, int32_t level, dm_string message) {
  const auto& core = *static_cast<const plugin_core*>(user);
  try {
    const auto at = level < DM_LOG_TRACE || level > DM_LOG_ERROR ? log::level::error
                                                                 : static_cast<log::level>(level);
    log::line(at, "event=plugin plugin={} message={}", core.library->name(), view(message));
  } catch (...) {
    // No exception may cross back into the plugin (DM-14), and a lost log line harms nobody.
  }
}

std::string request_text(const json::value& environment, std::string_view settings) {
  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  json::set(request, "schema", std::int64_t{1}, memory);
  json::set(request, "environment", json::copy(environment, memory), memory);
  const auto parsed = json::parse_or_throw(settings.empty() ? "{}" : settings, "plugin_settings");
  json::set(request, "settings", json::copy(parsed, memory), memory);
  return json::to_text(request);
}

/// One try to open; its own core lives as long as the plugin is inside it.
struct attempt {
  std::shared_ptr<plugin_core> core;
  std::string request;
  plugin_extensions extensions;
  dm_session* session = nullptr;
  plugin_reply answer;

  void make() {
    const dm_plugin& table = core->table();
    extensions = extensions_of(table);
    owned_document reply(table);
    answer.status = table.open(&core->host, lend(request), &session, reply.out());
    answer.document = reply.parse();
    if (!answer.ok()) session = nullptr;
  }

  // Nobody waits for it any more.
  void came_late() {
    if (session != nullptr) core->table().close(session);
    core->breaker->came_back_late(clock::now());
    log::warning("event=plugin_came_back plugin={} verb=open information={}", core->library->name(),
                 "its open was given up and has returned after all; it is tried again when it is "
                 "needed");
  }
};

[[noreturn]] void give_up(plugin_core& core, std::chrono::milliseconds longest) {
  core.breaker->got_stuck(clock::now(), true);
  log::error("event=plugin_stuck plugin={} verb=open timeout_ms={} stuck={} information={}",
             core.library->name(), longest.count(), core.breaker->stuck(),
             "the plugin has not opened its session in its time; its thread is left to itself");
  throw failure(
      failure_kind::failed_connection,
      fmt::format("the plugin for {} ({}) has not come back from open within {} ms "
                  "(plugin_watchdog.open_ms); it is tried again when it has, or after a "
                  "pause",
                  core.library->component_type(), core.library->file().string(), longest.count()));
}

}  // namespace

void open_session(const std::shared_ptr<plugin_core>& core, const json::value& environment,
                  std::string_view settings, std::chrono::milliseconds longest,
                  cancellation* cancel) {
  core->host.struct_size = sizeof(core->host);
  core->host.user = core.get();
  core->host.log_level = static_cast<int32_t>(log::threshold());
  core->host.log = &on_log;
  const auto one = std::make_shared<attempt>();
  one->core = core;
  one->request = request_text(environment, settings);

  const auto begin = metrics::clock::now();
  const auto count = [&](std::string_view status) {
    metrics::plugin_answered(core->library->component_type(), "open", status,
                             metrics::clock::now() - begin);
  };
  bool in_time = false;
  try {
    in_time = run_in_time([one] { one->make(); }, {longest, cancel, core->grace},
                          [one] { one->came_late(); });
  } catch (const std::system_error& problem) {
    core->breaker->not_made();
    throw failure(failure_kind::failed_connection,
                  fmt::format("no thread for open of the plugin for {}: {}",
                              core->library->component_type(), problem.what()));
  }
  if (!in_time) {
    count("NO_ANSWER");
    give_up(*core, longest);
  }
  core->breaker->came_back();
  count(status_name(one->answer.status));
  if (!one->answer.ok()) {
    throw one->answer.to_failure(fmt::format("open plugin {}", core->library->file().string()));
  }
  core->session = one->session;
  core->extensions = one->extensions;
  if (const json::value* warnings = json::find(one->answer.document, "warnings");
      warnings != nullptr && warnings->IsArray() && !warnings->Empty()) {
    log::warning("event=plugin_warnings plugin={} information={}", core->library->name(),
                 json::to_text(*warnings));
  }
}

bool close_session(const std::shared_ptr<plugin_core>& core) noexcept {
  try {
    return run_in_time([core] { core->table().close(core->session); }, {core->grace});
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace manager
