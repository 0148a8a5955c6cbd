// Routes and members of bodies, as commands and options.
// SPDX-License-Identifier: Apache-2.0
#include "client/own_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace dmctl {
namespace {

struct command_of_route {
  std::string_view route;    // "*": what is put in the place of {0}, {1}
  std::string_view command;  // behind "dmctl "
};

constexpr std::array known_routes = {
    command_of_route{"GET applications", "list applications"},
    command_of_route{"PUT applications/*", "create {0}"},
    command_of_route{"GET applications/*", "status {0}"},
    command_of_route{"GET applications/*/status", "status {0}"},
    command_of_route{"GET applications/*/detail", "show application {0}"},
    command_of_route{"DELETE applications/*", "destroy {0}"},
    command_of_route{"POST applications/*/start", "start {0}"},
    command_of_route{"POST applications/*/stop", "stop {0}"},
    command_of_route{"POST applications/*/upgrade", "upgrade {0}"},
    command_of_route{"POST applications/*/plan", "plan {0}"},
    command_of_route{"GET applications/*/savepoints", "list savepoints {0}"},
    command_of_route{"POST applications/*/savepoints", "trigger {0}"},
    command_of_route{"GET applications/*/savepoints/*", "show savepoint {0} {1}"},
    command_of_route{"DELETE applications/*/savepoints/*", "dispose {0} {1}"},
    command_of_route{"POST applications/*/savepoints/*/resume", "resume {0} {1}"},
    command_of_route{"POST applications/*/savepoints/*/pin", "pin {0} {1}"},
    command_of_route{"GET applications/*/logs", "list logs {0}"},
    command_of_route{"GET applications/*/incidents", "incidents {0}"},
    command_of_route{"GET applications/*/explain", "explain {0}"},
    command_of_route{"GET applications/*/figures", "figures {0}"},
    command_of_route{"GET packages", "list packages"},
    command_of_route{"GET packages/*", "show package {0}"},
    command_of_route{"PUT packages/*", "deploy {0}"},
    command_of_route{"DELETE packages/*", "undeploy {0}"},
    command_of_route{"GET repository/packages", "list repository"},
    command_of_route{"DELETE repository/packages/*", "remove upload {0}"},
    command_of_route{"GET operations", "list operations"},
    command_of_route{"GET operations/*", "show operation {0}"},
    command_of_route{"DELETE operations/*", "cancel {0}"},
    command_of_route{"POST fleet/stop", "fleet stop"},
    command_of_route{"POST fleet/start", "fleet start"},
    command_of_route{"GET fleet/operations", "fleet list"},
    command_of_route{"GET fleet/operations/*", "fleet status {0}"},
    command_of_route{"DELETE fleet/operations/*", "fleet cancel {0}"},
    command_of_route{"GET plugins", "doctor"},
    command_of_route{"GET housekeeping", "doctor"},
    command_of_route{"POST housekeeping", "doctor --clean"},
    command_of_route{"GET whoami", "whoami"},
};

// Of bodies and queries, with options of the same name.
constexpr std::array<std::string_view, 7> known_flags = {"kill",
                                                         "drain",
                                                         "savepoint",
                                                         "force",
                                                         "foreign",
                                                         "accept_state_loss",
                                                         "allow_non_restored_state"};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<std::string> command_of(std::string_view method, std::string_view path, bool waits) {
  const auto parts = split(path);
  for (const auto& [route, command] : known_routes) {
    const std::size_t blank = route.find(' ');
    const auto wanted = split(route.substr(blank + 1));
    if (route.substr(0, blank) != method || wanted.size() != parts.size()) continue;
    std::vector<std::string_view> taken;
    bool same = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool any = wanted[i] == "*" && !parts[i].empty();
      if (any) taken.push_back(parts[i]);
      same = same && (any || wanted[i] == parts[i]);
    }
    if (!same) continue;
    if (waits && route == "GET operations/*") return fmt::format("dmctl wait {}", taken[0]);
    taken.resize(2);
    return "dmctl " + fmt::format(fmt::runtime(command), taken[0], taken[1]);
  }
  return std::nullopt;
}

// A route at the text's beginning; its length, 0: there is none.
std::size_t take_route(std::string_view text, std::string& into) {
  for (const std::string_view method : {"GET", "PUT", "POST", "DELETE"}) {
    if (!text.starts_with(method) || !text.substr(method.size()).starts_with(" /")) continue;
    const std::size_t begin = method.size() + 2;
    std::size_t end = std::min(text.find_first_of(" ,;:()\"'\n", begin), text.size());
    if (text[end - 1] == '.') --end;
    const std::string_view address = text.substr(begin, end - begin);
    const std::size_t question = std::min(address.find('?'), address.size());
    const auto command = command_of(method, address.substr(0, question),
                                    address.substr(question).starts_with("?wait="));
    if (!command) return 0;
    into += *command;
    return end;
  }
  return 0;
}

// Of the fleet's body: "if_not_saved": "cancel".
constexpr std::array<std::string_view, 3> if_not_saved = {"leave", "cancel", "kill"};

// "kill": true, kill=true; within the quotes of another text \"kill\": true
std::size_t take_flag(std::string_view text, std::string& into) {
  for (const std::string_view name : known_flags) {
    for (const bool on : {true, false}) {
      const char* const word = on ? "true" : "false";
      for (const std::string& form :
           {fmt::format("\"{}\": {}", name, word), fmt::format("\\\"{}\\\": {}", name, word),
            fmt::format("{}={}", name, word)}) {
        if (!text.starts_with(form)) continue;
        std::string option(name);
        std::replace(option.begin(), option.end(), '_', '-');
        into += fmt::format("--{}{}", on ? "" : "no-", option);
        return form.size();
      }
    }
  }
  for (const std::string_view how : if_not_saved) {
    for (const std::string& form : {fmt::format("\"if_not_saved\": \"{}\"", how),
                                    fmt::format("\\\"if_not_saved\\\": \\\"{}\\\"", how)}) {
      if (!text.starts_with(form)) continue;
      into += fmt::format("--if-not-saved {}", how);
      return form.size();
    }
  }
  return 0;
}

}  // namespace

std::string in_own_words(std::string_view text) {
  std::string result;
  bool within_word = false;
  while (!text.empty()) {
    std::size_t taken = within_word ? 0 : take_route(text, result);
    if (taken == 0 && !within_word) taken = take_flag(text, result);
    if (taken == 0) {
      result += text.front();
      taken = 1;
    }
    const char last = text[taken - 1];
    within_word = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z') || last == '_' ||
                  last == '-' || last == '.' || last == '/';
    text.remove_prefix(taken);
  }
  return result;
}

}  // namespace dmctl
