// What is told about an incarnation without a file: YARN's diagnostics, and where its job's history
// is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context/component_view.h"
#include "logs/log_places.h"

namespace dm::logs {

struct kept_text {
  std::string text;
  std::string reason;  // why there is none; empty: there is
};

kept_text diagnostics_of(const application_place& place);
kept_text history_of(context::component_view& view, const io::operation& op,
                     const application_place& place);

}  // namespace dm::logs
