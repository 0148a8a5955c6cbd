// Memory that runs out on purpose: operator new of this thread fails from a chosen allocation on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dm::test {

// While one lives, this thread's allocations fail after the first `allowed` ones.
class scarce_memory {
 public:
  explicit scarce_memory(long allowed);
  ~scarce_memory();
  scarce_memory(const scarce_memory&) = delete;
  scarce_memory& operator=(const scarce_memory&) = delete;
  bool ran_out() const;
};

}  // namespace dm::test
