// What may stand in a Flink installation's configuration.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_file.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dm::fuzz::text_of(data, size);
  for (const auto& file :
       {dm::flink::read_flat_configuration(text), dm::flink::read_yaml_configuration(text)}) {
    for (const auto& key : file.keys) {
      dm::fuzz::require(!key.key.empty(), "a key has a name");
      dm::fuzz::require(key.line > 0, "a key has a line");
    }
  }
  return 0;
}
