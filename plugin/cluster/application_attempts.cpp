// The attempts of a YARN application.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/application_attempts.h"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/yarn_application.h"
#include "io/json.h"
#include "io/utf8.h"

namespace dm::cluster {

namespace {

constexpr std::size_t largest_answer = std::size_t{1} << 20;
constexpr std::size_t longest_diagnostics = std::size_t{16} << 10;
constexpr std::int64_t most_attempts = 1'000'000;

io::http_request request(const std::string& address, const std::string& path,
                         const std::string& user) {
  io::http_request made;
  made.url = address + "/ws/v1/cluster/apps/" + path;
  if (!user.empty()) made.url += "?user.name=" + io::percent_encode(user);
  made.headers = {"Accept: application/json"};
  made.max_body_bytes = largest_answer;
  return made;
}

result<io::json_document> read(const io::http_response& response, const std::string& address) {
  if (response.status != 200 || !response.json()) {
    return fail(status_code::unavailable,
                fmt::format("the ResourceManager {} answered the question for attempts with HTTP "
                            "{}",
                            address, response.status));
  }
  return io::parse_json(response.body, "the answer of " + address);
}

}  // namespace

io::http_request attempts_request(const std::string& address, const std::string& application_id,
                                  const std::string& user) {
  return request(address, application_id + "/appattempts", user);
}

result<std::int64_t> read_newest_attempt(const io::http_response& response,
                                         const std::string& address) {
  const auto document = read(response, address);
  if (!document) return fail(document.error());
  const io::json_value* list = io::member(*document, "appAttempts");
  const io::json_value* attempts = list == nullptr ? nullptr : io::member(*list, "appAttempt");
  std::int64_t newest = 0;
  if (attempts != nullptr && attempts->IsArray()) {
    for (const io::json_value& attempt : attempts->GetArray())
      newest = std::max(newest, io::integer_member(attempt, "id").value_or(0));
  }
  if (newest < 1 || newest > most_attempts)
    return fail(status_code::unavailable,
                fmt::format("the ResourceManager {} told of no attempt", address));
  return newest;
}

io::http_request attempt_request(const std::string& address, const std::string& application_id,
                                 std::int64_t attempt, const std::string& user) {
  // application_<start>_<number> has appattempt_<start>_<number>_<attempt>
  const std::string rest = application_id.substr(application_id.find('_'));
  return request(address,
                 fmt::format("{0}/appattempts/appattempt{1}_{2:06}", application_id, rest, attempt),
                 user);
}

result<std::string> read_attempt_diagnostics(const io::http_response& response,
                                             const std::string& address) {
  const auto document = read(response, address);
  if (!document) return fail(document.error());
  const io::json_value* wrapped = io::member(*document, "appAttempt");
  std::string text =
      io::string_member_or(wrapped == nullptr ? *document : *wrapped, "diagnosticsInfo", "");
  text.resize(io::character_boundary(text, longest_diagnostics));
  return text;
}

}  // namespace dm::cluster
