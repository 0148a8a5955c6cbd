// supervisord's answers.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz.h"
#include "supervisor/xml_rpc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(dm::supervisor::read_response(dm::fuzz::text_of(data, size)));
  return 0;
}
