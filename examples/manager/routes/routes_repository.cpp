// /repository/packages: what can be deployed; uploads into the embedded repository.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/log.h"
#include "base/names.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace manager {
namespace {

int recency_of(const http_request& request) {
  const auto given = request.query_value("recency");
  if (!given) return 1;
  int number = 0;
  const auto [end, code] = std::from_chars(given->data(), given->data() + given->size(), number);
  if (code != std::errc() || end != given->data() + given->size() || number < 1 || number > 1000) {
    throw failure::invalid("Invalid query",
                           {{"recency", printable(*given), "a whole number from 1 to 1000", ""}});
  }
  return number;
}

std::string file_of(const http_request& request) {
  const std::string& file = request.parameter("file");
  if (!parse_package_file(file)) {
    throw failure::invalid(
        "Not a package file",
        {{"file", printable(file), fmt::format("{}.tar.gz", package_name_rule), ""}});
  }
  return file;
}

directory_repository& uploads_of(const route_tools& tools) {
  if (tools.uploads != nullptr) return *tools.uploads;
  throw failure(
      failure_kind::failed_validation,
      fmt::format("this Deployment Manager reads packages from the service {}; upload there",
                  shown_address(tools.settings.package_repository)));
}

http_response put_file(const route_tools& tools, const http_request& request) {
  check_query(request, {});
  const std::string user = request.required_user();
  const std::string file = file_of(request);
  tools.rules.check_known(user);
  directory_repository& uploads = uploads_of(tools);
  const archive_limits& limits = tools.settings.limits;
  upload_quota::share share(tools.quota, user, file);
  std::uint64_t bytes = 0;
  const auto send = [&](const directory_repository::receiver& receive) {
    request.read_body([&](std::string_view piece) {
      share.grow(piece.size());
      bytes += piece.size();
      receive(piece);
    });
  };
  // Before the file can be seen: one without an owner would count for nobody, and only
  // administrators could delete it.
  const auto note_owner = [&] {
    tools.memory.transact([&](registry_view& view) { view.uploads.put(file, user); });
  };
  const auto stored =
      uploads.store(file, send, {limits.package_bytes, limits.reserve_bytes}, note_owner);
  const bool made = stored == directory_repository::stored::made;
  if (made) {
    share.keep();
    log::info("event=uploaded file={} bytes={} user={}", file, bytes, user);
  }
  json::document body = json::make_object();
  json::set(body, "file", file, body.GetAllocator());
  json::set(body, "bytes", static_cast<std::int64_t>(bytes), body.GetAllocator());
  json::set(body, "changed", made, body.GetAllocator());
  return http_response::of(body, made ? 201 : 200);
}

// Of a file that is not there any more; a row without a file says nothing, so it may stay.
void forget_owner(const route_tools& tools, const std::string& file) {
  try {
    tools.memory.transact([&](registry_view& view) { view.uploads.erase(file); });
  } catch (const database_error& problem) {
    log::warning("event=owner_not_forgotten file={} information={}", file, problem.what());
  }
}

http_response delete_file(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  check_query(request, {});
  const std::string file = file_of(request);
  tools.rules.check_known(who.user);
  directory_repository& uploads = uploads_of(tools);
  if (!uploads.contains(file)) {
    throw failure(failure_kind::not_found, fmt::format("{} is not in the repository", file));
  }
  const auto owner =
      tools.memory.transact([&](registry_view& view) { return view.uploads.uploader(file); });
  tools.rules.check_owner(who, owner, "repository:delete");
  uploads.remove(file);
  forget_owner(tools, file);
  log::info("event=upload_deleted file={} user={}", file, who.user);
  json::document body = json::make_object();
  json::set(body, "file", file, body.GetAllocator());
  json::set(body, "changed", true, body.GetAllocator());
  return http_response::of(body);
}

}  // namespace

void add_repository_routes(router& routes, const route_tools& tools) {
  routes.add(
      "GET", "/repository/packages",
      [&tools](const http_request& request) {
        check_query(request, {"recency"});
        tools.rules.check_reader(request.user());
        const int recency = recency_of(request);
        return http_response::of(tools.repository.list(request.user().value_or(""), recency));
      },
      {.lane = route_lane::outside});
  routes.add("PUT", "/repository/packages/{file}",
             [&tools](const http_request& request) { return put_file(tools, request); },
             {.needed = role::deploy, .lane = route_lane::upload, .streams = true});
  routes.add("DELETE", "/repository/packages/{file}",
             [&tools](const http_request& request) { return delete_file(tools, request); },
             {.needed = role::deploy});
}

}  // namespace manager
