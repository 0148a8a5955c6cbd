// What every fuzz target has: the entry that libFuzzer, or driver.cpp, calls with bytes from
// nowhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// Returns 0. What it must not do: crash, hang, throw, or trip a sanitizer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace dm::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process: a property that must hold for every input does not.
[[noreturn]] void broken(const char* what);

inline void require(bool holds, const char* what) {
  if (!holds) broken(what);
}

}  // namespace dm::fuzz
