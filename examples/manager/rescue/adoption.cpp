// Applications that are there and that the registry does not know (any more).
// SPDX-License-Identifier: Apache-2.0
#include "rescue/adoption.h"

#include "application/application_tools.h"
#include "application/component_request.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/directory_lock.h"
#include "base/names.h"
#include "package/package_metadata.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace manager {
namespace {

using component_names = std::set<std::pair<std::string, std::string>>;

class adopter {
 public:
  explicit adopter(const configuration& settings)
      : settings_(settings),
        lock_(settings.data_root, "data_root"),
        memory_(settings.data_root / "registry.sqlite"),
        files_(settings.data_root),
        plugins_(settings.plugins_path, settings.environment, settings.plugin_settings,
                 settings.watchdog) {}

  adoption run() {
    adopt_packages();
    for (const std::string& problem : plugins_.problems()) result_.left.push_back(problem);
    for (const std::string& type : plugins_.types()) find_components(type);
    for (auto& [name, components] : found_) adopt_application(name, components);
    return std::move(result_);
  }

 private:
  void adopt_packages() {
    for (const auto& entry : std::filesystem::directory_iterator(files_.deployed_directory())) {
      const auto name = parse_package_file(entry.path().filename().string());
      if (!name) continue;
      package_record record =
          memory_.transact([&](registry_view& view) { return view.packages.find(name->full()); });
      if (record.state != package_state::not_deployed) continue;
      package_content content;
      try {
        content = read_package(entry.path(), name->full(), settings_.limits, cancel_);
        record.metadata =
            package_metadata::from_archive(name->full(), "", content.components).to_text();
        record.sha256 = sha256_of_file(entry.path());
        record.bytes = static_cast<std::int64_t>(entry.file_size());
      } catch (const std::exception& problem) {
        result_.left.push_back(fmt::format("package {}: {}", name->full(), problem.what()));
        continue;
      }
      record.state = package_state::deployed;
      record.information = fmt::format("Adopted {} at {}", name->full(), to_rfc3339(now_ms()));
      memory_.transact([&](registry_view& view) {
        view.packages.put(record);
        view.contents.replace(record.name, content.files);
      });
      result_.adopted.push_back(fmt::format("package {}: DEPLOYED", name->full()));
    }
  }

  void find_components(const std::string& type) {
    try {
      plugin_session& plugin = plugins_.session(type);
      json::document request = json::make_object();
      json::set(request, "schema", std::int64_t{1}, request.GetAllocator());
      json::set(request, "namespace", settings_.name_space, request.GetAllocator());
      const plugin_reply reply =
          plugin.run(plugin_verb::find, request, {settings_.timeouts.list, "adopt", &cancel_, {}});
      if (!reply.ok()) throw reply.to_failure(fmt::format("find components of type {}", type));
      const json::value* list = json::find(reply.document, "components");
      if (list == nullptr || !list->IsArray()) return;
      for (const auto& entry : list->GetArray()) take(type, entry);
    } catch (const failure& problem) {
      result_.left.push_back(fmt::format("components of type {}: {}", type, problem.what()));
    }
  }

  void take(const std::string& type, const json::value& entry) {
    component_record record;
    record.application = json::text_of(entry, "application");
    record.type = type;
    record.name = json::text_of(entry, "component");
    if (json::text_of(entry, "namespace") != settings_.name_space) return;
    const json::value* data = json::find(entry, "data");
    if (!is_name(record.application) || !is_name(record.name) || data == nullptr) {
      const json::value* error = json::find(entry, "error");
      result_.left.push_back(fmt::format(
          "{}: {}/{}: {}", printable(record.application), type, printable(record.name),
          error == nullptr ? "its plugin gave no data" : json::text_of(*error, "message")));
      return;
    }
    record.data = json::to_text(*data);
    found_[record.application].push_back(std::move(record));
  }

  void adopt_application(const std::string& name, std::vector<component_record>& components) {
    const auto known =
        memory_.transact([&](registry_view& view) { return view.applications.find(name); });
    if (known && known->state != application_state::not_created) return;
    application_record application;
    application.name = name;
    bool runs = false;
    for (std::size_t i = 0; i < components.size(); ++i) {
      component_record& one = components[i];
      one.position = static_cast<int>(i);
      const json::document data = json::parse_or_throw(*one.data, "a component's data");
      if (application.user.empty()) application.user = json::text_of(data, "user");
      runs = ask_desired(one) || runs;
    }
    application.state = runs ? application_state::started : application_state::created;
    describe(application, components);
    memory_.transact([&](registry_view& view) {
      view.applications.put(application);
      for (const component_record& one : components) view.applications.put_component(one);
    });
    result_.adopted.push_back(
        fmt::format("application {}: {}, {} component{}, package {}", name, application.state,
                    components.size(), components.size() == 1 ? "" : "s",
                    application.package.empty() ? "unknown" : application.package));
  }

  // Whether it is wanted running; where its plugin cannot tell it is, so that nobody starts it
  // beside what runs.
  bool ask_desired(component_record& component) {
    const plugin_reply reply =
        plugins_.session(component.type)
            .run(plugin_verb::status, status_request(settings_.name_space, {&component}, false),
                 {settings_.timeouts.status, "adopt", &cancel_, {}});
    const json::value* list = json::find(reply.document, "components");
    const bool told = reply.ok() && list != nullptr && list->IsArray() && list->Size() == 1;
    const std::string_view desired = told ? json::text_of((*list)[0], "desired") : "";
    component.desired = desired == "STOPPED" ? "STOPPED" : "RUNNING";
    return component.desired == "RUNNING";
  }

  // From the one package with these components, if there is one; properties that were given at
  // creation are in the components, and nowhere else.
  void describe(application_record& application, const std::vector<component_record>& components) {
    component_names wanted;
    for (const auto& one : components) wanted.emplace(one.type, one.name);
    std::vector<std::string> candidates;
    for (const std::string& package :
         memory_.transact([](registry_view& view) { return view.packages.deployed(); })) {
      component_names has;
      for (const auto& one : metadata_of(package).components()) has.emplace(one.type, one.name);
      if (has == wanted) candidates.push_back(package);
    }
    application.defaults = "{}";
    std::string package_text = "none of the deployed packages has just these components";
    if (candidates.size() == 1) {
      application.package = candidates[0];
      application.defaults = json::to_text(metadata_of(candidates[0]).all_defaults());
      package_text = "made from " + candidates[0];
    } else if (candidates.size() > 1) {
      package_text =
          fmt::format("{} deployed packages have just these components", candidates.size());
    }
    json::document overrides = json::make_object();
    json::set(overrides, "package", application.package, overrides.GetAllocator());
    json::set(overrides, "user", application.user, overrides.GetAllocator());
    application.overrides = json::to_text(overrides);
    application.information = fmt::format(
        "Adopted at {}: found on this node, {}. Properties that were given at its creation hold on "
        "and are not shown here; an upgrade needs them again",
        to_rfc3339(now_ms()), package_text);
  }

  package_metadata metadata_of(const std::string& package) {
    return package_metadata(
        *memory_.transact([&](registry_view& view) { return view.packages.find(package); })
             .metadata);
  }

  const configuration& settings_;
  directory_lock lock_;
  registry memory_;
  package_files files_;
  plugin_directory plugins_;
  cancellation cancel_;
  std::map<std::string, std::vector<component_record>> found_;  // by application
  adoption result_;
};

}  // namespace

adoption adopt(const configuration& settings) { return adopter(settings).run(); }

}  // namespace manager
