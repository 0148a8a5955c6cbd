// Where the cluster's nodes are, as YARN has told, for the time in which it does not answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace dm::context {

// Thread-safe. Bounded: when it is full it forgets, and YARN is asked again (INV-12).
class node_addresses {
 public:
  static constexpr std::size_t most = 4096;

  // id: "host:45454"; address: "http://host:8042". Only what YARN said is to be remembered.
  void remember(const std::string& id, const std::string& address);
  std::optional<std::string> of(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> addresses_;
};

}  // namespace dm::context
