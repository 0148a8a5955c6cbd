// The work of destroying.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_destruction.h"

#include "application/component_answer.h"
#include "application/component_directories.h"
#include "application/component_request.h"
#include "application/properties.h"
#include "application/seen_components.h"
#include "base/attempt.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "package/package_service.h"
#include "plugin/plugin_retry.h"

#include <fmt/format.h>

#include <unistd.h>
#include <cerrno>
#include <functional>
#include <optional>
#include <system_error>

namespace manager {
namespace {

// Both may hold something by design of a plugin or by the application's own doing; then they stay
// (E56).
void remove_empty_roots(const application_tools& tools, const application_record& application,
                        operation_context& context) {
  const auto local = tools.settings.install_root / tools.settings.name_space / application.name;
  if (::rmdir(local.c_str()) != 0 && errno != ENOENT) {
    log::info("event=directory_stays application={} path={} information={}", application.name,
              local.string(), std::generic_category().message(errno));
  }
  if (!tools.hdfs.configured()) return;
  const std::string root =
      component_identity{application.name, "", application.user}.application_hdfs_root();
  try {
    tools.hdfs.remove(root, false, tools.hdfs.user(), context.cancel);
  } catch (const failure& problem) {
    context.shutdown.check();
    log::info("event=directory_stays application={} path={} information={}", application.name, root,
              problem.what());
  }
}

}  // namespace

void take_apart(const application_tools& tools, const operation_record& operation,
                const component_record& component) {
  tools.apart.take(component, fmt::format("{} (operation {}) takes its files away or lays them out "
                                          "anew",
                                          operation.verb, operation.id));
}

void destroy_component(const application_tools& tools, const operation_record& operation,
                       const component_record& component, const std::string& savepoints,
                       operation_context& context, component_logs logs) {
  json::document request = component_request(tools.settings.name_space, component);
  auto& memory = request.GetAllocator();
  json::set(request, "savepoints", savepoints.empty() ? "keep" : savepoints, memory);
  if (logs == component_logs::keep) json::set(request, "logs", "keep", memory);
  json::set(request, "user", operation.user, memory);
  const std::string doing = fmt::format("destroy component {}", shown(component));
  take_apart(tools, operation, component);
  try {
    const plugin_reply reply = attempt_to(doing, [&] {
      return run_with_retries(
          tools.plugins.session(component.type), plugin_verb::destroy, request,
          {tools.settings.timeouts.destroy, operation.id, &context.cancel,
           [&](const json::value& event) { context.progress(component.name, event); }});
    });
    if (!reply.ok()) throw reply.to_failure(doing);
  } catch (...) {
    tools.apart.put_back(component);  // what is left of it is for its plugin to say
    throw;
  }
}

void destroy_unrecorded_component(const application_tools& tools, const operation_record& operation,
                                  const component_record& component, const std::string& savepoints,
                                  operation_context& context, component_logs logs) {
  const std::string doing = fmt::format("find component {}", shown(component));
  plugin_session& plugin =
      attempt_to(doing, [&] { return std::ref(tools.plugins.session(component.type)); });
  component_record found = component;
  found.data = "{}";
  if (plugin.has_find()) {
    const plugin_reply reply = attempt_to(doing, [&] {
      return plugin.run(plugin_verb::find, component_request(tools.settings.name_space, component),
                        {tools.settings.timeouts.list, operation.id, &context.cancel, {}});
    });
    if (reply.status == DM_STATUS_NOT_FOUND) {
      log::info("event=nothing_to_destroy application={} component={}", component.application,
                component.name);
      return;
    }
    if (!reply.ok()) throw reply.to_failure(doing);
    const json::value* list = json::find(reply.document, "components");
    const bool one = list != nullptr && list->IsArray() && list->Size() == 1;
    const json::value* data = one ? json::find((*list)[0], "data") : nullptr;
    if (data == nullptr) {
      throw failure(failure_kind::failed_creation,
                    fmt::format("component {} is on this node, but its plugin cannot read what it "
                                "has kept of it",
                                shown(component)));
    }
    found.data = json::to_text(*data);
  }
  destroy_component(tools, operation, found, savepoints, context, logs);
}

operation_outcome destroyed_in_part(const application_tools& tools,
                                    const operation_record& operation, const failure& why,
                                    operation_context& context) {
  const auto components = components_of(tools.memory, operation.name);
  const auto seen = see_now(tools, components, false, &context.shutdown);
  context.shutdown.check();
  std::vector<component_record> unwanted;
  bool wanted = false;
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (json::text_of(seen[i], "desired") == "STOPPED") {
      unwanted.push_back(components[i]);
    } else {
      wanted = wanted || components[i].desired == "RUNNING";
    }
  }
  const bool ended = operation.state_before == application_state::started && !wanted;
  const std::string state = ended ? application_state::created : operation.state_before;
  const std::string information = error_information("deleting", operation.name, why);
  return as_failed({state, information, [=](registry_view& view) {
                      view.applications.set_state(operation.name, state, information);
                      for (const component_record& one : unwanted)
                        view.applications.set_desired(one, "STOPPED");
                    }});
}

void destroy_application(const application_tools& tools, const operation_record& operation,
                         const application_record& application, operation_context& context) {
  const auto request = json::parse_or_throw(operation.request, "the journal's request");
  const std::string savepoints(json::text_of(request, "savepoints"));
  const auto records = tools.memory.transact(
      [&](registry_view& view) { return view.applications.components(application.name); });
  std::string problems;
  std::optional<failure_kind> kind;
  const auto for_each = [&](const std::function<void(const component_record&)>& work) {
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      try {
        work(*record);
      } catch (const std::exception& thrown) {
        context.shutdown.check();
        const failure problem = to_failure(thrown);
        problems += fmt::format("{}{}", problems.empty() ? "" : "; ", problem.what());
        if (!kind) kind = problem.kind();
      }
    }
    if (kind) throw failure(*kind, problems);
  };
  for_each([&](const component_record& record) {
    if (record.data) {
      destroy_component(tools, operation, record, savepoints, context);
    } else {
      destroy_unrecorded_component(tools, operation, record, savepoints, context);
    }
  });
  // Not before all have ended: a job that goes on may use its sibling's directory, too.
  for_each([&](const component_record& record) {
    const auto stayed = attempt_to(
        fmt::format("delete the HDFS directories of component {}", shown(record)),
        [&] { return delete_directories(tools, operation, record, application.user, context); });
    for (const std::string& sentence : stayed) {
      log::warning("event=hdfs_stays application={} information={}", application.name, sentence);
    }
  });
  remove_empty_roots(tools, application, context);
}

}  // namespace manager
