// What must stay free on a disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <cstdint>
#include <exception>
#include <filesystem>

namespace manager {

/// Throws failure(no_space), saying what to do, unless `bytes` more leave `reserve` free on the
/// file system of `directory`: the registry needs it to write down what has been done. A file
/// system that cannot be asked is taken as one with space. [any-thread]
void require_space(const std::filesystem::path& directory, std::uint64_t bytes,
                   std::uint64_t reserve);

/// What was thrown, as a failure: one as it is; no_space, saying what to do, for a full disk or a
/// quota; else unknown. [any-thread]
failure to_failure(const std::exception& thrown);

}  // namespace manager
