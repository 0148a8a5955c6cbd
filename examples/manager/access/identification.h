// From a request's head to who asks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/access_settings.h"
#include "access/authorizer.h"
#include "access/caller.h"
#include "access/tokens.h"
#include "http/http_gate.h"

namespace manager {

class identification {
 public:
  /// All of it outlives this.
  identification(const identity_settings& settings, const authorizer& rules,
                 const token_store& tokens);

  /// Who proved himself, and whom the request's user.name names, if it may. A caller with
  /// proof::none and roles has none to prove (trust_user_name, nobody named); one without roles is
  /// nobody. Throws refused_access, and failure where the account database does not answer.
  /// [any-thread]
  caller identify(const http_request& request, const http_head& head) const;

 private:
  struct proven {
    std::string user;
    proof how = proof::none;
    role_set most = role_set::all();
    role_set always;  // whatever the configuration says of the account
  };
  proven prove(const http_head& head) const;
  proven by_token(const http_head& head) const;
  proven by_proxy(std::string_view name) const;
  proven by_certificate(const http_head& head) const;
  proven by_peer(const http_head& head) const;
  bool from_proxy(const http_head& head) const;

  const identity_settings& settings_;
  const authorizer& rules_;
  const token_store& tokens_;
};

}  // namespace manager
