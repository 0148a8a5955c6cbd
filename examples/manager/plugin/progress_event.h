// Progress that this host tells by itself, in the form of a plugin's (abi/documents.md, Events).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <string_view>

namespace manager {

/// {"schema","event":"progress","phase","message"}; `message` is for people.
json::document progress_event(std::string_view phase, std::string_view message);

}  // namespace manager
