// A process that can make no more threads, as under TasksMax or with a full process table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>
#include <cstddef>
#include <stdexcept>

namespace manager_test {

/// While it lives. Threads that are there go on.
class no_threads {
 public:
  no_threads() {
    if (pthread_getattr_default_np(&before_) != 0) throw std::runtime_error("no attributes");
    pthread_attr_t impossible;
    pthread_attr_init(&impossible);
    // No address space has room for such a stack.
    pthread_attr_setstacksize(&impossible, std::size_t{1} << 52);
    const int code = pthread_setattr_default_np(&impossible);
    pthread_attr_destroy(&impossible);
    if (code != 0) throw std::runtime_error("the default stack cannot be set");
  }
  ~no_threads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }
  no_threads(const no_threads&) = delete;
  no_threads& operator=(const no_threads&) = delete;

 private:
  pthread_attr_t before_{};
};

}  // namespace manager_test
