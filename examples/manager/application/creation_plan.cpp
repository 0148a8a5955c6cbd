// What a creation would do.
// SPDX-License-Identifier: Apache-2.0
#include "application/creation_plan.h"

#include "application/application_creation.h"
#include "base/file.h"

#include <fmt/format.h>

namespace manager {

json::document plan_creation(const application_tools& tools, const application_record& application,
                             const package_metadata& metadata, cancellation& left) {
  const auto planned = plan_or_throw(tools.settings, application, metadata);
  validate_components(tools, application, planned, "properties", {}, "", &left);
  check_staged(tools, application, metadata, tools.files.deployed(application.package), "", left);

  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value steps(rapidjson::kArrayType);
  json::value components(rapidjson::kArrayType);
  for (const planned_component& one : planned) {
    json::value own_steps(rapidjson::kArrayType);
    const auto add = [&](const std::string& step) {
      own_steps.PushBack(json::make_string(step, memory), memory);
      const std::string line = fmt::format("{}: {}", shown(one.record), step);
      steps.PushBack(json::make_string(line, memory), memory);
    };
    for (const hdfs_directory& directory : one.directories) {
      add(fmt::format("the HDFS directory {} is made unless it is there", directory.path));
    }
    add(fmt::format("is laid out from {} for {}, and not started", application.package,
                    application.user));
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "component", one.record.name, memory);
    json::set(entry, "type", one.record.type, memory);
    json::set(entry, "possible", true, memory);
    json::set(entry, "obstacles", json::value(rapidjson::kArrayType), memory);
    json::set(entry, "steps", std::move(own_steps), memory);
    components.PushBack(entry, memory);
  }
  json::set(body, "application", application.name, memory);
  json::set(body, "package", application.package, memory);
  json::set(body, "possible", true, memory);
  json::set(body, "obstacles", json::value(rapidjson::kArrayType), memory);
  json::set(body, "steps", std::move(steps), memory);
  json::set(body, "components", std::move(components), memory);
  return body;
}

}  // namespace manager
