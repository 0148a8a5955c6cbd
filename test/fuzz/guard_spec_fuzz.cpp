// guard.json: what is read is written back the same.
// SPDX-License-Identifier: Apache-2.0
#include "component/guard_spec.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::component;
  if (const auto spec = read_guard_spec(dm::fuzz::text_of(data, size))) {
    const auto again = read_guard_spec(to_json(*spec));
    dm::fuzz::require(again && to_json(*again) == to_json(*spec),
                      "a specification survives being written");
  }
  return 0;
}
