// A repository service, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "package/service_repository.h"

#include "base/failure.h"
#include "base/log.h"
#include "base/names.h"
#include "http/http_client.h"

#include <fmt/format.h>

namespace manager {
namespace {

constexpr const char* not_connected = "Unable to connect to the Package Repository Manager";

std::string title_of(const std::string& page) {
  const std::size_t begin = page.find("<title>");
  const std::size_t end = page.find("</title>");
  if (begin == std::string::npos || end == std::string::npos || end < begin + 7) return {};
  return printable(page.substr(begin + 7, end - begin - 7));
}

[[noreturn]] void refuse(const http_result& answer, const std::string& path) {
  const std::string title = title_of(answer.body);
  throw failure(answer.status == 404 ? failure_kind::not_found : failure_kind::unknown,
                fmt::format("Package Repository Manager - {} (request path = {})",
                            title.empty() ? fmt::format("HTTP {}", answer.status) : title, path));
}

http_result ask(http_call& call) {
  try {
    return perform(call);
  } catch (const failure& problem) {
    if (problem.kind() != failure_kind::failed_connection) throw;
    log::warning("event=repository_unreachable information={}", problem.what());
    throw failure(failure_kind::failed_connection, not_connected);
  }
}

}  // namespace

service_repository::service_repository(std::string address, std::chrono::milliseconds timeout)
    : address_(std::move(address)), timeout_(timeout) {
  while (address_.ends_with('/')) address_.pop_back();
}

json::document service_repository::list(const std::string& user, int recency) {
  const std::string path =
      fmt::format("/packages?user.name={}&recency={}", percent_encode(user), recency);
  http_call call;
  call.url = address_ + path;
  call.timeout = timeout_;
  call.largest_body = largest_list;
  const http_result answer = ask(call);
  if (answer.status != 200) refuse(answer, path);
  if (answer.cut) {
    throw failure(failure_kind::unknown,
                  fmt::format("Package Repository Manager - its list is larger than the {} bytes "
                              "that are read; ask for fewer versions (recency), or have packages "
                              "removed there (request path = {})",
                              largest_list, path));
  }
  json::document list = json::parse_or_throw(answer.body, "the package repository's answer");
  if (list.IsArray()) return list;
  throw failure(
      failure_kind::unknown,
      fmt::format("Package Repository Manager - its answer is no list (request path = {})", path));
}

void service_repository::fetch(const std::string& package, const std::string& user,
                               const std::function<void(std::string_view)>& receive,
                               cancellation& cancel) {
  const std::string path = fmt::format("/packages/{}.tar.gz?user.name={}", percent_encode(package),
                                       percent_encode(user));
  http_call call;
  call.url = address_ + path;
  call.timeout = timeout_;
  call.cancel = &cancel;
  call.receive = receive;
  const http_result answer = ask(call);
  if (answer.status != 200) refuse(answer, path);
}

}  // namespace manager
