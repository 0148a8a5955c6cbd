// A request that is not let in: the answer's code and text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace manager {

class refused_access : public std::runtime_error {
 public:
  refused_access(int status, const std::string& text) : std::runtime_error(text), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

}  // namespace manager
