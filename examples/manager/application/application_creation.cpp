// The work of creating an application.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_creation.h"

#include "application/application_destruction.h"
#include "application/component_directories.h"
#include "application/component_request.h"
#include "application/properties.h"
#include "base/attempt.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "package/unpacked_package.h"
#include "plugin/plugin_retry.h"
#include "registry/patient_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {
namespace {

const json::value* overrides_of(const json::value& all, const component_record& component) {
  const json::value* of_type = json::find(all, component.type);
  return of_type == nullptr ? nullptr : json::find(*of_type, component.name);
}

void put(const application_tools& tools, const operation_record& operation,
         const component_record& record, operation_context& context) {
  record_patiently(tools.memory, context.shutdown, operation.id,
                   [&](registry_view& view) { view.applications.put_component(record); });
}

std::optional<component_record> known_record(const application_tools& tools,
                                             const component_record& wanted) {
  const auto known = tools.memory.transact(
      [&](registry_view& view) { return view.applications.components(wanted.application); });
  for (const component_record& record : known) {
    if (record.type == wanted.type && record.name == wanted.name) return record;
  }
  return std::nullopt;
}

std::optional<std::string> data_in(const plugin_reply& reply) {
  const json::value* data = json::find(reply.document, "data");
  if (data == nullptr || data->IsNull()) return std::nullopt;
  return json::to_text(*data);
}

void create_one(const application_tools& tools, const operation_record& operation,
                const application_record& application, planned_component& component,
                const std::filesystem::path& stage, operation_context& context) {
  component_record& record = component.record;
  if (const auto earlier = known_record(tools, record)) {
    record.data = earlier->data;
    find_missing_levels(tools, component.directories, directories_of(*earlier), context.cancel);
  } else {
    find_missing_levels(tools, component.directories, {}, context.cancel);
  }
  record.descriptors = descriptors_text(component.directories);
  // Before anything of it exists, so that a destroy finds what a killed process left.
  put(tools, operation, record, context);
  make_directories(tools, component.directories, application.user, context.cancel);

  json::document request = component_request(tools.settings.name_space, record);
  auto& memory = request.GetAllocator();
  request.RemoveMember("data");
  json::set(request, "user", application.user, memory);
  json::set(request, "package", application.package, memory);
  json::set(request, "staged_path", (stage / component.path).string(), memory);
  json::set(request, "properties", json::copy(component.properties, memory), memory);
  const plugin_reply reply =
      run_with_retries(tools.plugins.session_of_existing(record.type), plugin_verb::create, request,
                       {tools.settings.timeouts.create, operation.id, &context.cancel,
                        [&](const json::value& event) { context.progress(record.name, event); }});
  // A failed create returns data too, when there is something left to destroy (DM-13).
  if (auto data = data_in(reply)) {
    record.data = std::move(data);
    put(tools, operation, record, context);
  } else if (reply.ok()) {
    record.data = "{}";
    put(tools, operation, record, context);
  }
  component.answered = true;
  if (reply.ok()) tools.apart.put_back(record);
  if (!reply.ok()) throw reply.to_failure(fmt::format("create component {}", shown(record)));
}

void create_component(const application_tools& tools, const operation_record& operation,
                      const application_record& application, planned_component& component,
                      const std::filesystem::path& stage, operation_context& context) {
  attempt_to(fmt::format("create component {}", shown(component.record)),
             [&] { create_one(tools, operation, application, component, stage, context); });
}

// Returns a sentence for each component that could not be undone. `made` is what this process knows
// better than the registry does.
std::vector<std::string> undo(const application_tools& tools, const operation_record& operation,
                              const application_record& application,
                              const std::vector<planned_component>& made,
                              operation_context& context) {
  std::vector<std::string> left;
  auto records = tools.memory.transact(
      [&](registry_view& view) { return view.applications.components(application.name); });
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const auto known = std::find_if(made.begin(), made.end(), [&](const auto& one) {
      return one.record.type == record->type && one.record.name == record->name;
    });
    const bool answered = known != made.end() && known->answered;
    if (answered && known->record.data) record->data = known->record.data;
    try {
      if (record->data) {
        destroy_component(tools, operation, *record, {}, context);
      } else if (!answered) {
        // Without data, but not because its plugin has taken back what it made (DM-13).
        destroy_unrecorded_component(tools, operation, *record, {}, context);
      }
      attempt_to(fmt::format("remove the HDFS directories of component {}", shown(*record)),
                 [&] { unmake_directories(tools, directories_of(*record), context.cancel); });
      record_patiently(tools.memory, context.shutdown, operation.id,
                       [&](registry_view& view) { view.applications.erase_component(*record); });
    } catch (const std::exception& problem) {
      context.shutdown.check();
      left.push_back(fmt::format("{}: {}", shown(*record), problem.what()));
    }
  }
  return left;
}

// What an earlier creation left goes first, once: what this one has made by the time of a kill is
// not to be made anew by who takes it up.
void clean_first(const application_tools& tools, const operation_record& operation,
                 const application_record& application, json::document& request,
                 operation_context& context) {
  if (!json::flag_of(request, "clean_first", false)) return;
  const auto left = undo(tools, operation, application, {}, context);
  if (!left.empty()) {
    throw failure(failure_kind::failed_creation,
                  fmt::format("what an earlier failed creation left cannot be removed: {}",
                              fmt::join(left, "; ")));
  }
  json::set(request, "clean_first", false, request.GetAllocator());
  record_patiently(tools.memory, context.shutdown, operation.id, [&](registry_view& view) {
    view.operations.advance(operation.id, json::to_text(request));
  });
}

}  // namespace

std::vector<planned_component> plan_components(const configuration& settings,
                                               const application_record& application,
                                               const package_metadata& metadata,
                                               std::vector<problem>& problems) {
  const json::document overrides =
      json::parse_or_throw(application.overrides, "the registry's overrides");
  std::vector<planned_component> result;
  for (const auto& from : metadata.components()) {
    planned_component component;
    component.record.application = application.name;
    component.record.position = static_cast<int>(result.size());
    component.record.type = from.type;
    component.record.name = from.name;
    component.path = from.path;
    component.properties = application_properties(
        settings.environment, metadata.defaults(from.type, from.name),
        overrides_of(overrides, component.record), {application.name, from.name, application.user});
    if (const json::value* descriptor = metadata.hdfs(from.type, from.name)) {
      std::vector<problem> found;
      component.directories =
          read_hdfs_descriptor(*descriptor, component.properties,
                               {settings.protected_hdfs_paths, settings.hdfs_refused_roots}, found);
      for (problem& one : found) {
        one.path = shown(component.record) + "/" + one.path;
        problems.push_back(std::move(one));
      }
    }
    for (const hdfs_directory& directory : component.directories) {
      json::set(component.properties, "hdfspath_" + directory.name, directory.path,
                component.properties.GetAllocator());
    }
    result.push_back(std::move(component));
  }
  return result;
}

std::vector<planned_component> plan_or_throw(const configuration& settings,
                                             const application_record& application,
                                             const package_metadata& metadata) {
  std::vector<problem> problems;
  auto components = plan_components(settings, application, metadata, problems);
  if (problems.empty()) return components;
  throw failure::invalid("The application's descriptors are wrong", std::move(problems));
}

void validate_components(const application_tools& tools, const application_record& application,
                         const std::vector<planned_component>& components, const std::string& scope,
                         const std::filesystem::path& staged, const std::string& correlation_id,
                         cancellation* cancel) {
  std::vector<problem> problems;
  std::optional<failure> other;
  for (const planned_component& component : components) {
    const component_record& record = component.record;
    json::document request =
        validate_request(scope, tools.settings.name_space, record.name, component.properties);
    auto& memory = request.GetAllocator();
    json::set(request, "application", application.name, memory);
    json::set(request, "user", application.user, memory);
    if (!staged.empty()) {
      json::set(request, "staged_path", (staged / component.path).string(), memory);
    }
    const plugin_call call{tools.settings.timeouts.validate, correlation_id, cancel, {}};
    const std::string doing = fmt::format("validate component {}", shown(record));
    const plugin_reply reply = attempt_to(doing, [&] {
      plugin_session& plugin = tools.plugins.session_of_existing(record.type);
      // Whoever waits for the answer of a request is told at once.
      return correlation_id.empty()
                 ? plugin.run(plugin_verb::validate, request, call)
                 : run_with_retries(plugin, plugin_verb::validate, request, call);
    });
    if (reply.ok()) continue;
    const failure why = reply.to_failure(doing);
    if (why.kind() != failure_kind::failed_validation) {
      if (!other) other = why;
    } else if (why.problems().empty()) {
      problems.push_back({shown(record), "", "", why.what()});
    }
    for (problem one : why.problems()) {
      one.path = shown(record) + ": " + in_own_spelling(one.path);
      one.found = in_own_spelling(one.found);
      one.allowed = in_own_spelling(one.allowed);
      one.message = in_own_spelling(one.message);
      problems.push_back(std::move(one));
    }
  }
  if (!problems.empty()) {
    throw failure::invalid(staged.empty() ? "The application's properties are wrong"
                                          : "The package's files or the properties are wrong",
                           std::move(problems));
  }
  if (other) throw failure(*other);
}

void check_staged(const application_tools& tools, const application_record& application,
                  const package_metadata& metadata, const std::filesystem::path& archive,
                  const std::string& correlation_id, cancellation& cancel) {
  const unpacked_package stage(archive, application.package, tools.settings.limits,
                               tools.settings.stage_root, cancel);
  validate_components(tools, application, plan_or_throw(tools.settings, application, metadata),
                      "staged", stage.path(), correlation_id, &cancel);
}

void lay_out_application(const application_tools& tools, const operation_record& operation,
                         const application_record& application, const package_metadata& metadata,
                         const std::filesystem::path& archive, operation_context& context,
                         earlier_work earlier) {
  std::vector<planned_component> components;
  bool begun = earlier == earlier_work::undone;
  try {
    components = plan_or_throw(tools.settings, application, metadata);
    const unpacked_package stage(archive, application.package, tools.settings.limits,
                                 tools.settings.stage_root, context.cancel);
    validate_components(tools, application, components, "staged", stage.path(), operation.id,
                        &context.cancel);
    begun = true;
    for (planned_component& component : components) {
      create_component(tools, operation, application, component, stage.path(), context);
    }
  } catch (const std::exception& problem) {
    // At a shutdown nothing is undone: the next process takes the creation up again.
    context.shutdown.check();
    if (!begun) throw;
    log::warning("event=undo operation={} application={} information={}", operation.id,
                 application.name, problem.what());
    const bool told = dynamic_cast<const failure*>(&problem) != nullptr;
    const failure why = to_failure(problem);
    const auto kind =
        !told && why.kind() == failure_kind::unknown ? failure_kind::failed_creation : why.kind();
    // A creation that was cancelled is undone all the same.
    operation_context undoing{context.shutdown, context.progress};
    const auto left = undo(tools, operation, application, components, undoing);
    if (left.empty()) throw failure(kind, why.what());
    throw failure(kind, fmt::format("{}. Undoing it left something behind, which DELETE "
                                    "/applications/{} removes: {}",
                                    why.what(), application.name, fmt::join(left, "; ")));
  }
}

void create_application(const application_tools& tools, const operation_record& operation,
                        const application_record& application, operation_context& context) {
  auto request = json::parse_or_throw(operation.request, "the journal's request");
  clean_first(tools, operation, application, request, context);
  lay_out_application(tools, operation, application,
                      package_metadata{std::string(json::text_of(request, "metadata"))},
                      tools.files.of_operation(operation.id), context, earlier_work::undone);
}

}  // namespace manager
