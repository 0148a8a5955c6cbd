// What one run of a scheduled component came to, as Oozie's capture-output takes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace dm::guard {

struct run_report {
  std::string run;             // its name
  std::uint64_t epoch = 0;     // 0: nothing was claimed for it
  std::string outcome;         // of component::outcome, "refused", "left"
  std::string application_id;  // empty: none
  std::string job_id;          // empty: none
  std::string cause;           // a sentence, or empty
};

// Lines "name=value" as java.util.Properties reads them, ASCII, at most 2000 bytes: Oozie fails an
// action that prints more than 2 KiB. The cause is shortened first.
std::string to_properties(const run_report& report);

}  // namespace dm::guard
