// Names for completion, asked of the Deployment Manager within a short time. Who cannot be asked
// completes nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/completion.h"

namespace dmctl {

std::vector<candidate> names_of(session& with, value_kind kind, const given_words& before);

}  // namespace dmctl
