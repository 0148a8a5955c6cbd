// The verbs behind the table: a request read, carried out under its call, answered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boundary/firewall.h"
#include "dm_plugin.h"

namespace dm::boundary {

// All may throw; the table reaches them through operation<> only.
outcome validate(dm_session* session, dm_call* call, dm_string request);
outcome create(dm_session* session, dm_call* call, dm_string request);
outcome destroy(dm_session* session, dm_call* call, dm_string request);
outcome start(dm_session* session, dm_call* call, dm_string request);
outcome stop(dm_session* session, dm_call* call, dm_string request);
outcome status(dm_session* session, dm_call* call, dm_string request);
outcome find(dm_session* session, dm_call* call, dm_string request);

// A verb as the ABI's function: behind the firewall.
template <auto Verb>
dm_status operation(dm_session* session, dm_call* call, dm_string request,
                    dm_document* reply) noexcept {
  return firewall(reply, [&] { return Verb(session, call, request); });
}

}  // namespace dm::boundary
