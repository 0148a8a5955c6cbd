// The body of a creation, an upgrade or a plan.
// SPDX-License-Identifier: Apache-2.0
#include "client/overrides.h"

#include "client/member.h"
#include "client/private_file.h"
#include "client/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace dmctl {
namespace {

constexpr std::size_t largest_file = 4U << 20;

struct assignment {
  std::string type;  // "" as long as it is not known
  std::string component;
  std::string property;
  std::string value;
};

std::optional<assignment> parse_set(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return std::nullopt;
  std::string name = text.substr(0, equals);
  assignment result;
  result.value = text.substr(equals + 1);
  const std::size_t slash = name.find('/');
  const std::size_t dot = name.find('.');
  // Neither a type nor a component has one of both in its name; a property may.
  if (slash != std::string::npos && (dot == std::string::npos || slash < dot)) {
    result.type = name.substr(0, slash);
    name = name.substr(slash + 1);
    if (result.type.empty()) return std::nullopt;
  }
  const std::size_t end = name.find('.');
  if (end == std::string::npos || end == 0 || end + 1 == name.size()) return std::nullopt;
  result.component = name.substr(0, end);
  result.property = name.substr(end + 1);
  return result;
}

json::document read_body(const std::string& file) {
  const std::string text = read_given_file(file, largest_file);
  std::string why;
  auto parsed = json::parse(text, why);
  if (!parsed || !parsed->IsObject()) {
    throw problem(exit_code::usage,
                  fmt::format("{}: {}", harmless(file),
                              parsed ? "holds no JSON object" : "is no JSON: " + why));
  }
  return std::move(*parsed);
}

void find_type(assignment& one, const json::value& defaults, std::vector<std::string>& problems) {
  std::vector<std::string> types;
  std::vector<std::string> known;
  each_member(defaults, [&](const std::string& type, const json::value& components) {
    each_member(components, [&](const std::string& component, const json::value&) {
      known.push_back(component);
      if (component == one.component) types.push_back(type);
    });
  });
  if (types.size() == 1) {
    one.type = types.front();
  } else if (types.empty()) {
    problems.push_back(fmt::format("--set {}.{}: the package has no such component; it has: {}",
                                   harmless(one.component), harmless(one.property),
                                   harmless(fmt::format("{}", fmt::join(known, ", ")))));
  } else {
    problems.push_back(fmt::format("--set {}.{}: which one? {}", harmless(one.component),
                                   harmless(one.property),
                                   harmless(fmt::format("{}", fmt::join(types, ", ")))));
  }
}

json::value& object_in(json::value& parent, const std::string& name, json::allocator& memory) {
  const json::value* there = json::find(parent, name);
  if (there != nullptr && !there->IsObject()) {
    throw problem(exit_code::usage,
                  fmt::format("\"{}\" of the file is no object, so --set cannot go on top of it",
                              harmless(name)));
  }
  return json::object_under(parent, name, memory);
}

}  // namespace

json::document defaults_of(server& manager, const std::string& package) {
  const json::document told = manager.get(target({"packages", package}));
  const json::value* defaults = json::find(told, "defaults");
  json::document result = json::make_object();
  if (defaults != nullptr && defaults->IsObject()) {
    result.CopyFrom(*defaults, result.GetAllocator());
  }
  return result;
}

json::value value_of(const std::string& property, const std::string& text,
                     json::allocator& memory) {
  // A program's arguments are what is written.
  if (property != "application_args") {
    std::string ignored;
    const auto parsed = json::parse(text, ignored);
    const bool scalar = parsed && (parsed->IsNumber() || parsed->IsBool() || parsed->IsNull());
    if (scalar && json::to_text(*parsed) == text) return json::copy(*parsed, memory);
  }
  return json::make_string(text, memory);
}

json::document make_body(const override_options& given,
                         const std::function<json::document(const std::string&)>& defaults_of) {
  json::document body = given.file.empty() ? json::make_object() : read_body(given.file);
  auto& memory = body.GetAllocator();
  if (!given.package.empty()) json::set(body, "package", given.package, memory);
  std::vector<std::string> problems;
  std::vector<assignment> all;
  bool asks = false;
  for (const std::string& text : given.sets) {
    auto one = parse_set(text);
    if (one) {
      asks = asks || one->type.empty();
      all.push_back(std::move(*one));
    } else {
      problems.push_back(
          fmt::format("--set {}: allowed: COMPONENT.PROPERTY=VALUE, TYPE/COMPONENT.PROPERTY=VALUE",
                      harmless(text.substr(0, text.find('=')))));
    }
  }
  const std::string package(json::text_of(body, "package"));
  if (asks && package.empty()) problems.emplace_back("--set needs a package: --package");
  if (asks && problems.empty()) {
    const json::document defaults = defaults_of(package);
    for (assignment& one : all) {
      if (one.type.empty()) find_type(one, defaults, problems);
    }
  }
  if (!problems.empty()) {
    throw problem(exit_code::usage, "what --set says is not understood", problems);
  }
  for (const assignment& one : all) {
    json::value& type = object_in(body, one.type, memory);
    json::value& component = object_in(type, one.component, memory);
    json::set(component, one.property, value_of(one.property, one.value, memory), memory);
  }
  return body;
}

}  // namespace dmctl
