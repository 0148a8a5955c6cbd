// One flink client under way: started with the incarnation's options, watched until it has ended or
// its application waits in YARN's queue.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/guard_spec.h"
#include "io/file.h"
#include "io/http.h"
#include "io/process.h"

namespace dm::guard {

// Names of the files a client of this epoch writes in the component's log directory.
std::string client_log_name(std::uint64_t epoch);

// Removes the logs of all but the newest `keep` clients. Best effort.
void prune_client_logs(const std::string& directory, std::uint64_t epoch, std::uint64_t keep);

// Takes what is in the middle out of a file that takes more than `most` bytes of the disk, so that
// its first `head` and last `tail` bytes stay where they are. Best effort: not every file system
// can.
void bound_output(const std::string& path, std::int64_t most, std::int64_t head, std::int64_t tail);

// A client with its output file and its lock. Dies with the guard (PR_SET_PDEATHSIG); its children
// are found by lock.
class client {
 public:
  // argv: the whole command, the placeholder replaced. The client inherits `lock`.
  static result<client> start(const component::guard_spec& spec, std::uint64_t epoch,
                              const std::vector<std::string>& argv, io::unique_fd lock);

  int descriptor() const { return process_.descriptor(); }  // readable when it has ended
  std::optional<io::process_exit> try_reap() { return process_.try_reap(); }
  // SIGKILL, since SIGTERM would run Flink's deployment hook, which kills the application.
  void end() { process_.signal_group(9); }
  int pid() const { return process_.pid(); }
  // What it has printed so far: the first 16 KiB and the last 48 KiB.
  std::string output() const;
  // Keeps the space that its output takes below 64 MiB or so: an attached client prints as long as
  // its job runs.
  void bound_output() const;

 private:
  client(io::process process, std::string log_path)
      : process_(std::move(process)), log_path_(std::move(log_path)) {}
  io::process process_;
  std::string log_path_;
};

// Of an output as long as this the middle may be missing.
inline constexpr std::size_t client_output_limit = 64 << 10;

// The same for a client of an earlier guard, from its file. Empty when there is none.
std::string client_output_of(const component::guard_spec& spec, std::uint64_t epoch);

}  // namespace dm::guard
