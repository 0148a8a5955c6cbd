// What a NameNode and a DataNode answer by WebHDFS.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/hdfs_answer.h"

#include <optional>

#include <fmt/format.h>

#include "io/json.h"
#include "io/time.h"

namespace dm::cluster {

namespace {

result<io::json_document> parse(question asked, const io::http_response& response,
                                const std::string& tried) {
  if (response.status != 200) return fail(answer_error(asked, response, tried));
  if (!response.json()) return fail(answer_error(asked, response, tried));
  auto document = io::parse_json(response.body, "the answer to " + tried);
  if (!document) document.error().code = status_code::unavailable;
  return document;
}

tl::unexpected<error> strange(const std::string& tried, const char* missing) {
  return fail(status_code::unavailable,
              tried + ": the answer has no " + missing + ", so it is not a NameNode's",
              "check that the address and port are those of the NameNode's web service");
}

constexpr std::int64_t most_bytes = std::int64_t{1} << 60;
constexpr std::int64_t most_files = std::int64_t{1} << 40;

bool within(std::int64_t value, std::int64_t most) { return value >= 0 && value <= most; }

std::optional<file_status> read_status(const io::json_value& value) {
  const auto type = io::string_member(value, "type");
  const auto name = io::string_member(value, "pathSuffix");
  if (!type || !name || name->find('/') != std::string::npos || *name == "." || *name == "..") {
    return std::nullopt;
  }
  file_status status;
  status.name = *name;
  status.directory = *type == "DIRECTORY";
  // Without its length a file would look empty, which means something.
  const auto length = io::integer_member(value, "length");
  if (!length && *type == "FILE") return std::nullopt;
  status.length_bytes = length.value_or(0);
  status.modified_ms = io::integer_member(value, "modificationTime").value_or(0);
  if (!within(status.length_bytes, most_bytes) || !within(status.modified_ms, io::latest_ms))
    return std::nullopt;
  status.owner = io::string_member_or(value, "owner", "");
  status.permission = io::string_member_or(value, "permission", "");
  return status;
}

}  // namespace

result<file_status> read_file_status(const io::http_response& response, const std::string& tried) {
  const auto document = parse(question::look_at, response, tried);
  if (!document) return fail(document.error());
  const io::json_value* value = io::member(*document, "FileStatus");
  const auto status = value != nullptr ? read_status(*value) : std::nullopt;
  if (!status) return strange(tried, "'FileStatus'");
  return *status;
}

result<content_summary> read_content_summary(const io::http_response& response,
                                             const std::string& tried) {
  const auto document = parse(question::sum_up, response, tried);
  if (!document) return fail(document.error());
  const io::json_value* value = io::member(*document, "ContentSummary");
  const auto number = [value](const char* name) {
    return value != nullptr ? io::integer_member(*value, name).value_or(-1) : -1;
  };
  const content_summary summary{number("length"), number("fileCount"), number("directoryCount")};
  if (!within(summary.length_bytes, most_bytes) || !within(summary.file_count, most_files) ||
      !within(summary.directory_count, most_files))
    return strange(tried, "valid 'ContentSummary'");
  return summary;
}

result<listing_page> read_listing_page(const io::http_response& response,
                                       const std::string& tried) {
  const auto document = parse(question::list, response, tried);
  if (!document) return fail(document.error());
  listing_page page;
  // {"FileStatuses":...} itself, or inside a DirectoryListing that says how many are left.
  const io::json_value* statuses = io::member(*document, "FileStatuses");
  if (const io::json_value* listing = io::member(*document, "DirectoryListing")) {
    const io::json_value* partial = io::member(*listing, "partialListing");
    statuses = partial != nullptr ? io::member(*partial, "FileStatuses") : nullptr;
    page.remaining = io::integer_member(*listing, "remainingEntries").value_or(-1);
    if (!within(page.remaining, most_files)) return strange(tried, "valid 'remainingEntries'");
  }
  const io::json_value* list = statuses != nullptr ? io::member(*statuses, "FileStatus") : nullptr;
  if (list == nullptr || !list->IsArray()) return strange(tried, "list of 'FileStatus'");
  for (const auto& value : list->GetArray()) {
    auto status = read_status(value);
    if (!status) return strange(tried, "valid 'FileStatus'");
    page.entries.push_back(std::move(*status));
  }
  return page;
}

result<bool> read_boolean(question asked, const io::http_response& response,
                          const std::string& tried) {
  const auto document = parse(asked, response, tried);
  if (!document) return fail(document.error());
  const auto value = io::bool_member(*document, "boolean");
  if (!value) return strange(tried, "'boolean'");
  return *value;
}

result<void> expect_empty(question asked, const io::http_response& response,
                          const std::string& tried) {
  if (response.status != 200) return fail(answer_error(asked, response, tried));
  if (!response.body.empty()) return strange(tried, "empty body");
  return {};
}

result<std::string> read_content(io::http_response response, std::size_t limit,
                                 const std::string& tried) {
  if (response.status != 200) return fail(answer_error(question::open, response, tried));
  if (response.body.size() > limit) {
    return fail(
        status_code::resource_exhausted,
        fmt::format("{}: there are more than the {} bytes that are accepted", tried, limit));
  }
  return std::move(response.body);
}

std::string data_node_location(const io::http_response& first) {
  std::string location = first.location;
  if (first.status == 200 && first.json()) {
    const auto document = io::parse_json(first.body, "a NameNode's answer");
    if (document) location = io::string_member_or(*document, "Location", "");
  }
  return location.starts_with("http://") || location.starts_with("https://") ? location
                                                                             : std::string();
}

bool lost_its_name_node(const io::http_response& response) {
  const auto exception = read_remote_exception(response);
  return exception && (exception->name == "EOFException" || exception->name == "ConnectException");
}

bool is_standby(const io::http_response& response) {
  if (response.status != 403) return false;
  const auto exception = read_remote_exception(response);
  return exception &&
         (exception->name == "StandbyException" || exception->name == "RetriableException");
}

}  // namespace dm::cluster
