// What every answer of a JobManager or history server has in common.
// SPDX-License-Identifier: Apache-2.0
#include "flink/rest_answer.h"

#include <fmt/format.h>

#include "flink/exception_text.h"

namespace dm::flink {

using io::json_document;
using io::json_value;

io::http_request get(const std::string& address, std::string path) {
  io::http_request request;
  request.url = address + std::move(path);
  request.headers = {"Accept: application/json"};
  return request;
}

io::http_request post(const std::string& address, std::string path, std::string_view json) {
  io::http_request request = get(address, std::move(path));
  request.method = "POST";
  request.headers.emplace_back("Content-Type: application/json");
  request.body = json;
  return request;
}

std::string job_path(const std::string& job_id) { return "/jobs/" + io::percent_encode(job_id); }

std::string flink_error(const io::http_response& response) {
  if (!response.json()) return {};
  const auto document = io::parse_json(response.body, "an error");
  if (!document) return {};
  const json_value* errors = io::member(*document, "errors");
  if (errors == nullptr || !errors->IsArray()) return {};
  for (const json_value& text : errors->GetArray()) {
    // The first is at times only "Internal server error.", the cause follows.
    if (text.IsString() && io::view(text) != "Internal server error.")
      return exception_summary(io::view(text));
  }
  return "Internal server error";
}

error error_of(const io::http_response& response, const std::string& address) {
  const std::string words = flink_error(response);
  error e;
  e.message = fmt::format("{} answered HTTP {}{}", address, response.status,
                          words.empty() ? " without Flink's JSON" : ": " + words);
  if (!words.empty()) e.causes.push_back({"jobmanager " + address, words});
  switch (response.status) {
    case 401:
      e.code = status_code::unauthenticated;
      break;
    case 403:
      e.code = status_code::permission_denied;
      break;
    case 404:
      // Only Flink's own 404 says that the job is unknown; a proxy's says nothing about it (INV-4).
      e.code = words.empty() ? status_code::unavailable : status_code::not_found;
      break;
    case 400:
      e.code = words.empty() ? status_code::unavailable : status_code::internal;
      break;
    default:
      e.code = status_code::unavailable;
  }
  return e;
}

result<json_document> read_document(const io::http_response& response, const std::string& address) {
  if (response.status != 200) return fail(error_of(response, address));
  if (!response.json()) {
    return fail(
        status_code::unavailable,
        fmt::format("{} answered HTTP 200 with {} instead of Flink's JSON", address,
                    response.content_type.empty() ? "no content type" : response.content_type),
        "the address may be that of a proxy, or of another service that took the port over");
  }
  auto document = io::parse_json(response.body, fmt::format("the answer of {}", address));
  if (!document) {
    document.error().code = status_code::unavailable;
    return document;
  }
  return document;
}

tl::unexpected<error> not_as_expected(const std::string& address, std::string_view missing) {
  return fail(status_code::unavailable,
              fmt::format("the answer of {} has no {}: not Flink's JSON", address, missing));
}

error refusal_of(const io::http_response& response, const std::string& address,
                 std::string_view what) {
  error e = error_of(response, address);
  e.message = fmt::format("{} was not accepted: {}", what, e.message);
  if (response.status == 405 || response.status == 501) {
    e.hint = fmt::format(
        "a proxy stands before the JobManager and forwards GET only: open {} for this host",
        address);
  }
  return e;
}

}  // namespace dm::flink
