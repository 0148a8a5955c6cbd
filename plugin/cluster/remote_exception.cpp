// How Hadoop's web services say no: HTTP status, RemoteException, and the answers of a standby.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/remote_exception.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/json.h"

namespace dm::cluster {

namespace {

struct meaning {
  std::string_view name;
  status_code code;
};

constexpr std::array<meaning, 24> meanings = {{
    {"FileNotFoundException", status_code::not_found},
    {"NotFoundException", status_code::not_found},
    {"PathNotFoundException", status_code::not_found},
    {"FileAlreadyExistsException", status_code::already_exists},
    {"AlreadyBeingCreatedException", status_code::already_exists},
    {"AccessControlException", status_code::permission_denied},
    {"AuthorizationException", status_code::permission_denied},
    {"ForbiddenException", status_code::permission_denied},
    {"SecurityException", status_code::permission_denied},
    {"StandbyException", status_code::unavailable},
    {"SafeModeException", status_code::unavailable},
    {"RetriableException", status_code::unavailable},
    {"ConnectException", status_code::unavailable},
    {"SocketTimeoutException", status_code::unavailable},
    // A DataNode whose connection to a NameNode that was restarted is dead answers with 403.
    {"EOFException", status_code::unavailable},
    {"NoRouteToHostException", status_code::unavailable},
    {"NSQuotaExceededException", status_code::resource_exhausted},
    {"DSQuotaExceededException", status_code::resource_exhausted},
    {"QuotaByStorageTypeExceededException", status_code::resource_exhausted},
    {"IllegalArgumentException", status_code::invalid_argument},
    {"InvalidPathException", status_code::invalid_argument},
    {"BadRequestException", status_code::invalid_argument},
    {"UnsupportedOperationException", status_code::unimplemented},
    {"UnresolvedPathException", status_code::failed_precondition},
}};

status_code code_of_status(long status) {
  if (status == 401) return status_code::unauthenticated;
  // Without a RemoteException a 403 or 404 is some proxy's or a wrong server's word, no proof of
  // anything (INV-4).
  return status_code::unavailable;
}

}  // namespace

std::optional<remote_exception> read_remote_exception(const io::http_response& response) {
  if (!response.json() || response.body.size() > (std::size_t{1} << 20)) return std::nullopt;
  const auto document = io::parse_json(response.body, "an error of Hadoop");
  if (!document) return std::nullopt;
  const io::json_value* exception = io::member(*document, "RemoteException");
  if (exception == nullptr) return std::nullopt;
  const auto name = io::string_member(*exception, "exception");
  if (!name) return std::nullopt;
  return remote_exception{first_line(*name, 120),
                          first_line(io::string_member_or(*exception, "message", ""))};
}

status_code code_of(const remote_exception& exception) {
  const auto found = std::find_if(meanings.begin(), meanings.end(),
                                  [&](const meaning& m) { return m.name == exception.name; });
  return found == meanings.end() ? status_code::failed_precondition : found->code;
}

error answer_error(const io::http_response& response, const std::string& tried) {
  error e;
  if (const auto exception = read_remote_exception(response)) {
    e.code = response.status >= 500 ? status_code::unavailable : code_of(*exception);
    if (response.status == 401) e.code = status_code::unauthenticated;
    e.message = fmt::format("{}: HTTP {}, {}: {}", tried, response.status, exception->name,
                            exception->message);
    return e;
  }
  e.code = code_of_status(response.status);
  e.message =
      fmt::format("{}: HTTP {} with {}, and not in the way Hadoop says no", tried, response.status,
                  response.content_type.empty() ? "no content type" : response.content_type);
  if (response.status == 401) {
    e.message = tried + ": HTTP 401, the service asks for authentication";
    e.hint = "a cluster secured with Kerberos is not supported yet";
  } else {
    e.hint = "check that the address and port are those of the Hadoop service";
  }
  return e;
}

result<void> require_active_answer(const io::http_response& response, const std::string& who) {
  if (response.status == 307) {
    return fail(status_code::unavailable, response.location.empty()
                                              ? who + " is a standby that knows of no active one"
                                              : who + " is a standby; it names " +
                                                    io::url_origin(response.location) +
                                                    " as the active one");
  }
  if ((response.status == 200 || response.status == 202) && response.json()) return {};
  return fail(answer_error(response, who));
}

}  // namespace dm::cluster
