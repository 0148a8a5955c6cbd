// JSON in tests of the boundary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "io/json.h"

namespace dm::test {

inline io::json_document parsed(std::string_view text) {
  auto document = io::parse_json(text, "the test's document");
  REQUIRE(document);
  return std::move(*document);
}

// The text at a path of member names, "a.b.c"; "" when there is none.
inline std::string text_at(const io::json_value& document, std::string_view path) {
  const io::json_value* value = &document;
  while (value != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    value = io::member(*value, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return value == nullptr ? std::string() : io::scalar_text(*value);
}

}  // namespace dm::test
