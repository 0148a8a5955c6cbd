// What was tried, in the words of what went wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/disk_space.h"
#include "base/failure.h"

#include <string>
#include <system_error>

namespace manager {

/// Carries `work` out and returns what it returns. What it fails at is told as "<what>: <why>",
/// unless it begins so already: "start component fake/main: …". Errors of the system become
/// failures, a full disk one that says what to do; other exceptions pass as they are.
template <typename Work>
auto attempt_to(const std::string& what, Work work) {
  try {
    return work();
  } catch (const failure& why) {
    throw why.while_doing(what);
  } catch (const std::system_error& thrown) {
    const failure why = to_failure(thrown);
    const bool other = why.kind() == failure_kind::unknown;
    throw failure(other ? failure_kind::failed_creation : why.kind(), why.what()).while_doing(what);
  }
}

}  // namespace manager
