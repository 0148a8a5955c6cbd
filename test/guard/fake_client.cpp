// A flink client for tests: tells the address in DM_TEST_CLIENT_URL its arguments, prints what that
// answers and ends as it says.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string>

#include "io/http.h"

// The answer: the exit code, a line feed, what is printed. No answer: exit code 70, as if the
// cluster were not there.
int main(int argc, char** argv) {
  const char* url = std::getenv("DM_TEST_CLIENT_URL");
  if (url == nullptr) return 71;
  dm::io::http_request request;
  request.method = "POST";
  request.url = url;
  request.timeout = std::chrono::minutes(2);
  for (int i = 0; i < argc; ++i) request.body += std::string(argv[i]) + "\n";
  dm::io::http_client http;
  const auto answer = http.perform({}, request);
  if (!answer) return 70;
  const std::size_t end = answer->body.find('\n');
  std::fputs(answer->body.c_str() + (end == std::string::npos ? answer->body.size() : end + 1),
             stdout);
  std::fflush(stdout);
  return std::atoi(answer->body.c_str());
}
