// How Hadoop's web services say no: HTTP status, RemoteException, and the answers of a standby.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/remote_exception.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "io/json.h"

namespace dm::cluster {

namespace {

constexpr unsigned bit(question asked) { return 1U << static_cast<unsigned>(asked); }
constexpr unsigned any_of(std::initializer_list<question> list) {
  unsigned bits = 0;
  for (const question asked : list) bits |= bit(asked);
  return bits;
}

constexpr unsigned reads =
    any_of({question::look_at, question::list, question::sum_up, question::open});
constexpr unsigned hdfs_changes =
    any_of({question::create, question::make_directory, question::set_permission, question::rename,
            question::remove});
constexpr unsigned makes_names =
    any_of({question::create, question::make_directory, question::rename});

struct no {
  unsigned asked;
  long status;
  std::string_view exception;
  status_code code;
};

constexpr std::array<no, 18> closed_list = {{
    // Not of a creation: with createparent=true the parent is made, and a file that vanished while
    // it was written is neither there nor refused.
    {reads | any_of({question::set_permission, question::rename}), 404, "FileNotFoundException",
     status_code::not_found},
    {makes_names, 403, "FileAlreadyExistsException", status_code::already_exists},
    // Somebody else writes the file at this moment.
    {bit(question::create), 403, "AlreadyBeingCreatedException", status_code::already_exists},
    // A file stands where a directory is to be.
    {bit(question::make_directory), 403, "ParentNotDirectoryException",
     status_code::already_exists},
    {reads | hdfs_changes, 403, "AccessControlException", status_code::permission_denied},
    {makes_names, 403, "NSQuotaExceededException", status_code::resource_exhausted},
    {makes_names, 403, "DSQuotaExceededException", status_code::resource_exhausted},
    {makes_names, 403, "QuotaByStorageTypeExceededException", status_code::resource_exhausted},
    {reads | hdfs_changes, 400, "IllegalArgumentException", status_code::invalid_argument},
    {reads | hdfs_changes, 400, "HadoopIllegalArgumentException", status_code::invalid_argument},
    {reads | hdfs_changes, 400, "InvalidPathException", status_code::invalid_argument},
    // It was not to be removed with what is in it.
    {bit(question::remove), 403, "PathIsNotEmptyDirectoryException", status_code::invalid_argument},
    {any_of({question::application, question::node, question::kill}), 404, "NotFoundException",
     status_code::not_found},
    {any_of({question::application, question::kill}), 400, "BadRequestException",
     status_code::invalid_argument},
    {any_of({question::cluster, question::application, question::node, question::kill}), 403,
     "ForbiddenException", status_code::permission_denied},
    {any_of({question::application, question::kill}), 403, "AccessControlException",
     status_code::permission_denied},
    // Looked at before anything is submitted: a size above the maximum, a tag that is too long.
    {bit(question::submit), 400, "BadRequestException", status_code::invalid_argument},
    // "App submission via REST is disabled.", or an account that may not.
    {bit(question::submit), 403, "ForbiddenException", status_code::permission_denied},
}};

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

std::optional<status_code> definite_no(question asked, long status, std::string_view exception) {
  const auto found = std::find_if(closed_list.begin(), closed_list.end(), [&](const no& one) {
    return (one.asked & bit(asked)) != 0 && one.status == status && one.exception == exception;
  });
  return found == closed_list.end() ? std::nullopt : std::optional(found->code);
}

error answer_error(question asked, const io::http_response& response, const std::string& tried) {
  error e;
  e.code = status_code::unavailable;
  if (const auto exception = read_remote_exception(response)) {
    const auto refused = definite_no(asked, response.status, exception->name);
    if (refused) e.code = *refused;
    if (response.status == 401) e.code = status_code::unauthenticated;
    e.message = fmt::format("{}: HTTP {}, {}: {}", tried, response.status, exception->name,
                            exception->message);
    if (e.code == status_code::unavailable)
      e.hint = "nothing follows from this about what was asked for";
    return e;
  }
  if (response.status == 401) {
    e.code = status_code::unauthenticated;
    e.message = tried + ": HTTP 401, the service asks for authentication";
    e.hint = "a cluster secured with Kerberos is not supported yet";
    return e;
  }
  // Without a RemoteException a 403 or 404 is some proxy's or a wrong server's word, no proof of
  // anything (INV-4).
  e.message =
      fmt::format("{}: HTTP {} with {}, and not in the way Hadoop says no", tried, response.status,
                  response.content_type.empty() ? "no content type" : response.content_type);
  e.hint = "check that the address and port are those of the Hadoop service";
  return e;
}

result<void> require_active_answer(question asked, const io::http_response& response,
                                   const std::string& who) {
  if (response.status == 307) {
    return fail(status_code::unavailable, response.location.empty()
                                              ? who + " is a standby that knows of no active one"
                                              : who + " is a standby; it names " +
                                                    io::url_origin(response.location) +
                                                    " as the active one");
  }
  if ((response.status == 200 || response.status == 202) && response.json()) return {};
  return fail(answer_error(asked, response, who));
}

}  // namespace dm::cluster
