// A request that is not let in: the answer's code and text, and who was refused.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/caller.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace manager {

class refused_access : public std::runtime_error {
 public:
  /// `who`: as far as he has proved it by then.
  refused_access(int status, const std::string& text, caller who = {})
      : std::runtime_error(text), status_(status), who_(std::move(who)) {}
  int status() const { return status_; }
  const caller& who() const { return who_; }

 private:
  int status_;
  caller who_;
};

}  // namespace manager
