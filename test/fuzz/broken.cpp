// How a fuzz target reports a property that does not hold.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "fuzz.h"

namespace dm::fuzz {

void broken(const char* what) {
  std::fprintf(stderr, "this must hold for every input: %s\n", what);
  std::abort();
}

}  // namespace dm::fuzz
