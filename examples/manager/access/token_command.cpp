// "deployment-manager token …".
// SPDX-License-Identifier: Apache-2.0
#include "access/token_command.h"

#include "access/tokens.h"
#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>

namespace manager {
namespace {

int guarded(const std::function<void()>& work) {
  try {
    work();
    return 0;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "deployment-manager: {}\n", problem.what());
    return 1;
  }
}

std::string words_of(role_set roles) {
  if (roles.has(role::administer)) return std::string(to_text(role::administer));
  std::string words;
  for (const role one : {role::read, role::deploy, role::operate}) {
    if (roles.has(one)) words += fmt::format("{}{}", words.empty() ? "" : ",", to_text(one));
  }
  return words;
}

}  // namespace

int run_token_create(const token_request& asked) {
  return guarded([&] {
    role_set roles;
    for (const std::string& word : asked.roles) {
      const auto one = parse_role(word);
      if (!one) {
        throw failure(failure_kind::failed_validation,
                      fmt::format("--role {}: allowed: {}", word, role_words));
      }
      roles.add(*one);
    }
    // Only the token on the standard output, so that a script can take it.
    const std::string token = create_token(asked.file, asked.user, roles,
                                           std::chrono::hours(24) * asked.days, asked.comment);
    fmt::print("{}\n", token);
    fmt::print(
        stderr,
        "This is the only time that the token is shown. A Deployment Manager that runs takes "
        "it after a SIGHUP.\n");
  });
}

int run_token_list(const token_request& asked) {
  return guarded([&] {
    for (const token_entry& one : read_tokens(asked.file)) {
      fmt::print("{}  {:<16} {:<22} until {}{}  {}\n", one.id, one.user, words_of(one.roles),
                 to_rfc3339(one.expires_ms), one.expires_ms <= now_ms() ? " (expired)" : "",
                 one.comment);
    }
  });
}

int run_token_revoke(const token_request& asked) {
  return guarded([&] {
    if (!revoke_token(asked.file, asked.id)) {
      throw failure(failure_kind::not_found,
                    fmt::format("{} holds no token {}", asked.file.string(), asked.id));
    }
    fmt::print(stderr, "A Deployment Manager that runs refuses it after a SIGHUP.\n");
  });
}

}  // namespace manager
