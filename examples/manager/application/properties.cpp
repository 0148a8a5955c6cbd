// The one ordered property map that a plugin gets for a component.
// SPDX-License-Identifier: Apache-2.0
#include "application/properties.h"

#include "base/names.h"

#include <fmt/format.h>

#include <cctype>
#include <unordered_map>

namespace manager {
namespace {

constexpr std::string_view prefix = "component_";

/// An object under construction in which a member is found without a walk over all of them: what a
/// request may hold must not cost its square.
class property_map {
 public:
  void set(const std::string& name, const json::value& value) {
    auto& memory = object_.GetAllocator();
    const auto [found, added] = places_.try_emplace(name, object_.MemberCount());
    if (added) {
      object_.AddMember(json::make_string(name, memory), json::copy(value, memory), memory);
    } else {
      (object_.MemberBegin() + static_cast<std::ptrdiff_t>(found->second))->value =
          json::copy(value, memory);
    }
  }
  void set_all(std::string_view before, const json::value& from) {
    for (const auto& member : from.GetObject()) {
      set(std::string(before) + std::string(json::view(member.name)), member.value);
    }
  }
  void set_text(const std::string& name, const std::string& text) {
    set(name, json::make_string(text, object_.GetAllocator()));
  }
  json::document finish() { return std::move(object_); }

 private:
  json::document object_ = json::make_object();
  std::unordered_map<std::string, rapidjson::SizeType> places_;
};

property_map of_package(const json::value& environment, const json::value& defaults) {
  property_map result;
  result.set_all("environment_", environment);
  result.set_all(prefix, defaults);
  return result;
}

}  // namespace

void check_property_names(const std::string& path, const json::value& properties,
                          std::vector<problem>& problems) {
  if (properties.MemberCount() > most_properties) {
    problems.push_back({path, fmt::format("{} properties", properties.MemberCount()),
                        fmt::format("at most {}", most_properties), ""});
    return;
  }
  for (const auto& property : properties.GetObject()) {
    const std::string_view name = json::view(property.name);
    const std::string at = fmt::format("{}.{}", path, printable(name));
    if (!is_property_name(name)) {
      problems.push_back({at, fmt::format("property \"{}\"", printable(name)),
                          std::string(property_name_rule), ""});
    } else if (name.starts_with(prefix)) {
      problems.push_back({at, std::string(name), std::string(name.substr(prefix.size())),
                          "the Deployment Manager adds component_ itself"});
    }
  }
}

std::string in_own_spelling(std::string text) {
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    const bool begins = at == 0 || (std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0 &&
                                    text[at - 1] != '_');
    const std::size_t end = at + prefix.size();
    const bool named =
        end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0;
    if (begins && named) {
      text.erase(at, prefix.size());
    } else {
      at = end;
    }
  }
  return text;
}

json::document package_properties(const json::value& environment, const json::value& defaults) {
  return of_package(environment, defaults).finish();
}

json::document application_properties(const json::value& environment, const json::value& defaults,
                                      const json::value* overrides, const component_identity& who) {
  property_map result = of_package(environment, defaults);
  if (overrides != nullptr && overrides->IsObject()) result.set_all(prefix, *overrides);
  result.set_text("component_application", who.application);
  result.set_text("component_name", who.component);
  result.set_text("component_job_name", who.job_name());
  result.set_text("application_hdfs_root", who.application_hdfs_root());
  result.set_text("component_hdfs_root", who.application_hdfs_root() + "/" + who.component);
  result.set_text("application_user", who.user);
  return result.finish();
}

}  // namespace manager
