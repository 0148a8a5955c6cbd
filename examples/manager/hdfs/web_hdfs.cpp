// The few WebHDFS calls that hdfs.json needs.
// SPDX-License-Identifier: Apache-2.0
#include "hdfs/web_hdfs.h"

#include "access/secrets.h"
#include "base/failure.h"
#include "base/names.h"

#include <fmt/format.h>

#include <optional>

namespace manager {
namespace {

std::string text_or_number(const json::value& environment, std::string_view name) {
  const json::value* found = json::find(environment, name);
  if (found == nullptr) return {};
  return found->IsString() ? std::string(json::view(*found)) : json::to_text(*found);
}

struct remote_exception {
  std::string name;
  std::string message;
};

remote_exception exception_in(const http_result& answer) {
  std::string ignored;
  const auto parsed = json::parse(answer.body, ignored);
  const json::value* found = parsed ? json::find(*parsed, "RemoteException") : nullptr;
  if (found == nullptr) return {"", printable(answer.body)};
  return {std::string(json::text_of(*found, "exception")),
          printable(json::text_of(*found, "message"), 400)};
}

bool boolean_in(const http_result& answer) {
  std::string ignored;
  const auto parsed = json::parse(answer.body, ignored);
  return parsed && json::flag_of(*parsed, "boolean", false);
}

}  // namespace

web_hdfs::web_hdfs(const json::value& environment, std::chrono::milliseconds timeout)
    : user_(json::text_of(environment, "webhdfs_user")), timeout_(timeout) {
  if (user_.empty()) user_ = "hdfs";
  const std::string port = text_or_number(environment, "webhdfs_port");
  for (const std::string_view suffix : {"", "_backup"}) {
    const std::string host = text_or_number(environment, fmt::format("webhdfs_host{}", suffix));
    if (host.empty()) continue;
    const std::string own = text_or_number(environment, fmt::format("webhdfs_port{}", suffix));
    addresses_.push_back(fmt::format("{}:{}", host,
                                     !own.empty()   ? own
                                     : port.empty() ? "9870"
                                                    : port));
  }
}

http_result web_hdfs::request(const std::string& method, const std::string& path,
                              const std::string& operation, const std::string& as,
                              cancellation& cancel) const {
  if (addresses_.empty()) {
    throw failure(failure_kind::failed_connection,
                  "HDFS is needed for hdfs.json, but environment.webhdfs_host is not configured");
  }
  std::string causes;
  for (const std::string& address : addresses_) {
    http_call call;
    call.method = method;
    call.timeout = timeout_;
    call.cancel = &cancel;
    call.url = fmt::format("http://{}/webhdfs/v1{}?op={}&user.name={}", address,
                           percent_encode_path(path), operation, percent_encode(as));
    try {
      http_result answer = perform(call);
      const bool standby = answer.status == 403 && exception_in(answer).name == "StandbyException";
      if (!standby) return answer;
      causes += fmt::format("{}{} is standby", causes.empty() ? "" : "; ",
                            shown_address("http://" + address));
    } catch (const failure& problem) {
      if (problem.kind() != failure_kind::failed_connection) throw;
      causes += fmt::format("{}{}", causes.empty() ? "" : "; ", problem.what());
    }
  }
  throw failure(failure_kind::failed_connection,
                fmt::format("no active HDFS NameNode answered for {}: {}", path, causes));
}

namespace {

[[noreturn]] void refuse(const http_result& answer, std::string_view what, const std::string& path,
                         const std::string& as) {
  const remote_exception why = exception_in(answer);
  throw failure(
      answer.status == 403 ? failure_kind::forbidden : failure_kind::unknown,
      fmt::format("HDFS refused to {} {} as {}: {} {}", what, path, as, why.name, why.message));
}

}  // namespace

bool web_hdfs::exists(const std::string& path, cancellation& cancel) const {
  const http_result answer = request("GET", path, "GETFILESTATUS", user_, cancel);
  if (answer.status == 200) return true;
  if (answer.status == 404) return false;
  refuse(answer, "look at", path, user_);
}

void web_hdfs::make_directories(const std::string& path, const std::string& as,
                                cancellation& cancel) const {
  const http_result answer = request("PUT", path, "MKDIRS", as, cancel);
  if (answer.status != 200 || !boolean_in(answer)) refuse(answer, "make directory", path, as);
}

void web_hdfs::set_owner(const std::string& path, const std::string& owner,
                         cancellation& cancel) const {
  const http_result answer =
      request("PUT", path, "SETOWNER&owner=" + percent_encode(owner), user_, cancel);
  if (answer.status != 200) refuse(answer, "give to " + owner, path, user_);
}

bool web_hdfs::remove(const std::string& path, bool recursive, const std::string& as,
                      cancellation& cancel) const {
  if (path.find_first_not_of('/') == std::string::npos) {
    throw failure(failure_kind::unknown, "the root of HDFS is never deleted");
  }
  const http_result answer = request(
      "DELETE", path, fmt::format("DELETE&recursive={}", recursive ? "true" : "false"), as, cancel);
  if (answer.status == 404) return false;
  if (answer.status != 200) refuse(answer, "delete", path, as);
  return boolean_in(answer);
}

}  // namespace manager
