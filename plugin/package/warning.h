// What is allowed, but probably not meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace dm::package {

struct warning {
  std::string path;
  std::string message;
};

}  // namespace dm::package
