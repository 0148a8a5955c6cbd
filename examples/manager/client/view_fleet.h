// Operations on the fleet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"
#include "client/progress.h"

#include <map>
#include <string>

namespace dmctl {

void show_fleet_operations(const json::value& told, output& out);

/// The report: what it is, then a row for each component.
void show_fleet(const json::value& report, output& out);

/// Tells of each component whose part has ended, once, and how far all is.
class fleet_progress {
 public:
  explicit fleet_progress(progress& shown) : shown_(shown) {}
  void tell(const json::value& report);

 private:
  progress& shown_;
  std::map<std::string, std::string> told_;  // component -> outcome
};

}  // namespace dmctl
