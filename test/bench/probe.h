// Another client, who only wants to know which applications there are, and measures how long he
// waits for it. On a thread of his own, so that what the load costs in this process is not counted
// as the server's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_connection.h"
#include "load_tally.h"

#include <atomic>
#include <string>
#include <thread>

namespace dm::bench {

class probe {
 public:
  /// Asks every 20 ms, over a connection for each request or over one that he keeps; counted as
  /// `kind`.
  probe(load_endpoint to, bool keeps, std::string kind);
  ~probe() { end(); }
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;

  /// Ends it; its figures, of what came after forget().
  const load_tally& end();
  /// What was measured up to now does not count.
  void forget() { forget_ = true; }

 private:
  void run();

  const load_endpoint to_;
  const bool keeps_;
  const std::string kind_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> forget_{false};
  load_tally tally_;  // of the thread, until it has ended
  std::thread thread_;
};

}  // namespace dm::bench
