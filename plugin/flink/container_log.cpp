// The files of a JobManager's container as YARN shows them.
// SPDX-License-Identifier: Apache-2.0
#include "flink/container_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "flink/exception_text.h"

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

io::http_request page_request(std::string url) {
  io::http_request request;
  request.url = std::move(url);
  request.headers = {"Accept: text/html"};
  request.max_body_bytes = std::size_t{1} << 20;
  return request;
}

// Lines that a healthy start prints as well.
bool is_warning(std::string_view line) {
  constexpr std::array<std::string_view, 9> beginnings = {
      "Picked up ",   "SLF4J",           "WARNING",       "log4j:",      "OpenJDK ",
      "Java HotSpot", "openjdk version", "java version ", "Java(TM) SE "};
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view begin) { return line.starts_with(begin); });
}

}  // namespace

bool is_container_id(std::string_view text) {
  constexpr std::string_view prefix = "container_";
  if (!text.starts_with(prefix) || text.size() > 80) return false;
  text.remove_prefix(prefix.size());
  if (text.starts_with('e')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789_") == std::string_view::npos;
}

std::string container_logs_url(const std::string& job_manager_logs_url,
                               std::string_view container_id, std::string_view host) {
  // http://<host>:<port>/node/containerlogs/<container>/<user>
  const std::size_t scheme_end = job_manager_logs_url.find("://");
  const std::size_t user_at = job_manager_logs_url.rfind('/');
  if (scheme_end == std::string::npos || user_at == std::string::npos || user_at == 0) return {};
  const std::size_t container_at = job_manager_logs_url.rfind('/', user_at - 1);
  const std::size_t path_at = job_manager_logs_url.find('/', scheme_end + 3);
  if (path_at == std::string::npos || container_at <= path_at) return {};
  constexpr std::string_view in_hosts =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  const bool is_host = !host.empty() && host.size() <= 255 &&
                       host.find_first_not_of(in_hosts) == std::string_view::npos;
  if (!is_container_id(container_id) || !is_host) return {};
  const std::size_t port_at = job_manager_logs_url.rfind(':', path_at);
  const std::string port =
      port_at > scheme_end ? job_manager_logs_url.substr(port_at, path_at - port_at) : "";
  return fmt::format("{}{}{}{}/{}{}", job_manager_logs_url.substr(0, scheme_end + 3), host, port,
                     job_manager_logs_url.substr(path_at, container_at - path_at), container_id,
                     job_manager_logs_url.substr(user_at));
}

io::http_request container_file_request(const std::string& logs_url, std::string_view file) {
  return page_request(fmt::format("{}/{}/?start=-65536", logs_url, file));
}

std::optional<io::http_request> log_server_request(const io::http_response& response,
                                                   std::string_view file) {
  constexpr std::size_t longest_url = 2048;
  const bool redirect = response.status == 301 || response.status == 302 ||
                        response.status == 303 || response.status == 307 || response.status == 308;
  std::string url = response.location;
  if (!redirect || !url.starts_with("http://") || url.size() > longest_url) return std::nullopt;
  const std::string query = url.substr(std::min(url.find('?'), url.size()));
  url.resize(url.size() - query.size());
  while (url.ends_with('/')) url.pop_back();
  // A NodeManager before Hadoop 2.8 names the container only.
  if (!url.ends_with("/" + std::string(file))) (url += '/') += file;
  return page_request(url + "/" + (query.empty() ? "?start=-65536" : query));
}

result<std::string> read_container_log(const io::http_response& response) {
  const std::string_view body = response.body;
  const std::size_t begin = body.find("<pre>");
  const std::size_t end = body.rfind("</pre>");
  if (response.status != 200 || begin == std::string_view::npos || end == std::string_view::npos ||
      end < begin) {
    return fail(status_code::unavailable, "the page of the container's logs has no such file");
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

std::string last_sentence(std::string_view text) {
  constexpr std::size_t longest = 300;
  constexpr std::size_t most_lines = 3;
  constexpr std::string_view uncaught = "Exception in thread \"main\" ";
  if (const auto at = text.rfind(uncaught); at != std::string_view::npos)
    return exception_summary(text.substr(at + uncaught.size()), longest);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty() || is_warning(line)) continue;
    lines.push_back(line);
    if (lines.size() > most_lines) lines.erase(lines.begin());
  }
  return exception_summary(fmt::format("{}", fmt::join(lines, " ")), longest);
}

}  // namespace dm::flink
