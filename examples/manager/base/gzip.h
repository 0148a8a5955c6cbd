// The gzip form of a text, by zlib, which libarchive stands on already.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace manager {

/// The same text gives the same bytes. Throws std::runtime_error where zlib has no memory.
std::string gzip(std::string_view text);

}  // namespace manager
