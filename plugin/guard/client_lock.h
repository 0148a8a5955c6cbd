// The lock that a flink client inherits: held as long as the client, or any child of it, lives.
// It is how a guard knows that a client of an earlier guard may still be about to submit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "io/file.h"
#include "io/http.h"

namespace dm::guard {

// Takes <directory>/client.lock. If a client of an earlier guard holds it, that client's process
// group is ended with SIGKILL (SIGTERM would run Flink's deployment hook, which kills the
// application) until the lock is free. UNAVAILABLE: it is not free after 20 s. The descriptor is
// handed to the client as process_spec.inherited; the pid in the file is written by the child.
struct taken_lock {
  io::unique_fd descriptor;
  int killed_group = 0;  // process group that had to be ended; 0: none
};
result<taken_lock> take_client_lock(const io::operation& op, io::http_client& wait,
                                    const std::string& directory);

// Whether somebody holds it right now.
result<bool> client_lives(const std::string& directory);

}  // namespace dm::guard
