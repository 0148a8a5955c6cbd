// The name of a YARN queue, by its path or its last part.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::cluster {

// 1 to 255 of A-Z a-z 0-9 . _ -, not beginning with a hyphen (it stands in argument lists); no part
// is empty.
bool is_queue_name(std::string_view text);

}  // namespace dm::cluster
