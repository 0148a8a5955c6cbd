// What real clients, JobManagers and containers wrote, shortened: stack traces to two frames, no
// set-up lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "flink/installation.h"
#include "io/http.h"

namespace dm::test {

inline std::string recorded(const std::string& name) {
  std::ifstream file(std::string(DM_RECORDED) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no recording " + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline io::http_response json_answer(std::string body, long status = 200) {
  io::http_response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

inline flink::version flink(const char* text) { return flink::parse_version(text).value(); }

}  // namespace dm::test
