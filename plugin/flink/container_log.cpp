// The JobManager's log as YARN's NodeManager shows it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/container_log.h"

#include <array>
#include <utility>

#include "flink/job_manager.h"

namespace dm::flink {

namespace {

std::string unescape_html(std::string_view html) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}}};
  std::string text;
  text.reserve(html.size());
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '&') {
      bool replaced = false;
      for (const auto& [entity, character] : entities) {
        if (html.substr(i).starts_with(entity)) {
          text += character;
          i += entity.size() - 1;
          replaced = true;
          break;
        }
      }
      if (replaced) continue;
    }
    text += html[i];
  }
  return text;
}

// A log line that begins an event, as against a line of a stack trace: "2026-11-23 12:00:00,123
// ERROR …".
bool begins_event(std::string_view line) {
  return line.size() > 24 && line[0] == '2' && line[4] == '-' && line[7] == '-' &&
         line[10] == ' ' && line[13] == ':';
}

}  // namespace

io::http_request jobmanager_log_request(const std::string& logs_url) {
  io::http_request request;
  request.url = logs_url + "/jobmanager.log/?start=-65536";
  request.headers = {"Accept: text/html"};
  request.max_body_bytes = std::size_t{1} << 20;
  return request;
}

result<std::string> read_container_log(const io::http_response& response) {
  const std::string_view body = response.body;
  const std::size_t begin = body.find("<pre>");
  const std::size_t end = body.rfind("</pre>");
  if (response.status != 200 || begin == std::string_view::npos || end == std::string_view::npos ||
      end < begin) {
    return fail(status_code::unavailable, "the NodeManager shows no jobmanager.log");
  }
  return unescape_html(body.substr(begin + 5, end - begin - 5));
}

std::string failure_in_log(std::string_view log) {
  // The last event that is an error, or tells of a failed job, and carries an exception.
  std::string block;
  std::string last;
  bool failing = false;
  const auto take = [&] {
    if (failing && !block.empty()) last = block;
    block.clear();
  };
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    const std::string_view line = log.substr(0, end);
    log = end == std::string_view::npos ? std::string_view{} : log.substr(end + 1);
    if (!begins_event(line)) {
      // The event's own text is not the exception; its first line of stack trace is.
      if (failing) (block += line) += '\n';
      continue;
    }
    take();
    // "Job count (79027c…) switched from state RESTARTING to RUNNING.": what was before is over.
    if (line.find(" switched from state ") != std::string_view::npos &&
        (line.ends_with(" to RUNNING.") || line.ends_with(" to RUNNING"))) {
      last.clear();
    }
    failing = line.find(" ERROR ") != std::string_view::npos ||
              line.find(" to FAILED") != std::string_view::npos ||
              line.find(" to FAILING") != std::string_view::npos;
  }
  take();
  return last;
}

}  // namespace dm::flink
