// Words for who asks and how that was proved.
// SPDX-License-Identifier: Apache-2.0
#include "access/caller.h"

namespace manager {

std::string_view to_text(proof how) {
  switch (how) {
    case proof::peer_credentials:
      return "peer_credentials";
    case proof::token:
      return "token";
    case proof::proxy_header:
      return "proxy_header";
    case proof::certificate:
      return "certificate";
    case proof::trusted_name:
      return "trusted_name";
    case proof::none:
      break;
  }
  return "none";
}

std::string_view to_text(role one) {
  switch (one) {
    case role::read:
      return "read";
    case role::deploy:
      return "deploy";
    case role::operate:
      return "operate";
    case role::administer:
      break;
  }
  return "administer";
}

std::optional<role> parse_role(std::string_view word) {
  for (const role one : {role::read, role::deploy, role::operate, role::administer}) {
    if (to_text(one) == word) return one;
  }
  return std::nullopt;
}

}  // namespace manager
