// The verbs behind the table: a request read, carried out under its call, answered.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/verbs.h"

#include <fmt/format.h>

#include "boundary/requests.h"
#include "boundary/verb_run.h"

namespace dm::boundary {

outcome validate(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "validate", request, read_validate_request,
                          lifecycle::validate);
}

outcome create(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "create", request, read_create_request, lifecycle::create);
}

outcome destroy(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "destroy", request, read_destroy_request,
                          lifecycle::destroy);
}

outcome start(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "start", request, read_start_request, lifecycle::start);
}

outcome stop(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "stop", request, read_stop_request, lifecycle::stop);
}

outcome status(dm_session* session, dm_call* call, dm_string request) {
  return run(session, call, "status", request,
             [&](running_operation& running, const io::json_document& document) {
               const result<status_batch> batch = read_status_request(document);
               if (!batch) return refused(running, batch.error());
               const io::operation& op = running.operation();
               const io::wall_time observed_at = io::now();
               const auto observed = observation::status(session->session, op, batch->request);
               // Half an answer of a cancelled batch would read as if the cluster had not answered.
               if (op.cancelled())
                 return refused(running,
                                op.check("the services that know the components' states").error());
               op.log(io::log_level::debug,
                      fmt::format("done, {} components", batch->entries.size()));
               return write_status(observed_at, batch->entries, observed, batch->request.detail,
                                   {{}, std::string(running.correlation_id())});
             });
}

outcome find(dm_session* session, dm_call* call, dm_string request) {
  return run(session, call, "find", request,
             [&](running_operation& running, const io::json_document& document) {
               const auto parsed = read_find_request(document);
               if (!parsed) return refused(running, parsed.error());
               const std::string component =
                   parsed->name.component.empty() ? std::string() : parsed->name.text();
               running.set_component(component);
               const auto reply = lifecycle::find(session->session, running.operation(), *parsed);
               log_end(running.operation(), reply);
               return write_reply(reply, {component, std::string(running.correlation_id())});
             });
}

}  // namespace dm::boundary
