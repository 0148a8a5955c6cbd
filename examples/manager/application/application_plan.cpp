// What a start, a resume or an upgrade of an application would do.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_plan.h"

#include "application/application_creation.h"
#include "application/component_answer.h"
#include "application/component_request.h"
#include "application/seen_components.h"
#include "base/attempt.h"
#include "package/unpacked_package.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

/// The answer under construction: what each plugin says, and all of it together.
class plan_document {
 public:
  explicit plan_document(const application_record& application) {
    json::set(body_, "application", application.name, memory());
    json::set(body_, "package", application.package, memory());
  }

  void set(std::string_view member, const std::string& text) {
    json::set(body_, member, text, memory());
  }

  void add_step(const std::string& step) {
    steps_.PushBack(json::make_string(step, memory()), memory());
  }

  void add(const component_record& component, const json::value& reply) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "component", component.name, memory());
    json::set(entry, "type", component.type, memory());
    for (const auto& member : reply.GetObject()) {
      const std::string_view name = json::view(member.name);
      if (name != "schema") json::set(entry, name, json::copy(member.value, memory()), memory());
    }
    if (!json::flag_of(reply, "possible", false)) possible_ = false;
    append(obstacles_, component, json::find(reply, "obstacles"));
    append(steps_, component, json::find(reply, "steps"));
    components_.PushBack(entry, memory());
  }

  json::document finish() {
    json::set(body_, "possible", possible_, memory());
    json::set(body_, "obstacles", std::move(obstacles_), memory());
    json::set(body_, "steps", std::move(steps_), memory());
    json::set(body_, "components", std::move(components_), memory());
    return std::move(body_);
  }

 private:
  json::allocator& memory() { return body_.GetAllocator(); }

  void append(json::value& to, const component_record& component, const json::value* texts) {
    if (texts == nullptr || !texts->IsArray()) return;
    for (const auto& text : texts->GetArray()) {
      if (!text.IsString()) continue;
      const std::string line = fmt::format("{}: {}", shown(component), json::view(text));
      to.PushBack(json::make_string(line, memory()), memory());
    }
  }

  json::document body_ = json::make_object();
  json::value steps_{rapidjson::kArrayType};
  json::value obstacles_{rapidjson::kArrayType};
  json::value components_{rapidjson::kArrayType};
  bool possible_ = true;
};

json::document ask_plan(const application_tools& tools, const component_record& component,
                        json::document request, const std::string& user, cancellation& left) {
  if (!user.empty()) json::set(request, "user", user, request.GetAllocator());
  const std::string doing = fmt::format("plan component {}", shown(component));
  plugin_reply reply = attempt_to(doing, [&] {
    return tools.plugins.session_of_existing(component.type)
        .run(plugin_verb::plan, request, {tools.settings.timeouts.plan, "", &left, {}});
  });
  left.check();
  if (!reply.ok()) throw to_route_failure(reply, doing);
  return std::move(reply.document);
}

// As the upgrade does it: what did not run before rests, and so does what has completed by itself.
bool is_started_anew(const application_record& application, const component_record& component,
                     const json::value& status) {
  return application.state == application_state::started && component.desired == "RUNNING" &&
         json::text_of(status, "state") != "COMPLETED";
}

bool is_among(const std::vector<planned_component>& components, const component_record& one) {
  return std::any_of(components.begin(), components.end(), [&](const auto& other) {
    return other.record.type == one.type && other.record.name == one.name;
  });
}

}  // namespace

json::document plan_activity(const application_tools& tools, const application_record& application,
                             const json::value& options, const std::string& user,
                             cancellation& left) {
  const std::string wanted(json::text_of(options, "component"));
  auto components = chosen_components(tools, application.name, wanted);
  if (json::find(options, "savepoint") != nullptr) {
    components = {only_component(components, application.name)};
  }
  plan_document answer(application);
  for (const component_record& component : components) {
    json::document request = component_request(tools.settings.name_space, component);
    auto& memory = request.GetAllocator();
    for (const char* member : {"savepoint", "accept_state_loss"}) {
      const json::value* given = json::find(options, member);
      if (given != nullptr) json::set(request, member, json::copy(*given, memory), memory);
    }
    answer.add(component, ask_plan(tools, component, std::move(request), user, left));
  }
  return answer.finish();
}

json::document plan_upgrade(const application_tools& tools, const application_record& application,
                            const application_version& next, const std::string& user,
                            cancellation& left) {
  const application_record changed = next.applied_to(application);
  const auto planned = plan_or_throw(tools.settings, changed, package_metadata(next.metadata));
  const unpacked_package stage(tools.files.deployed(next.package), next.package,
                               tools.settings.limits, tools.settings.stage_root, left);
  validate_components(tools, changed, planned, "staged", stage.path(), "", &left);

  plan_document answer(application);
  answer.set("next_package", next.package);
  const auto known = chosen_components(tools, application.name, "");
  const auto seen = see_now(tools, known, false, &left);
  left.check();
  for (const component_record& component : known) {
    if (is_among(planned, component)) continue;
    answer.add_step(
        fmt::format("{}: is not in {}: it is stopped and taken away, its savepoints stay",
                    shown(component), next.package));
  }
  for (const planned_component& component : planned) {
    const auto record = std::find_if(known.begin(), known.end(), [&](const auto& one) {
      return one.type == component.record.type && one.name == component.record.name;
    });
    if (record == known.end()) {
      answer.add_step(
          application.state == application_state::started
              ? fmt::format("{}: is new in {}: it is laid out and started without state, "
                            "unless it has been there before",
                            shown(component.record), next.package)
              : fmt::format("{}: is new in {}: it is laid out, and not started",
                            shown(component.record), next.package));
      continue;
    }
    json::document request = component_request(tools.settings.name_space, *record);
    auto& memory = request.GetAllocator();
    json::value version(rapidjson::kObjectType);
    json::set(version, "package", next.package, memory);
    json::set(version, "staged_path", (stage.path() / component.path).string(), memory);
    json::set(version, "user", application.user, memory);
    json::set(version, "properties", json::copy(component.properties, memory), memory);
    const auto& status = seen[static_cast<std::size_t>(record - known.begin())];
    json::set(version, "start", is_started_anew(application, *record, status), memory);
    json::set(request, "next", std::move(version), memory);
    answer.add(*record, ask_plan(tools, *record, std::move(request), user, left));
  }
  return answer.finish();
}

}  // namespace manager
