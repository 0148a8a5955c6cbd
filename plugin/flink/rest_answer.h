// What every answer of a JobManager or history server has in common: its requests' form, Flink's
// own words in a refusal, and how to tell its JSON from a proxy's page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/http.h"
#include "io/json.h"

namespace dm::flink {

// address: "http://host:port".
io::http_request get(const std::string& address, std::string path);
io::http_request post(const std::string& address, std::string path, std::string_view json);
std::string job_path(const std::string& job_id);

// Flink's own words: {"errors":["..."]}, shortened. Empty when the body is something else.
std::string flink_error(const io::http_response& response);

// NOT_FOUND only for Flink's own 404, UNAVAILABLE for what may be a proxy's or too early.
error error_of(const io::http_response& response, const std::string& address);

// The JSON of a 200; else error_of(), or UNAVAILABLE.
result<io::json_document> read_document(const io::http_response& response,
                                        const std::string& address);

tl::unexpected<error> not_as_expected(const std::string& address, std::string_view missing);

// Why a request that changes something was refused: what error_of() says, and what to do when a
// proxy stands in between that forwards GET only.
error refusal_of(const io::http_response& response, const std::string& address,
                 std::string_view what);

}  // namespace dm::flink
