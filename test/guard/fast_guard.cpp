// A guard in a process of its own, with the intervals of the tests: to be killed.
// Usage: dm_fast_guard <guard.json> COMMAND [ARGUMENT ...]
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "guard/guard.h"
#include "io/file.h"

int main(int argc, char** argv) {
  if (argc < 3) return 71;
  const auto text = dm::io::read_file(argv[1], 1 << 20);
  auto spec = text ? dm::component::read_guard_spec(*text)
                   : dm::result<dm::component::guard_spec>(dm::fail(text.error()));
  if (!spec) {
    std::fputs(spec.error().text().c_str(), stderr);
    return 72;
  }
  dm::guard::pace pace;
  pace.first_poll = dm::io::milliseconds(20);
  pace.longest_retry = dm::io::milliseconds(100);
  pace.denial_limit = dm::io::milliseconds(1200);
  pace.leaving_limit = dm::io::milliseconds(300);
  pace.job_look = dm::io::milliseconds(50);
  pace.log_look = dm::io::milliseconds(50);
  dm::guard::guard_log log(spec->log_directory);
  (void)log.open();
  const dm::io::operation op;
  auto slots = dm::guard::submission_slots::open(spec->slots_directory, spec->submission_slots);
  return dm::guard::guard(std::move(*spec), {argv + 2, argv + argc}, op, log,
                          slots ? std::move(*slots) : dm::guard::submission_slots(), pace)
      .run();
}
