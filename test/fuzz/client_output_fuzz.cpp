// What a flink client, a JobManager's log or a user's exception may say.
// SPDX-License-Identifier: Apache-2.0
#include "flink/client_output.h"
#include "flink/container_log.h"
#include "flink/job_manager.h"
#include "fuzz.h"
#include "io/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dm::fuzz::text_of(data, size);
  const auto output = dm::flink::read_client_output(text);
  dm::fuzz::require(dm::io::is_valid_utf8(output.exception), "an exception's sentence is UTF-8");
  static_cast<void>(dm::flink::classify_failure(text));
  const std::string summary = dm::flink::exception_summary(text);
  dm::fuzz::require(summary.find('\n') == std::string::npos, "a summary is one line");
  dm::fuzz::require(dm::io::is_valid_utf8(summary), "a summary is UTF-8");
  dm::fuzz::require(summary.size() <= 400 + 3, "a summary is short");
  static_cast<void>(dm::flink::failure_in_log(text));
  dm::io::http_response page;
  page.status = 200;
  page.content_type = "text/html";
  page.body = text;
  static_cast<void>(dm::flink::read_container_log(page));
  return 0;
}
