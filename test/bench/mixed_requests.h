// What the clients of a load test ask for: each request with the kind that it is counted as.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace dm::bench {

struct mixed_request {
  std::string kind;
  std::string text;  // as it goes over the wire
};

/// Of one client.
class mixed_requests {
 public:
  /// `query`: "?user.name=…"; `applications`: there are app-0 … of that number; `archive`: of
  /// app-1.0.0.
  mixed_requests(std::size_t client, std::size_t applications, std::string query,
                 std::string archive);

  /// Reads and writes, by their weights.
  mixed_request next();
  /// One that is to be refused: broken framing, target, body, or options.
  mixed_request malformed();
  /// True for one in `of`.
  bool one_in(unsigned of) { return random_() % of == 0; }
  /// Between nothing and twice as long.
  unsigned around(unsigned average) {
    return average == 0 ? 0 : static_cast<unsigned>(random_() % (2 * average + 1));
  }
  /// The answer's Location: some later requests look at that operation.
  void accepted(const std::string& location) {
    if (!location.empty()) operation_ = location;
  }

 private:
  std::string application_;  // shared with other clients
  std::string own_;          // which no other client touches
  std::string query_;
  std::string archive_;
  std::string operation_;
  std::mt19937 random_;
};

/// Of applications that a client makes for itself: their names begin so.
inline constexpr const char* own_application = "own-";

}  // namespace dm::bench
