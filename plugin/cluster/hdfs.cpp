// HDFS by WebHDFS: small files, directories and the atomic rename the component's log is built on.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/hdfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cluster/hdfs_answer.h"
#include "cluster/remote_exception.h"

namespace dm::cluster {

namespace {

constexpr std::size_t refusal_limit = std::size_t{64}
                                      << 10;       // a DataNode's exception comes with its stack
constexpr std::chrono::seconds longest_stall{60};  // of an upload
constexpr std::size_t connections_of_one_reader = 8;
constexpr io::milliseconds side_by_side_limit{30'000};  // then each is asked for alone
constexpr std::size_t most_entries =
    1'000'000;  // of one directory; a list that never ends must end

// "&excludedatanodes=host:port" for the DataNode that the NameNode's answer named.
std::string excluded_data_node(const std::string& location) {
  const std::string origin = io::url_origin(location);
  const std::size_t mark = origin.find("://");
  return mark == std::string::npos
             ? ""
             : "&excludedatanodes=" + io::percent_encode(origin.substr(mark + 3));
}

}  // namespace

io::http_request hdfs::data_node_request(const std::string& location, const char* method,
                                         const payload& body, std::size_t limit) {
  io::http_request request;
  request.method = method;
  request.url = location;
  request.headers = {"Accept: */*"};
  request.max_body_bytes = std::max(limit, refusal_limit);
  request.timeout = io::milliseconds(30'000);
  if (std::string_view(method) == "PUT") {
    request.headers.emplace_back("Content-Type: application/octet-stream");
    request.body = body.text;
    if (body.file >= 0) {
      request.body_file = body.file;
      request.body_file_bytes = body.bytes;
      request.timeout = io::until_deadline;
      request.stall_limit = longest_stall;
    }
  }
  return request;
}

std::string hdfs::tried(const char* what, const std::string& path) const {
  const std::string address = nodes_.service().likely();
  return fmt::format("{} hdfs:{} as user {} at {}", what, path, user(),
                     address.empty() ? "no NameNode" : address);
}

result<io::http_response> hdfs::ask_data_node(const io::operation& op,
                                              const io::http_response& first, const char* method,
                                              const payload& body, std::size_t limit) {
  const std::string location = data_node_location(first);
  if (location.empty()) {
    return fail(status_code::unavailable,
                fmt::format("the NameNode answered HTTP {} without the address of a DataNode",
                            first.status));
  }
  auto response = http_.perform(op, data_node_request(location, method, body, limit));
  if (!response && response.error().code == status_code::unavailable) {
    response.error().hint =
        "the NameNode names this DataNode; its host name and port must be reachable from this node";
  }
  return response;
}

result<io::http_response> hdfs::through_data_node(const io::operation& op, question asked,
                                                  const char* what, const std::string& path,
                                                  const std::string& query, const payload& body,
                                                  std::size_t limit) {
  const char* method = asked == question::create ? "PUT" : "GET";
  const long done = asked == question::create ? 201 : 200;
  std::string excluded;
  std::optional<error> before;  // why the first DataNode was of no use
  for (;;) {
    auto first =
        nodes_.ask(op, asked, method, path, fmt::format("{}&noredirect=true{}", query, excluded));
    if (first && first->status != 200 && first->status != 307)
      first = fail(answer_error(asked, *first, tried(what, path)));
    if (!first) {
      // "Failed to find datanode": there is no other one. What the first one said is the reason.
      if (!before || first.error().code != status_code::unavailable) return first;
      before->causes.push_back({"namenode", first_line(first.error().message)});
      return fail(std::move(*before));
    }
    auto second = ask_data_node(op, *first, method, body, limit);
    if (second && second->status == done) return second;
    if (second) {
      error refused = answer_error(asked, *second, tried(what, path));
      // The first attempt lost its answer on the way to the NameNode: the file may be its work.
      if (before && asked == question::create && refused.code == status_code::already_exists) {
        refused.code = status_code::unavailable;
        refused.maybe_done = true;
      }
      // A read may always be asked again, a creation when nothing can have been done by the first.
      const bool again = refused.code == status_code::unavailable &&
                         (asked == question::open || lost_its_name_node(*second));
      if (before || !again) return fail(std::move(refused));
      before = std::move(refused);
      continue;
    }
    error unreachable = fail_while(tried(what, path), std::move(second.error())).value();
    if (before || unreachable.code != status_code::unavailable || unreachable.maybe_done)
      return fail(std::move(unreachable));
    before = std::move(unreachable);
    // A DataNode that died a moment ago is named until the NameNode misses it; another one may have
    // the block.
    excluded = excluded_data_node(data_node_location(*first));
  }
}

result<file_status> hdfs::status(const io::operation& op, const std::string& path) {
  const auto response = nodes_.ask(op, question::look_at, "GET", path, "op=GETFILESTATUS");
  if (!response) return fail(response.error());
  return read_status(*response, path);
}

result<std::vector<file_status>> hdfs::list(const io::operation& op, const std::string& path) {
  std::vector<file_status> entries;
  auto walked = for_each(op, path, [&](const file_status& entry) {
    entries.push_back(entry);
    return entries.size() <= most_entries;
  });
  if (!walked) return fail(std::move(walked.error()));
  if (entries.size() > most_entries) {
    return fail(status_code::resource_exhausted,
                fmt::format("{}: more than {} entries", tried("list", path), most_entries));
  }
  return entries;
}

result<void> hdfs::for_each(const io::operation& op, const std::string& path,
                            const std::function<bool(const file_status&)>& take) {
  std::string start_after;
  for (;;) {
    auto response = nodes_.ask(op, question::list, "GET", path,
                               "op=LISTSTATUS_BATCH&startAfter=" + io::percent_encode(start_after));
    if (!response) return fail(std::move(response.error()));
    auto page = read_listing_page(*response, tried("list", path));
    // Hadoop before 2.8 has no pages: an unknown operation is an IllegalArgumentException there.
    if (!page && page.error().code == status_code::invalid_argument && start_after.empty()) {
      response = nodes_.ask(op, question::list, "GET", path, "op=LISTSTATUS");
      if (!response) return fail(std::move(response.error()));
      page = read_listing_page(*response, tried("list", path));
    }
    if (!page) return fail(std::move(page.error()));
    for (const file_status& entry : page->entries) {
      if (!take(entry)) return {};
    }
    if (page->remaining <= 0) return {};
    // Pages are in the order of names; one that leads nowhere would be asked for again and again.
    if (page->entries.empty() || page->entries.back().name == start_after) {
      return fail(status_code::unavailable,
                  tried("list", path) + ": the answer has no further entry, though it says so",
                  "ask again; if it stays so, check who answers at the NameNode's address");
    }
    start_after = page->entries.back().name;
  }
}

result<content_summary> hdfs::summary(const io::operation& op, const std::string& path) {
  const auto response = nodes_.ask(op, question::sum_up, "GET", path, "op=GETCONTENTSUMMARY");
  if (!response) return fail(response.error());
  return read_summary(*response, path);
}

std::vector<std::optional<content_summary>> hdfs::summaries(const io::operation& op,
                                                            const std::vector<std::string>& paths) {
  std::vector<std::optional<content_summary>> sums(paths.size());
  const io::operation bounded = op.limited_to(side_by_side_limit);
  const auto serving = nodes_.active_address(bounded);
  if (!serving) return sums;
  std::vector<std::size_t> asked;  // by request: the index of its path
  std::vector<io::http_request> requests;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!check_path(paths[i])) continue;
    asked.push_back(i);
    requests.push_back(nodes_.request(*serving, "GET", paths[i], "op=GETCONTENTSUMMARY"));
  }
  const auto answers = http_.perform_all(bounded, requests, connections_of_one_reader);
  for (std::size_t k = 0; k < answers.size(); ++k) {
    if (!answers[k]) continue;
    const std::string& path = paths[asked[k]];
    if (auto sum = read_content_summary(*answers[k], tried("sum up", path))) sums[asked[k]] = *sum;
  }
  return sums;
}

result<std::string> hdfs::read(const io::operation& op, const std::string& path,
                               std::size_t limit) {
  auto response = through_data_node(op, question::open, "read", path, "op=OPEN", {}, limit);
  if (!response) return fail(std::move(response.error()));
  return read_content(std::move(*response), limit, tried("read", path));
}

result<std::string> hdfs::read_part(const io::operation& op, const std::string& path,
                                    std::int64_t offset, std::int64_t length) {
  if (offset < 0 || length < 0) {
    return fail(status_code::invalid_argument,
                "offset and length of a part of a file cannot be negative");
  }
  const auto limit = static_cast<std::size_t>(length);
  auto response =
      through_data_node(op, question::open, "read a part of", path,
                        fmt::format("op=OPEN&offset={}&length={}", offset, length), {}, limit);
  if (!response) return fail(std::move(response.error()));
  return read_content(std::move(*response), limit, tried("read a part of", path));
}

void hdfs::read_side_by_side(const io::operation& op, const std::vector<std::string>& paths,
                             std::size_t limit, std::vector<std::optional<std::string>>& contents) {
  const char* query = "op=OPEN&noredirect=true";
  const io::operation bounded = op.limited_to(side_by_side_limit);
  std::vector<result<io::http_response>> located;
  if (addresses().size() > 1) {
    // Of a pair the first file finds out who serves, so that a silent one is not asked for all.
    located.push_back(nodes_.ask(bounded, question::open, "GET", paths.front(), query));
    if (!located.front()) return;
  }
  const auto serving = nodes_.active_address(bounded);
  if (!serving) return;
  std::vector<io::http_request> requests;
  for (std::size_t i = located.size(); i < paths.size(); ++i)
    requests.push_back(nodes_.request(*serving, "GET", paths[i], query));
  auto others = http_.perform_all(bounded, requests, connections_of_one_reader);
  std::move(others.begin(), others.end(), std::back_inserter(located));
  requests.clear();
  std::vector<std::size_t> named;  // by request: the index of its path
  for (std::size_t i = 0; i < located.size(); ++i) {
    const std::string location = located[i] ? data_node_location(*located[i]) : std::string();
    if (location.empty()) continue;
    requests.push_back(data_node_request(location, "GET", {}, limit));
    named.push_back(i);
  }
  auto answers = http_.perform_all(bounded, requests, connections_of_one_reader);
  for (std::size_t k = 0; k < answers.size(); ++k) {
    if (answers[k] && answers[k]->status == 200 && answers[k]->body.size() <= limit)
      contents[named[k]] = std::move(answers[k]->body);
  }
}

result<std::vector<std::optional<std::string>>> hdfs::read_all(
    const io::operation& op, const std::vector<std::string>& paths, std::size_t limit) {
  for (const std::string& path : paths) {
    if (auto valid = check_path(path); !valid) return fail(std::move(valid.error()));
  }
  std::vector<std::optional<std::string>> contents(paths.size());
  if (paths.size() > 1) read_side_by_side(op, paths, limit, contents);
  // What did not come at once is asked for alone: that knows the other NameNode, the other
  // DataNode, and what each refusal means.
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (contents[i]) continue;
    auto content = read(op, paths[i], limit);
    if (content) {
      contents[i] = std::move(*content);
    } else if (content.error().code != status_code::not_found) {
      return fail(std::move(content.error()));
    }
  }
  return contents;
}

io::http_request hdfs::list_request(const std::string& path) const {
  return nodes_.request(nodes_.service().likely(), "GET", path, "op=LISTSTATUS_BATCH&startAfter=");
}

result<std::vector<file_status>> hdfs::read_list(const io::http_response& response,
                                                 const std::string& path) const {
  auto page = read_listing_page(response, tried("list", path));
  if (!page) {
    // Hadoop before 2.8 has no pages.
    if (page.error().code == status_code::invalid_argument)
      page.error().code = status_code::unavailable;
    return fail(std::move(page.error()));
  }
  if (page->remaining > 0)
    return fail(status_code::unavailable, tried("list", path) + ": it has more than one page");
  return std::move(page->entries);
}

io::http_request hdfs::status_request(const std::string& path) const {
  return nodes_.request(nodes_.service().likely(), "GET", path, "op=GETFILESTATUS");
}

result<file_status> hdfs::read_status(const io::http_response& response,
                                      const std::string& path) const {
  return read_file_status(response, tried("look at", path));
}

io::http_request hdfs::summary_request(const std::string& path) const {
  return nodes_.request(nodes_.service().likely(), "GET", path, "op=GETCONTENTSUMMARY");
}

result<content_summary> hdfs::read_summary(const io::http_response& response,
                                           const std::string& path) const {
  return read_content_summary(response, tried("sum up", path));
}

bool hdfs::says_standby(const io::http_response& response) { return is_standby(response); }

io::http_request hdfs::open_request(const std::string& path) const {
  return nodes_.request(nodes_.service().likely(), "GET", path, "op=OPEN&noredirect=true");
}

std::optional<io::http_request> hdfs::content_request(const io::http_response& opened,
                                                      std::size_t limit) {
  const std::string location = data_node_location(opened);
  if (location.empty()) return std::nullopt;
  return data_node_request(location, "GET", {}, limit);
}

result<void> hdfs::create(const io::operation& op, const std::string& path,
                          std::string_view content, const std::string& permission) {
  const auto response = through_data_node(
      op, question::create, "create", path,
      "op=CREATE&overwrite=false&createparent=true&permission=" + io::percent_encode(permission),
      payload{content}, std::size_t{1} << 20);
  if (!response) return fail(std::move(response.error()));
  return {};
}

result<void> hdfs::upload(const io::operation& op, const std::string& path, int descriptor,
                          std::int64_t bytes, const std::string& permission) {
  const auto response = through_data_node(
      op, question::create, "upload", path,
      "op=CREATE&overwrite=false&createparent=true&permission=" + io::percent_encode(permission),
      payload{{}, descriptor, bytes}, std::size_t{1} << 20);
  if (!response) return fail(response.error());
  return {};
}

result<void> hdfs::make_directory(const io::operation& op, const std::string& path,
                                  const std::string& permission) {
  const auto response = nodes_.ask(op, question::make_directory, "PUT", path,
                                   "op=MKDIRS&permission=" + io::percent_encode(permission));
  if (!response) return fail(response.error());
  const std::string what = tried("make the directory", path);
  const auto made = read_boolean(question::make_directory, *response, what);
  if (!made) return fail(made.error());
  if (!*made) return fail(status_code::unavailable, what + ": the NameNode did not make it");
  return {};
}

result<void> hdfs::set_permission(const io::operation& op, const std::string& path,
                                  const std::string& permission) {
  const auto response = nodes_.ask(op, question::set_permission, "PUT", path,
                                   "op=SETPERMISSION&permission=" + io::percent_encode(permission));
  if (!response) return fail(response.error());
  return expect_empty(question::set_permission, *response, tried("set the permission of", path));
}

result<void> hdfs::rename(const io::operation& op, const std::string& from, const std::string& to,
                          rename_option option) {
  if (auto valid = check_path(to); !valid) return valid;
  const auto response = nodes_.ask(
      op, question::rename, "PUT", from,
      "op=RENAME&destination=" + io::percent_encode(to) +
          "&renameoptions=" + (option == rename_option::overwrite ? "OVERWRITE" : "NONE"));
  if (!response) return fail(response.error());
  return expect_empty(question::rename, *response, tried("rename", from) + " to " + to);
}

result<bool> hdfs::remove(const io::operation& op, const std::string& path, bool recursive) {
  const auto response =
      nodes_.ask(op, question::remove, "DELETE", path,
                 recursive ? "op=DELETE&recursive=true" : "op=DELETE&recursive=false");
  if (!response) return fail(response.error());
  return read_boolean(question::remove, *response, tried("remove", path));
}

}  // namespace dm::cluster
