// /packages/<package>/contents and /difference: what is in a deployed package, and what is other in
// it than in another one. Both answer from what its deployment has found.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_admission.h"
#include "base/names.h"
#include "package/package_difference.h"
#include "routes/list_query.h"
#include "routes/package_digest.h"
#include "routes/routes.h"

#include <algorithm>

namespace manager {
namespace {

constexpr std::int64_t usual_limit = 1000;
constexpr std::size_t longest_path = 1024;

std::string after_path(list_query& query) {
  return query.text("after", "the next of the page before",
                    [](std::string_view given) { return given.size() <= longest_path; });
}

http_response with_next(const list_query& query, json::document body, bool more,
                        const std::string& last) {
  json::set(body, "more", more, body.GetAllocator());
  if (more) json::set(body, "next", last, body.GetAllocator());
  http_response response = http_response::of(body);
  if (more) query.set_next(response, last);
  return response;
}

http_response contents(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {});
  const std::string after = after_path(query);
  const std::int64_t limit = query.limit(usual_limit);
  query.check();
  const std::string& name = request.parameter("package");
  // Of one moment, so that an undeployment in between leaves no half answer.
  auto [known, files] = tools.memory.transact([&](registry_view& view) {
    return std::pair(view.packages.find(name),
                     view.contents.list(name, after, one_more_than(limit)));
  });
  const package_record package = deployed_package(tools.memory, std::move(known), "contents");
  const bool more = cut_to_page(files, limit);
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "package", package.name, memory);
  set_digest(body, package, memory);
  json::value list;  // null where nobody has looked
  if (package.sha256) {
    list.SetArray();
    for (const package_file& one : files) list.PushBack(to_json(one, memory), memory);
  }
  json::set(body, "files", std::move(list), memory);
  return with_next(query, std::move(body), more, more ? files.back().path : "");
}

http_response difference(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {"from"});
  const std::string other = query.text("from", package_name_rule, [](std::string_view given) {
    return parse_package_name(given).has_value();
  });
  if (request.query_value("from").value_or("").empty()) {
    query.refuse({"from", "nothing", std::string(package_name_rule), "is needed"});
  }
  const std::string after = after_path(query);
  const std::int64_t limit = query.limit(usual_limit);
  query.check();
  const std::string& name = request.parameter("package");
  // Both are bounded by limits.entries, and read from where the page begins; of one moment.
  struct side {
    package_record package;
    std::vector<package_file> files;
  };
  auto [now, before] = tools.memory.transact([&](registry_view& view) {
    return std::pair(side{view.packages.find(name), view.contents.list(name, after, no_limit)},
                     side{view.packages.find(other), view.contents.list(other, after, no_limit)});
  });
  const package_record to = deployed_package(tools.memory, std::move(now.package), "difference");
  const package_record from =
      deployed_package(tools.memory, std::move(before.package), "difference");
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "package", to.name, memory);
  json::set(body, "from", from.name, memory);
  json::set(body, "components",
            component_difference(package_metadata(*from.metadata), package_metadata(*to.metadata),
                                 memory),
            memory);
  const package_record* const unknown = !to.sha256 ? &to : !from.sha256 ? &from : nullptr;
  if (unknown != nullptr) {
    json::set(body, "files", json::value(), memory);
    json::set(body, "information", why_no_digest(*unknown), memory);
    return with_next(query, std::move(body), false, "");
  }
  auto files =
      differing_files(before.files, now.files, static_cast<std::size_t>(one_more_than(limit)));
  const bool more = cut_to_page(files, limit);
  json::set(body, "files", to_json(files, memory), memory);
  return with_next(query, std::move(body), more, more ? files.back().path() : "");
}

}  // namespace

void add_package_content_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/packages/{package}/contents",
             [&tools](const http_request& request) { return contents(tools, request); });
  routes.add("GET", "/packages/{package}/difference",
             [&tools](const http_request& request) { return difference(tools, request); });
}

}  // namespace manager
