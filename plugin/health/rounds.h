// All probes side by side in the one wait of io.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "health/probe.h"

namespace dm::health {

// Asks until no probe asks any more or the operation has ended; whoever asks again is given a
// moment before. `limit`: for each answer.
void ask_all(const io::operation& op, io::http_client& http, std::span<probe* const> probes,
             io::milliseconds limit);

}  // namespace dm::health
