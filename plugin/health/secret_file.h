// A file with one secret in it: a password, a token.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "io/error.h"

namespace dm::health {

// Its first line. Refused (FAILED_PRECONDITION) where everybody may read it, and where it is empty;
// the secret is in no message (INV-7).
result<std::string> read_secret(const std::string& path);

}  // namespace dm::health
