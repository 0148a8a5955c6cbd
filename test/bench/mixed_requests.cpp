// What the clients of a load test ask for.
// SPDX-License-Identifier: Apache-2.0
#include "mixed_requests.h"

#include "load_connection.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace dm::bench {

mixed_requests::mixed_requests(std::size_t client, std::size_t applications, std::string query,
                               std::string archive)
    : application_(fmt::format("/applications/app-{}", client % applications)),
      own_(fmt::format("/applications/{}{}", own_application, client)),
      query_(std::move(query)),
      archive_(std::move(archive)),
      random_(static_cast<std::mt19937::result_type>(client)) {}

mixed_request mixed_requests::next() {
  struct choice {
    unsigned weight;
    const char* kind;
    std::string text;
  };
  const std::string body = R"({"package":"app-1.0.0"})";
  const std::string operation = operation_.empty() ? "/operations?limit=1" : operation_;
  const std::array<choice, 18> choices = {{
      {200, "GET /applications", request_text("GET", "/applications")},
      {50, "GET /applications?view=status", request_text("GET", "/applications?view=status")},
      {150, "GET …/status", request_text("GET", application_ + "/status")},
      {120, "GET …/summary", request_text("GET", application_ + "/summary")},
      {40, "GET …/detail", request_text("GET", application_ + "/detail")},
      {30, "GET …/savepoints", request_text("GET", application_ + "/savepoints")},
      {80, "GET /packages", request_text("GET", "/packages")},
      {30, "GET /repository/packages", request_text("GET", "/repository/packages")},
      {60, "GET /operations", request_text("GET", "/operations?limit=50")},
      {40, "GET /operations/<id>", request_text("GET", operation)},
      {60, "POST …/start", request_text("POST", application_ + "/start" + query_)},
      {60, "POST …/stop", request_text("POST", application_ + "/stop" + query_, "{}")},
      {10, "POST …/savepoints", request_text("POST", application_ + "/savepoints" + query_, "{}")},
      {10, "POST …/plan", request_text("POST", application_ + "/plan" + query_, "{}")},
      {20, "PUT /applications/<own>", request_text("PUT", own_ + query_, body)},
      {20, "DELETE /applications/<own>", request_text("DELETE", own_ + query_)},
      {10, "PUT /packages/<deployed>", request_text("PUT", "/packages/app-1.0.0" + query_)},
      {10, "PUT /repository/packages/<same>",
       request_text("PUT", "/repository/packages/app-1.0.0.tar.gz" + query_, archive_,
                    "application/gzip")},
  }};
  unsigned all = 0;
  for (const choice& one : choices) all += one.weight;
  unsigned drawn = static_cast<unsigned>(random_() % all);
  for (const choice& one : choices) {
    if (drawn < one.weight) return {one.kind, one.text};
    drawn -= one.weight;
  }
  return {};
}

mixed_request mixed_requests::malformed() {
  const std::string start = application_ + "/start" + query_;
  const std::array<std::pair<const char*, std::string>, 14> choices = {{
      {"no request", "what is this?\r\n\r\n"},
      {"another protocol",
       std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n"},
      {"broken address", request_text("GET", "/applications/%zz")},
      {"no UTF-8", request_text("GET", "/applications/%ff/summary")},
      {"long address", request_text("GET", "/applications/" + std::string(4096, 'x'))},
      {"long header", request_text("GET", "/applications", {}, {},
                                   "X-Long: " + std::string(40'000, 'x') + "\r\n")},
      {"two lengths",
       request_text("POST", start, "{}", "application/json", "Content-Length: 2\r\n")},
      {"length and chunks",
       request_text("POST", start, "{}", "application/json", "Transfer-Encoding: chunked\r\n")},
      {"unknown method", request_text("BREW", "/applications")},
      {"user.name twice", request_text("POST", start + "&user.name=root")},
      {"no JSON", request_text("POST", start, R"({"wait":)")},
      {"plain text", request_text("POST", start, "{}", "text/plain")},
      {"unknown option", request_text("POST", start, R"({"dance":true})")},
      {"no host", "GET /applications HTTP/1.1\r\n\r\n"},
  }};
  const auto& [kind, text] = choices[random_() % choices.size()];
  return {std::string("malformed: ") + kind, text};
}

}  // namespace dm::bench
