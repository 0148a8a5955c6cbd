// The configuration, and what a command uses of it.
// SPDX-License-Identifier: Apache-2.0
#include "client/contexts.h"

#include "client/private_file.h"
#include "client/problem.h"
#include "client/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace dmctl {
namespace {

constexpr std::size_t largest_file = 1U << 20;

const place_member* member_named(std::string_view name) {
  const auto* const found = std::find_if(place_members.begin(), place_members.end(),
                                         [&](const place_member& one) { return one.name == name; });
  return found == place_members.end() ? nullptr : found;
}

std::string member_names() {
  std::vector<std::string_view> names;
  for (const place_member& one : place_members) names.push_back(one.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

place read_place(const std::string& path, const json::value& from,
                 std::vector<std::string>& problems) {
  place result;
  if (!from.IsObject()) {
    problems.push_back(fmt::format("{}: allowed: an object", path));
    return result;
  }
  for (const auto& given : from.GetObject()) {
    const std::string_view name = json::view(given.name);
    const place_member* const known = member_named(name);
    if (known == nullptr) {
      problems.push_back(
          fmt::format("{}.{}: is not known; allowed: {}", path, harmless(name), member_names()));
    } else if (!given.value.IsString()) {
      problems.push_back(fmt::format("{}.{}: allowed: a text", path, name));
    } else {
      result.*known->member = std::string(json::view(given.value));
    }
  }
  if (const std::string wrong = problem_with(result); !wrong.empty()) {
    problems.push_back(fmt::format("{}: {}", path, wrong));
  }
  return result;
}

std::string variable_of(std::string_view member) {
  std::string name = "DMCTL_";
  for (const char c : member) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return name;
}

std::string option_of(std::string_view member) {
  std::string name = "--" + std::string(member);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void note_origins(chosen_place& chosen, const place& above,
                  const std::function<std::string(std::string_view)>& origin) {
  if (!above.socket.empty() || !above.url.empty()) {
    const auto user = chosen.origins.find("user");
    std::map<std::string, std::string> kept;
    if (user != chosen.origins.end()) kept.insert(*user);
    chosen.origins = std::move(kept);
  }
  for (const place_member& one : place_members) {
    if (!(above.*one.member).empty()) chosen.origins[std::string(one.name)] = origin(one.name);
  }
  chosen.where = merged(chosen.where, above);
}

}  // namespace

bool is_context_name(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !text.empty() && text.size() <= 100 && text[0] != '-' && text[0] != '.' &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

contexts parse_contexts(std::string_view text, const std::string& file) {
  std::string why;
  const auto parsed = json::parse(text, why);
  std::vector<std::string> problems;
  contexts result;
  if (!parsed || !parsed->IsObject()) {
    problems.push_back(parsed ? "allowed: an object" : why);
  } else {
    for (const auto& given : parsed->GetObject()) {
      const std::string_view name = json::view(given.name);
      if (name == "current" && given.value.IsString()) {
        result.current = std::string(json::view(given.value));
      } else if (name == "contexts" && given.value.IsObject()) {
        for (const auto& one : given.value.GetObject()) {
          const std::string context(json::view(one.name));
          const std::string path = "$.contexts." + harmless(context);
          if (!is_context_name(context)) {
            problems.push_back(fmt::format("{}: a name is {}", path, context_name_rule));
          }
          result.known[context] = read_place(path, one.value, problems);
        }
      } else {
        problems.push_back(fmt::format(
            "$.{}: allowed: current (a context's name), contexts (an object)", harmless(name)));
      }
    }
    if (!result.current.empty() && !result.known.contains(result.current)) {
      problems.push_back(fmt::format("$.current: there is no context \"{}\"; there are: {}",
                                     harmless(result.current),
                                     fmt::join(context_names(result), ", ")));
    }
  }
  if (!problems.empty()) {
    throw problem(exit_code::usage, fmt::format("{} is wrong", harmless(file)), problems);
  }
  return result;
}

std::vector<std::string> context_names(const contexts& all) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : all.known) names.push_back(name);
  return names;
}

json::value to_value(const place& one, json::allocator& memory) {
  json::value result(rapidjson::kObjectType);
  for (const place_member& member : place_members) {
    if (!(one.*member.member).empty()) json::set(result, member.name, one.*member.member, memory);
  }
  return result;
}

std::string to_text(const contexts& all) {
  json::document document = json::make_object();
  auto& memory = document.GetAllocator();
  if (!all.current.empty()) json::set(document, "current", all.current, memory);
  json::value known(rapidjson::kObjectType);
  for (const auto& [name, one] : all.known) json::set(known, name, to_value(one, memory), memory);
  json::set(document, "contexts", std::move(known), memory);
  return json::to_pretty_text(document) + "\n";
}

std::filesystem::path contexts_file() {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const auto given = variable("DMCTL_CONFIG"); !given.empty()) return given;
  if (const auto given = variable("XDG_CONFIG_HOME"); given.starts_with('/')) {
    return std::filesystem::path(given) / "dmctl/config.json";
  }
  return std::filesystem::path(variable("HOME")) / ".config/dmctl/config.json";
}

contexts read_contexts(const std::filesystem::path& file) {
  const auto text = read_private_file(file, largest_file);
  return text ? parse_contexts(*text, file.string()) : contexts{};
}

void write_contexts(const std::filesystem::path& file, const contexts& all) {
  write_private_file(file, to_text(all));
}

chosen_place choose_place(const contexts& all, const std::string& context, const place& options,
                          const environment& variable) {
  const auto value = [&](const std::string& name) {
    const char* const found = variable(name.c_str());
    return std::string(found == nullptr ? "" : found);
  };
  chosen_place chosen;
  chosen.context = context;
  if (chosen.context.empty()) chosen.context = value("DMCTL_CONTEXT");
  if (chosen.context.empty()) chosen.context = all.current;
  if (!chosen.context.empty()) {
    const auto known = all.known.find(chosen.context);
    if (known == all.known.end()) {
      throw problem(
          exit_code::usage,
          fmt::format("there is no context \"{}\"; there are: {}", harmless(chosen.context),
                      all.known.empty() ? "none, dmctl set context makes one"
                                        : fmt::format("{}", fmt::join(context_names(all), ", "))));
    }
    const std::string origin = "context " + chosen.context;
    note_origins(chosen, known->second, [&](std::string_view) { return origin; });
  }
  place above;
  for (const place_member& one : place_members) above.*one.member = value(variable_of(one.name));
  note_origins(chosen, above, variable_of);
  note_origins(chosen, options, option_of);
  if (chosen.where.socket.empty() && chosen.where.url.empty()) {
    chosen.where.socket = std::string(default_socket);
    chosen.origins["socket"] = "default";
  }
  if (const std::string wrong = problem_with(chosen.where); !wrong.empty()) {
    throw problem(exit_code::usage, wrong);
  }
  return chosen;
}

}  // namespace dmctl
