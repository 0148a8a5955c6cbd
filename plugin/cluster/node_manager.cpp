// The log files of a container as its NodeManager tells them.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/node_manager.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <fmt/format.h>

#include "cluster/container_id.h"
#include "io/json.h"

namespace dm::cluster {

namespace {

// Of the lines that stand before the content: container, node, file and length.
constexpr std::size_t longest_head = 4096;
constexpr std::size_t longest_list = std::size_t{1} << 20;
constexpr std::string_view content_begins = "LogContents:\n";

std::string with_user(std::string url, const std::string& user) {
  if (user.empty()) return url;
  url += url.find('?') == std::string::npos ? "?user.name=" : "&user.name=";
  return url + io::percent_encode(user);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// "Thu Nov 26 10:00:00 +0000 2026", as Java's SimpleDateFormat writes it in English.
io::wall_time time_in(const std::string& text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 4> day_name{};
  std::array<char, 4> month_name{};
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int zone = 0;
  int year = 0;
  // Widths bound every conversion.
  if (std::sscanf(text.c_str(), "%3s %3s %2d %2d:%2d:%2d %5d %4d", day_name.data(),  // NOLINT
                  month_name.data(), &day, &hour, &minute, &second, &zone, &year) != 8)
    return {};
  const auto month = std::find(months.begin(), months.end(), std::string_view(month_name.data()));
  if (month == months.end() || zone < -1500 || zone > 1500) return {};
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = static_cast<int>(month - months.begin());
  parts.tm_mday = day;
  parts.tm_hour = hour;
  parts.tm_min = minute;
  parts.tm_sec = second;
  const std::int64_t seconds = ::timegm(&parts) - (zone / 100 * 60 + zone % 100) * 60;
  return io::from_epoch_ms(seconds * 1000);
}

// One object, or a list of them: Hadoop's JSON writes a list of one as its element.
template <class Each>
void for_each_object(const io::json_value* value, Each each) {
  if (value == nullptr) return;
  if (value->IsObject()) each(*value);
  if (!value->IsArray()) return;
  for (const io::json_value& one : value->GetArray()) {
    if (one.IsObject()) each(one);
  }
}

void add_file(const io::json_value& entry, std::vector<container_file>& files) {
  container_file file;
  file.name = io::string_member_or(entry, "fileName", "");
  const io::json_value* size = io::member(entry, "fileSize");
  const auto bytes = size == nullptr ? std::nullopt : number_in(io::scalar_text(*size));
  if (file.name.empty() || !bytes) return;
  file.size_bytes = *bytes;
  file.modified_at = time_in(io::string_member_or(entry, "lastModifiedTime", ""));
  files.push_back(std::move(file));
}

}  // namespace

std::string node_manager_of(std::string_view url) {
  const bool address_alone = url.find("://") == std::string_view::npos;
  if (url.empty() || (address_alone && url.find('/') != std::string_view::npos)) return {};
  std::string origin =
      io::url_origin(address_alone ? "http://" + std::string(url) : std::string(url));
  const bool known = origin.starts_with("http://") || origin.starts_with("https://");
  return known && origin.find_first_of(" \t\r\n@") == std::string::npos ? origin : std::string();
}

std::optional<container_place> container_in_url(std::string_view url) {
  constexpr std::string_view page = "/node/containerlogs/";
  const std::size_t at = url.find(page);
  if (at == std::string_view::npos) return std::nullopt;
  container_place place;
  place.node = node_manager_of(url);
  std::string_view rest = url.substr(at + page.size());
  place.id = rest.substr(0, rest.find('/'));
  if (place.node.empty() || !parse_container_id(place.id)) return std::nullopt;
  return place;
}

io::http_request container_files_request(const container_place& container,
                                         const std::string& user) {
  io::http_request request;
  request.url = with_user(
      fmt::format("{}/ws/v1/node/containers/{}/logs", container.node, container.id), user);
  request.max_body_bytes = longest_list;
  return request;
}

result<std::vector<container_file>> read_container_files(const io::http_response& response) {
  const auto none = [&] {
    return fail(status_code::unavailable,
                fmt::format("the NodeManager answered HTTP {} and tells no files: it does not know "
                            "the container, or not any more",
                            response.status));
  };
  if (response.status != 200 || !response.json()) return none();
  const auto document = io::parse_json(response.body, "the NodeManager's list of log files");
  if (!document || !document->IsObject()) return none();
  const io::json_value* infos = io::member(*document, "containerLogsInfo");
  if (infos == nullptr) {
    const io::json_value* wrapped = io::member(*document, "containerLogsInfoes");
    infos = wrapped == nullptr ? nullptr : io::member(*wrapped, "containerLogsInfo");
  }
  if (infos == nullptr) return none();
  std::vector<container_file> files;
  for_each_object(infos, [&](const io::json_value& info) {
    if (io::string_member_or(info, "logAggregationType", "LOCAL") != "LOCAL") return;
    for_each_object(io::member(info, "containerLogInfo"),
                    [&](const io::json_value& entry) { add_file(entry, files); });
  });
  return files;
}

io::http_request container_piece_request(const container_place& container, std::string_view file,
                                         const std::string& user, std::int64_t bytes,
                                         std::size_t limit) {
  io::http_request request;
  request.url = with_user(
      fmt::format("{}/ws/v1/node/containers/{}/logs/{}?size=-{}", container.node, container.id,
                  io::percent_encode(file), std::max<std::int64_t>(bytes, 1)),
      user);
  request.headers = {"Accept: text/plain"};
  request.max_body_bytes = limit + longest_head;
  request.cut_body = true;
  request.timeout = io::milliseconds(20'000);
  return request;
}

result<container_piece> read_container_piece(const io::http_response& response,
                                             std::string_view file, std::int64_t bytes,
                                             std::size_t limit) {
  if (response.status == 404) {
    return fail(status_code::not_found,
                fmt::format("the NodeManager has no file {} of this container", file));
  }
  if (response.status != 200) {
    return fail(status_code::unavailable,
                fmt::format("the NodeManager answered HTTP {} to the question for {}",
                            response.status, file));
  }
  container_piece piece;
  const std::string_view body = response.body;
  const std::size_t mark = body.substr(0, longest_head).find(content_begins);
  if (mark == std::string_view::npos) {
    // Of an empty file the answer has no head, only what follows a content.
    if (body.substr(0, longest_head).find("End of Log") != std::string_view::npos) return piece;
    return fail(status_code::unavailable,
                fmt::format("the NodeManager's answer does not say how long {} is", file));
  }
  const std::string_view head = body.substr(0, mark);
  constexpr std::string_view length_key = "\nLogLength:";
  const std::size_t length_at = head.find(length_key);
  const std::string_view length =
      length_at == std::string_view::npos ? "" : head.substr(length_at + length_key.size());
  const auto size = number_in(length.substr(0, length.find('\n')));
  if (!size) {
    return fail(status_code::unavailable,
                fmt::format("the NodeManager's answer does not say how long {} is", file));
  }
  piece.size_bytes = *size;
  piece.offset = std::max<std::int64_t>(0, *size - bytes);
  const auto there = static_cast<std::size_t>(*size - piece.offset);
  const std::string_view content = body.substr(mark + content_begins.size());
  const std::size_t taken = std::min({there, limit, content.size()});
  piece.bytes = content.substr(0, taken);
  piece.whole = taken == there;
  return piece;
}

std::optional<std::string> log_server_of(const io::http_response& response) {
  constexpr std::size_t longest = 2048;
  const bool redirect = response.status == 301 || response.status == 302 ||
                        response.status == 303 || response.status == 307 || response.status == 308;
  if (!redirect || !response.location.starts_with("http") || response.location.size() > longest)
    return std::nullopt;
  return response.location;
}

}  // namespace dm::cluster
