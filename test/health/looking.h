// A probe asked by a test, and what it found.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "health/rounds.h"

namespace dm::test {

inline std::string recorded(const std::string& name) {
  std::ifstream file(std::string(DM_RECORDED) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no recording " + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline health::finding look(io::http_client& http, health::probe& by,
                            io::milliseconds limit = std::chrono::seconds(20),
                            io::milliseconds whole = std::chrono::minutes(1)) {
  const std::array<health::probe*, 1> all{&by};
  health::ask_all(io::operation::within(whole), http, all, limit);
  return by.conclude();
}

inline bool tells(const health::finding& found, health::level severity, const std::string& words) {
  for (const health::cause& why : found.causes) {
    if (why.severity == severity && why.text.find(words) != std::string::npos) return true;
  }
  return false;
}

// Of figures that are numbers or true and false.
inline std::int64_t number(const health::finding& found, const std::string& metric) {
  for (const health::figure& one : found.figures) {
    if (one.metric != metric) continue;
    if (const auto* truth = std::get_if<bool>(&one.value)) return *truth ? 1 : 0;
    return std::get<std::int64_t>(one.value);
  }
  return -99;
}

}  // namespace dm::test
