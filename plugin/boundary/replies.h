// The replies of the verbs, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "boundary/firewall.h"
#include "boundary/requests.h"
#include "lifecycle/create.h"
#include "lifecycle/destroy.h"
#include "lifecycle/find.h"
#include "lifecycle/start.h"
#include "lifecycle/stop.h"
#include "lifecycle/validate.h"
#include "observation/status.h"

namespace dm::boundary {

// What an error says that the layer which made it could not know.
struct reply_context {
  std::string component;       // "namespace/application/component"; empty when not known
  std::string correlation_id;  // empty: none
};

// A failure without anything beside it: {"schema":1,"error":{...}}.
outcome failed(error failure, const reply_context& context);

outcome write_reply(const lifecycle::validate_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::create_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::start_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::stop_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::destroy_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::find_reply& reply, const reply_context& context);

// `entries` of the request, all of them; `observed` those without a failure, in the same order.
outcome write_status(io::wall_time observed_at, const std::vector<batch_entry>& entries,
                     const std::vector<observation::component_status>& observed, bool detail,
                     const reply_context& context);

}  // namespace dm::boundary
