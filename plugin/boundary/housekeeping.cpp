// The extension "dm.housekeeping/1": its verbs behind the firewall.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping.h"

#include <cstddef>

#include "boundary/housekeeping_replies.h"
#include "boundary/housekeeping_requests.h"
#include "boundary/verb_run.h"
#include "boundary/verbs.h"
#include "housekeeping/inspect.h"

namespace dm::boundary {

namespace {

template <class Read, class Act>
outcome run_on_all(dm_session* session, dm_call* call, std::string_view verb, dm_string request,
                   Read read, Act act) {
  return run(session, call, verb, request,
             [&](running_operation& running, const io::json_document& document) {
               const auto parsed = read(document);
               if (!parsed) return refused(running, parsed.error());
               const auto reply = act(session->session, running.operation(), *parsed);
               log_end(running.operation(), reply);
               return write_reply(reply, {{}, std::string(running.correlation_id())});
             });
}

outcome inspect(dm_session* session, dm_call* call, dm_string request) {
  return run_on_all(session, call, "inspect", request, read_inspect_request, housekeeping::inspect);
}

outcome clean(dm_session* session, dm_call* call, dm_string request) {
  return run_on_all(session, call, "clean", request, read_clean_request, housekeeping::clean);
}

// New members go to the end of dm_housekeeping only; move this to the new last one (DM-3).
static_assert(sizeof(dm_housekeeping) ==
              offsetof(dm_housekeeping, clean) + sizeof(dm_housekeeping::clean));

}  // namespace

constinit const dm_housekeeping housekeeping_table = {sizeof(dm_housekeeping), operation<inspect>,
                                                      operation<clean>};

}  // namespace dm::boundary
