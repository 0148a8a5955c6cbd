// What the components' logs on HDFS say. Inside observation only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/session.h"
#include "observation/observed_component.h"

namespace dm::observation {

// All logs side by side. Of each the newest intent and the newest incarnation with its end, in one
// listing and at most three files; the listing alone where it shows that nothing was recorded since
// the job that runs was submitted. whole: all that it has to tell, for the list of incarnations.
void read_logs(context::session& session, io::http_client::rounds& http, const io::operation& op,
               const observed_batch& batch, bool whole);

}  // namespace dm::observation
