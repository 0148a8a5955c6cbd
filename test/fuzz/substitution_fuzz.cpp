// References in a package's texts, and options for the flink command. The first line is a JSON
// object of properties, the rest is the text.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"
#include "fuzz.h"
#include "package/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm;
  const std::string_view input = fuzz::text_of(data, size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view text = line < input.size() ? input.substr(line + 1) : std::string_view();
  if (const auto json = io::parse_json(input.substr(0, line), "the properties");
      json && json->IsObject()) {
    const auto replaced = package::substitute(text, package::read_properties(*json));
    if (text.find('$') == std::string_view::npos)
      fuzz::require(replaced.text == text, "without $ nothing changes");
  }
  for (const char* installed : {"1.13.6", "1.20.5", "2.3.0"}) {
    const auto version = flink::parse_version(installed);
    const auto options = flink::check_config_arguments(*version, flink::submission_mode::per_job,
                                                       input, "$.properties.x");
    if (options.problems.empty()) {
      for (const std::string& option : options.options) {
        fuzz::require(option.find('\0') == std::string::npos, "no argument holds a NUL");
        fuzz::require(option != flink::incarnation_placeholder,
                      "no option is the placeholder (INV-8)");
      }
    }
  }
  return 0;
}
