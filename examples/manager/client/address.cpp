// Addresses of requests.
// SPDX-License-Identifier: Apache-2.0
#include "client/address.h"

#include "client/problem.h"
#include "client/text.h"

#include <fmt/format.h>

#include <charconv>

namespace dmctl {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view unreserved =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string result;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned code = 0;
    if (text[at] == '%' && at + 2 < text.size()) {
      const char* const begin = text.data() + at + 1;
      const auto read = std::from_chars(begin, begin + 2, code, 16);
      if (read.ec == std::errc() && read.ptr == begin + 2) {
        result += static_cast<char>(code);
        at += 2;
        continue;
      }
    }
    result += text[at];
  }
  return result;
}

std::string target(std::initializer_list<std::string_view> parts, const query& members) {
  std::string result;
  for (const std::string_view part : parts) {
    if (part.empty() || part == "." || part == "..") {
      throw problem(exit_code::usage, fmt::format("\"{}\" is no name", harmless(part)));
    }
    result += "/" + percent_encoded(part);
  }
  char mark = '?';
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    result += fmt::format("{}{}={}", mark, percent_encoded(name), percent_encoded(value));
    mark = '&';
  }
  return result;
}

}  // namespace dmctl
