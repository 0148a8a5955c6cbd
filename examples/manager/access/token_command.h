// "deployment-manager token …": makes, lists and takes back bearer tokens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace manager {

struct token_request {
  std::filesystem::path file;
  std::string user;
  std::vector<std::string> roles;
  int days = 90;
  std::string comment;
  std::string id;
};

/// Each prints to the standard output and gives the exit code: 0, or 1 after a text on the standard
/// error stream.
int run_token_create(const token_request& asked);
int run_token_list(const token_request& asked);
int run_token_revoke(const token_request& asked);

}  // namespace manager
