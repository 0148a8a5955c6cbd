// The extension "dm.metrics/1": its table, its request and its reply.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "boundary/component_entries.h"
#include "boundary/firewall.h"
#include "boundary/replies.h"
#include "dm_metrics.h"
#include "observation/figures.h"

namespace dm::boundary {

extern const dm_metrics metrics_table;

struct figures_batch {
  observation::figures_request request;  // the entries without a failure, in order
  std::vector<batch_entry> entries;      // all of them, in order
};

// A malformed entry is that entry's failure, not the batch's.
result<figures_batch> read_figures_request(const io::json_value& request);

outcome write_figures(io::wall_time observed_at, const std::vector<batch_entry>& entries,
                      const std::vector<observation::component_figures>& told,
                      const reply_context& context);

}  // namespace dm::boundary
