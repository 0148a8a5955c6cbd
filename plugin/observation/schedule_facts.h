// What Oozie says of components whose runs it begins.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/session.h"
#include "io/http.h"
#include "observation/component_status.h"
#include "observation/observed_component.h"

namespace dm::observation {

// Two rounds of requests for all of the batch that have a schedule, and whose log was read.
void ask_oozie(context::session& session, io::http_client::rounds& http, const io::operation& op,
               const observed_batch& batch, bool detail);

// The coordinator, its next run and what it missed; with detail its runs with their applications.
void report_schedule(component_status& status, const observed_facts& facts, bool detail);

}  // namespace dm::observation
