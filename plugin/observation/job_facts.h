// What the JobManagers say of the components' jobs. Inside observation only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/http.h"
#include "observation/observed_component.h"

namespace dm::observation {

// Asks the JobManager in facts.job_manager of each for its job, and where that leaves a question
// for its exceptions and restarts; all side by side, two or three rounds in all. detail: vertices
// and restarts of all of them.
void ask_job_managers(io::http_client::rounds& http, const io::operation& op,
                      const observed_batch& batch, bool detail);

}  // namespace dm::observation
