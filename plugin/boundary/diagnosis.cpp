// The extension "dm.diagnosis/1": its verbs behind the firewall.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis.h"

#include <cstddef>

#include "boundary/diagnosis_replies.h"
#include "boundary/diagnosis_requests.h"
#include "boundary/verb_run.h"
#include "boundary/verbs.h"

namespace dm::boundary {

namespace {

outcome incidents(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "incidents", request, read_incidents_request,
                          diagnosis::incidents);
}

outcome explain(dm_session* session, dm_call* call, dm_string request) {
  return run_on_component(session, call, "explain", request, read_explain_request,
                          diagnosis::explain);
}

// New members go to the end of dm_diagnosis only; move this to the new last one (DM-3).
static_assert(sizeof(dm_diagnosis) ==
              offsetof(dm_diagnosis, explain) + sizeof(dm_diagnosis::explain));

}  // namespace

constinit const dm_diagnosis diagnosis_table = {sizeof(dm_diagnosis), operation<incidents>,
                                                operation<explain>};

}  // namespace dm::boundary
