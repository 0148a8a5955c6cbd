// The extension "dm.savepoint/1": its verbs behind the firewall.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint.h"

#include <cstddef>

#include <fmt/format.h>

#include "boundary/savepoint_replies.h"
#include "boundary/savepoint_requests.h"
#include "boundary/verb_run.h"
#include "boundary/verbs.h"

namespace dm::boundary {

namespace {

outcome trigger(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "trigger", request, read_trigger_request,
                          lifecycle::trigger);
}

outcome list(dm_session* session, dm_call* call, dm_string request) {
  return run(
      session, call, "list", request,
      [&](running_operation& running, const io::json_document& document) {
        const result<list_batch> batch = read_list_request(document);
        if (!batch) return refused(running, batch.error());
        const io::operation& op = running.operation();
        const savepoint::list_reply listed = savepoint::list(session->session, op, batch->request);
        // Half an answer of a cancelled batch would read as if savepoints were missing.
        if (op.cancelled())
          return refused(running, op.check("HDFS to tell the components' savepoints").error());
        op.log(io::log_level::debug, fmt::format("done, {} components", batch->entries.size()));
        return write_list(batch->entries, listed, {{}, std::string(running.correlation_id())});
      });
}

outcome resume(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "resume", request, read_resume_request, lifecycle::resume);
}

outcome dispose(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "dispose", request, read_dispose_request,
                          savepoint::dispose);
}

outcome pin(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "pin", request, read_pin_request, savepoint::pin);
}

outcome unpin(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "unpin", request, read_unpin_request, savepoint::unpin);
}

outcome plan(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "plan", request, read_plan_request, lifecycle::plan);
}

// New members go to the end of dm_savepoint only; move this to the new last one (DM-3).
static_assert(sizeof(dm_savepoint) == offsetof(dm_savepoint, plan) + sizeof(dm_savepoint::plan));

}  // namespace

constinit const dm_savepoint savepoint_table = {
    sizeof(dm_savepoint), operation<trigger>, operation<list>,  operation<resume>,
    operation<dispose>,   operation<pin>,     operation<unpin>, operation<plan>,
};

}  // namespace dm::boundary
