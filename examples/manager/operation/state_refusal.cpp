// Refusals by the state of an object.
// SPDX-License-Identifier: Apache-2.0
#include "operation/state_refusal.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace manager {
namespace {

std::optional<operation_record> under_way_with(registry& memory, const std::string& kind,
                                               const std::string& name) {
  return memory.transact([&](registry_view& view) { return view.operations.find_of(kind, name); });
}

std::string as_json(const std::optional<operation_record>& operation) {
  if (!operation) return {};
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "id", operation->id, memory);
  json::set(body, "verb", operation->verb, memory);
  json::set(body, "user", operation->user, memory);
  json::set(body, "accepted_at", to_rfc3339(operation->accepted_at), memory);
  return json::to_text(body);
}

// What goes on, and how it ends. `more`: another way to end it.
std::string passing(const std::optional<operation_record>& operation, std::string_view more = "") {
  // It has ended in this moment, and its record has not been read again.
  if (!operation) return "something has just ended with it: ask again";
  return fmt::format(
      "{0} (operation {1}, asked for by {2} at {3}) is under way. Wait for its end (GET "
      "/operations/{1}?wait=60), or cancel it (DELETE /operations/{1}){4}",
      operation->verb, operation->id, operation->user, to_rfc3339(operation->accepted_at), more);
}

bool is_settled(const std::string& state) {
  return state == application_state::created || state == application_state::started;
}

std::string absent(const application_record& application, std::string_view wanted) {
  const std::string name = printable(application.name);
  if (wanted == "destroy") {
    return fmt::format("there is no application {}: there is nothing to destroy", name);
  }
  const bool failed = application.information && !application.information->empty();
  return fmt::format(
      "there is no application {0}: GET /applications lists those that there are, PUT "
      "/applications/{0} makes it{1}",
      name,
      failed ? fmt::format("; GET /applications/{}/status says what was tried with it last", name)
             : "");
}

std::string settled(const application_record& application, std::string_view wanted,
                    const std::vector<std::string_view>& allowed) {
  const std::string& name = application.name;
  if (wanted == "create") {
    return fmt::format(
        "it is there already: destroy it first (DELETE /applications/{0}), give it another version "
        "(POST /applications/{0}/upgrade), or take another name",
        name);
  }
  if (wanted == "start") {
    return fmt::format(
        "it is started already: nothing is to be done, or stop it first (POST "
        "/applications/{}/stop)",
        name);
  }
  if (wanted == "stop") return "it does not run: there is nothing to stop";
  return fmt::format("{} needs it {}", wanted, fmt::join(allowed, " or "));
}

}  // namespace

failure refused_by_state(registry& memory, const application_record& application,
                         std::string_view wanted, const std::vector<std::string_view>& allowed) {
  refused_state why{"application", application.name, application.state, ""};
  if (application.state == application_state::not_created) {
    return failure::wrong_state(failure_kind::not_found, why, absent(application, wanted));
  }
  std::string text = settled(application, wanted, allowed);
  if (!is_settled(application.state)) {
    const auto operation = under_way_with(memory, "application", application.name);
    const bool stops = wanted == "stop" && operation && operation->verb == "stop";
    why.under_way = as_json(operation);
    text = passing(operation, stops ? ", or end the job without a savepoint (kill=true)" : "");
  }
  return failure::wrong_state(
      failure_kind::conflicting_state, why,
      fmt::format("application {} is {}: {}", application.name, application.state, text));
}

failure refused_by_state(registry& memory, const package_record& package, std::string_view wanted) {
  refused_state why{"package", package.name, package.state, ""};
  const std::string name = printable(package.name);
  if (package.state == package_state::not_deployed) {
    const std::string text =
        wanted == "undeploy"
            ? "there is nothing to undeploy; GET /packages lists those that are deployed"
            : fmt::format("{} needs it deployed: PUT /packages/{} does that", wanted, name);
    return failure::wrong_state(failure_kind::not_found, why,
                                fmt::format("package {} is not deployed: {}", name, text));
  }
  std::string text = fmt::format(
      "it is deployed already: undeploy it first (DELETE /packages/{}), or give what is "
      "new another version",
      name);
  if (package.state != package_state::deployed) {
    const auto operation = under_way_with(memory, "package", package.name);
    why.under_way = as_json(operation);
    text = passing(operation);
  }
  return failure::wrong_state(failure_kind::conflicting_state, why,
                              fmt::format("package {} is {}: {}", name, package.state, text));
}

}  // namespace manager
