// /repository/packages: what can be deployed; uploads into the embedded repository.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/names.h"
#include "routes/list_query.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace manager {
namespace {

std::string file_of(const http_request& request) {
  const std::string& file = request.parameter("file");
  if (!parse_package_file(file)) {
    throw failure::invalid("Not a package file",
                           {{"file", printable(file),
                             "<package>.tar.gz; package: " + std::string(package_name_rule), ""}});
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

// What the file is, once it can be seen. Of one that was there with the same bytes its uploader
// stays the one who uploaded it, if anybody did. Where it cannot be written, nobody knows the
// digest.
void note_digest(const route_tools& tools, const directory_repository& uploads,
                 const std::string& file, const std::string& sha256) {
  const auto facts = uploads.facts_of(file);
  if (!facts) return;
  try {
    tools.memory.transact([&](registry_view& view) {
      const auto known = view.uploads.find(file);
      if (!known) return;
      view.uploads.put({file, known->user, sha256, facts->bytes, facts->changed_at});
    });
  } catch (const database_error& problem) {
    log::warning("event=digest_not_noted file={} information={}", file, problem.what());
  }
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
  sha256_stream digest;
  const auto send = [&](const directory_repository::receiver& receive) {
    request.read_body([&](std::string_view piece) {
      share.grow(piece.size());
      bytes += piece.size();
      digest.update(piece);
      receive(piece);
    });
  };
  // Before the file can be seen: one without an owner would count for nobody, and only
  // administrators could delete it.
  const auto note_owner = [&] {
    tools.memory.transact([&](registry_view& view) { view.uploads.put({file, user}); });
  };
  const auto stored =
      uploads.store(file, send, {limits.package_bytes, limits.reserve_bytes}, note_owner);
  const bool made = stored == directory_repository::stored::made;
  const std::string sha256 = digest.finish();
  note_digest(tools, uploads, file, sha256);
  if (made) {
    share.keep();
    log::info("event=uploaded file={} bytes={} sha256={} user={}", file, bytes, sha256, user);
  }
  json::document body = json::make_object();
  json::set(body, "file", file, body.GetAllocator());
  json::set(body, "bytes", static_cast<std::int64_t>(bytes), body.GetAllocator());
  json::set(body, "sha256", sha256, body.GetAllocator());
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
    throw failure(
        failure_kind::not_found,
        fmt::format("{} is not in the repository; GET /repository/packages lists what is", file));
  }
  const auto known =
      tools.memory.transact([&](registry_view& view) { return view.uploads.find(file); });
  tools.rules.check_owner(who, known ? std::optional(known->user) : std::nullopt,
                          "repository:delete");
  uploads.remove(file);
  forget_owner(tools, file);
  log::info("event=upload_deleted file={} user={}", file, who.user);
  json::document body = json::make_object();
  json::set(body, "file", file, body.GetAllocator());
  json::set(body, "changed", true, body.GetAllocator());
  return http_response::of(body);
}

// What came by an upload and is still that file has the digest of the upload; of other files nobody
// knows it without reading them.
void add_digests(const route_tools& tools, json::document& packages) {
  if (tools.uploads == nullptr) return;
  auto& memory = packages.GetAllocator();
  tools.memory.transact([&](registry_view& view) {
    for (auto& package : packages.GetArray()) {
      for (auto& version : json::find(package, "latest_versions")->GetArray()) {
        const std::string file(json::text_of(version, "file"));
        const auto known = view.uploads.find(file);
        const auto facts = known && known->sha256 ? tools.uploads->facts_of(file) : std::nullopt;
        const bool same =
            facts && facts->bytes == known->bytes && facts->changed_at == known->changed_at;
        json::set(version, "sha256", same ? known->sha256 : std::nullopt, memory);
      }
    }
  });
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {"recency", "name", "prefix"});
  const std::int64_t recency = query.number("recency", 1, 1000).value_or(1);
  const std::string name = query.text("name", package_title_rule, is_package_title);
  const std::string prefix = query.prefix();
  const std::string after = query.after_name();
  const std::int64_t limit = query.limit(no_limit);
  query.check();
  const json::document all =
      tools.repository.list(request.user().value_or(""), static_cast<int>(recency));
  std::vector<const json::value*> page;
  for (const auto& one : all.GetArray()) {
    const std::string_view given = json::text_of(one, "name");
    const bool named = given.starts_with(prefix) && (name.empty() || given == name);
    if (named && (after.empty() || given > after)) page.push_back(&one);
  }
  // The order of a service is its own; that of pages is by name.
  if (limit != no_limit || !after.empty()) {
    std::sort(page.begin(), page.end(), [](const json::value* left, const json::value* right) {
      return json::text_of(*left, "name") < json::text_of(*right, "name");
    });
  }
  const bool more = cut_to_page(page, limit);
  json::document body = json::make_array();
  for (const json::value* one : page) {
    body.PushBack(json::copy(*one, body.GetAllocator()), body.GetAllocator());
  }
  add_digests(tools, body);
  http_response response = http_response::of(body);
  if (more) query.set_next(response, std::string(json::text_of(*page.back(), "name")));
  return response;
}

}  // namespace

void add_repository_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/repository/packages",
             [&tools](const http_request& request) { return list(tools, request); },
             {.lane = route_lane::outside});
  routes.add("PUT", "/repository/packages/{file}",
             [&tools](const http_request& request) { return put_file(tools, request); },
             {.needed = role::deploy, .lane = route_lane::upload, .streams = true});
  routes.add("DELETE", "/repository/packages/{file}",
             [&tools](const http_request& request) { return delete_file(tools, request); },
             {.needed = role::deploy});
}

}  // namespace manager
