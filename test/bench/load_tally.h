// What came of many requests: answers and times by kind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace dm::bench {

/// Not thread-safe: one a thread.
class load_tally {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// `status`: HTTP's; 0: the connection ended without an answer.
  void add(const std::string& kind, int status, duration took);
  /// What is no request of its own, such as a connection that was refused.
  void note(const std::string& what) { ++notes_[what]; }
  void merge(const load_tally& other);

  std::size_t count(const std::string& kind) const;
  std::size_t answered(int status) const;
  /// Of all answers of the kind, in milliseconds; 0 without any. `part`: 0.99 for instance; 1 is
  /// the longest.
  double quantile_ms(const std::string& kind, double part) const;

  /// A line a kind: requests, p50, p99, longest, answers by their codes; then the notes.
  void print() const;

 private:
  struct entry {
    std::vector<float> times_ms;
    std::map<int, std::size_t> codes;
  };
  std::map<std::string, entry> kinds_;
  std::map<std::string, std::size_t> notes_;
};

}  // namespace dm::bench
