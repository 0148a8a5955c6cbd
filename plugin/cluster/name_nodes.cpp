// The NameNodes of an HDFS as WebHDFS is asked of them.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/name_nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/hdfs_answer.h"

namespace dm::cluster {

namespace {

constexpr std::size_t name_node_limit = std::size_t{64} << 20;

// What only a NameNode that serves says; a standby, and what is no NameNode, says something else.
bool serves(question asked, const io::http_response& response) {
  if (response.status == 200) return response.json();
  if (response.status == 307) return !response.location.empty();
  if (response.status == 401) return true;
  const auto exception = read_remote_exception(response);
  return exception && definite_no(asked, response.status, exception->name);
}

std::string operation_of(const std::string& query) { return query.substr(0, query.find('&')); }

}  // namespace

result<void> check_path(const std::string& path) {
  const auto refuse = [&](const char* why) {
    return fail(status_code::invalid_argument, "the HDFS path '" + first_line(path) + "' " + why);
  };
  if (!path.starts_with('/')) return refuse("is not absolute");
  for (std::size_t start = 0; start < path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view name = std::string_view(path).substr(start, end - start);
    if (name == "." || name == "..") return refuse("contains . or ..");
    if (name.find(':') != std::string_view::npos)
      return refuse("contains a colon, which HDFS refuses");
    start = end + 1;
  }
  const bool control =
      std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return control ? refuse("contains a control character") : result<void>();
}

io::http_request name_nodes::request(const std::string& address, const char* method,
                                     const std::string& path, const std::string& query) const {
  io::http_request request;
  request.method = method;
  request.url = address + "/webhdfs/v1" + io::percent_encode(path, true) + "?" + query +
                "&user.name=" + io::percent_encode(user_);
  request.max_body_bytes = name_node_limit;
  return request;
}

result<io::http_response> name_nodes::none_good(question asked, const std::string& tried,
                                                std::vector<replicas::answer> answers) const {
  for (replicas::answer& one : answers) {
    if (one.response ? !is_standby(*one.response)
                     : one.response.error().code != status_code::unavailable)
      return std::move(one.response);
  }
  error none;
  none.code = status_code::unavailable;
  none.message =
      fmt::format("{}: none of the {} configured NameNodes serves", tried, answers.size());
  for (const replicas::answer& one : answers) {
    const std::string source = "namenode " + replicas_->addresses()[one.index];
    none.causes.push_back(
        {source, one.response
                     ? answer_error(asked, *one.response, "a standby, or not ready").message
                     : first_line(one.response.error().message)});
    none.message += fmt::format("; {}: {}", source, none.causes.back().message);
  }
  none.hint = "see 'hdfs haadmin -getAllServiceState'";
  return fail(std::move(none));
}

result<io::http_response> name_nodes::read(const io::operation& op, question asked,
                                           const std::string& path, const std::string& query) {
  auto said = replicas_->ask(
      http_, op, [&](const std::string& address) { return request(address, "GET", path, query); },
      [&](const io::http_response& response) { return serves(asked, response); }, is_standby);
  if (said.good) return std::move(said.good->response);
  return none_good(asked, operation_of(query) + " " + path, std::move(said.of_no_use));
}

result<std::size_t> name_nodes::find_active(const io::operation& op) {
  if (replicas_->addresses().size() == 1) return 0;
  if (const auto known = replicas_->active()) return *known;
  // A change must not be tried out on each of them; a look at the root directory may.
  auto root = read(op, question::look_at, "/", "op=GETFILESTATUS");
  if (!root) return fail(std::move(root.error()));
  if (const auto found = replicas_->active()) return *found;
  return fail(answer_error(question::look_at, *root, "looking for the NameNode that serves"));
}

result<std::string> name_nodes::active_address(const io::operation& op) {
  if (replicas_->addresses().empty())
    return fail(status_code::invalid_argument, "no address of a NameNode is configured");
  const auto index = find_active(op);
  if (!index) return fail(index.error());
  return replicas_->addresses()[*index];
}

result<io::http_response> name_nodes::change(const io::operation& op, question asked,
                                             const char* method, const std::string& path,
                                             const std::string& query) {
  std::vector<replicas::answer> refused;
  for (;;) {
    const auto index = find_active(op);
    if (!index) return fail(index.error());
    auto response = http_.perform(op, request(replicas_->addresses()[*index], method, path, query));
    const bool nothing_done = response ? is_standby(*response)
                                       : response.error().code == status_code::unavailable &&
                                             !response.error().maybe_done;
    if (!response && response.error().code == status_code::unavailable) replicas_->forget(*index);
    if (!nothing_done) return response;
    replicas_->forget(*index);
    refused.push_back({*index, std::move(response)});
    if (refused.size() == 2 || replicas_->addresses().size() == 1)
      return none_good(asked, operation_of(query) + " " + path, std::move(refused));
  }
}

result<io::http_response> name_nodes::ask(const io::operation& op, question asked,
                                          const char* method, const std::string& path,
                                          const std::string& query) {
  if (auto valid = check_path(path); !valid) return fail(std::move(valid.error()));
  if (replicas_->addresses().empty())
    return fail(status_code::invalid_argument, "no address of a NameNode is configured");
  return std::string_view(method) == "GET" ? read(op, asked, path, query)
                                           : change(op, asked, method, path, query);
}

}  // namespace dm::cluster
