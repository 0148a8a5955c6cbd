// What the files of a JobManager's container tell of its end.
// SPDX-License-Identifier: Apache-2.0
#include "guard/container_cause.h"

#include <optional>

#include <fmt/format.h>

#include "flink/container_log.h"

namespace dm::guard {

namespace {

// NodeManager to log server, which may have a better name for itself.
constexpr int most_redirects = 2;

// nullopt: could not tell; empty: there is no such file, or nothing in it.
std::optional<std::string> read_file(const io::operation& op, io::http_client& http,
                                     const std::string& logs_url, std::string_view file) {
  io::http_request request = flink::container_file_request(logs_url, file);
  for (int i = 0; i <= most_redirects; ++i) {
    auto response = http.perform(op, request);
    if (!response) return std::nullopt;
    if (auto next = flink::log_server_request(*response, file)) {
      request = std::move(*next);
      continue;
    }
    if (auto text = flink::read_container_log(*response)) return *text;
    if (response->status == 200 || response->status == 404) return std::string();
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

container_cause find_container_cause(const io::operation& op, io::http_client& http,
                                     const cluster::yarn_application& application) {
  const std::string& logs_url = application.am_container_logs;
  if (logs_url.empty()) return {};
  const auto log = read_file(op, http, logs_url, flink::job_manager_log);
  if (const std::string trace = flink::failure_in_log(log.value_or("")); !trace.empty()) {
    return {flink::exception_summary(trace), "JobManager log", flink::classify_failure(trace),
            flink::telling_frame(trace)};
  }
  for (const std::string_view file : {flink::job_manager_err, flink::prelaunch_err}) {
    const std::string words =
        flink::last_sentence(read_file(op, http, logs_url, file).value_or(""));
    if (words.empty()) continue;
    return {fmt::format("{} ({}/{})", words, logs_url, file),
            fmt::format("JobManager's {}", file),
            flink::failure_class::unknown,
            {},
            log.has_value() && log->empty()};
  }
  return {};
}

}  // namespace dm::guard
