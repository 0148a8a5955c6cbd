// /applications and /packages/<package>/applications: lists of applications, by names, states or
// summaries, filtered and by pages.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "observation/summary.h"
#include "routes/list_query.h"
#include "routes/program_words.h"
#include "routes/routes.h"

namespace manager {
namespace {

const std::vector<std::string_view> states = {
    application_state::not_created, application_state::creating, application_state::created,
    application_state::starting,    application_state::started,  application_state::stopping,
    application_state::destroying};

struct listed_application {
  application_record record;
  std::vector<component_record> components;  // only where the view shows them
};

json::document names_of(const std::vector<listed_application>& page) {
  json::document body = json::make_array();
  for (const listed_application& one : page) {
    body.PushBack(json::make_string(one.record.name, body.GetAllocator()), body.GetAllocator());
  }
  return body;
}

json::document states_of(const route_tools& tools, const caller& who,
                         const std::vector<listed_application>& page) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  for (const auto& [record, components] : page) {
    const auto set_aside = tools.runner.set_aside().why("application", record.name);
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "status", record.state, memory);
    json::set(entry, "information",
              set_aside
                  ? set_aside
                  : words_for(tools.rules.may_read_words(who, record.user), record.information),
              memory);
    json::set(entry, "package_name", record.package, memory);
    json::set(entry, "user", record.user, memory);
    json::set(body, record.name, std::move(entry), memory);
  }
  return body;
}

// One status call per component type, for the components of all applications together.
json::document summaries_of(const route_tools& tools, const caller& who,
                            const std::vector<listed_application>& page) {
  std::vector<component_record> all;
  for (const listed_application& one : page) {
    all.insert(all.end(), one.components.begin(), one.components.end());
  }
  const auto seen = tools.seen.observe(all, false);
  json::document body = json::make_object();
  auto begin = seen.begin();
  for (const listed_application& one : page) {
    if (!can_be_asked(one.record)) {
      add_absent_summary(body, one.record, body.GetAllocator());
      continue;
    }
    const auto end = begin + static_cast<std::ptrdiff_t>(one.components.size());
    add_summary(body, one.record.name, one.components, {begin, end}, body.GetAllocator());
    if (json::value* summary = json::find(body, one.record.name);
        summary != nullptr && !tools.rules.may_read_words(who, one.record.user)) {
      withhold_words(*summary, body.GetAllocator());
    }
    begin = end;
  }
  return body;
}

http_response list(const route_tools& tools, const http_request& request, list_query query,
                   application_filter filter) {
  tools.rules.check_reader(request.user());
  const std::string view_name = query.one_of("view", {"names", "status", "summary"});
  filter.state = query.one_of("status", states);
  filter.user = query.account("user");
  filter.prefix = query.prefix();
  const std::string after = query.after_name();
  const std::int64_t limit = query.limit(no_limit);
  query.check();

  // Records and components of one moment, so that a destroy in between leaves no half answer.
  bool more = false;
  const auto page = tools.memory.transact([&](registry_view& view) {
    auto records = view.applications.list(filter, after, one_more_than(limit));
    more = cut_to_page(records, limit);
    std::vector<listed_application> found;
    for (application_record& record : records) {
      listed_application one{std::move(record), {}};
      if (view_name == "summary" && can_be_asked(one.record)) {
        one.components = view.applications.components(one.record.name);
      }
      found.push_back(std::move(one));
    }
    return found;
  });
  http_response response =
      http_response::of(view_name == "summary"  ? summaries_of(tools, request.who, page)
                        : view_name == "status" ? states_of(tools, request.who, page)
                                                : names_of(page));
  if (more) query.set_next(response, page.back().record.name);
  return response;
}

}  // namespace

void add_application_list_routes(router& routes, const route_tools& tools) {
  const route_options by_view{.lane_of = [](const http_request& request) {
    return request.query_value("view") == "summary" ? route_lane::outside : route_lane::quick;
  }};
  routes.add(
      "GET", "/applications",
      [&tools](const http_request& request) {
        list_query query(request, {"view", "status", "package", "user", "prefix"});
        application_filter filter;
        filter.package = query.text("package", package_name_rule, [](std::string_view given) {
          return parse_package_name(given).has_value();
        });
        return list(tools, request, std::move(query), std::move(filter));
      },
      by_view);
  routes.add(
      "GET", "/packages/{package}/applications",
      [&tools](const http_request& request) {
        application_filter filter;
        filter.package = request.parameter("package");
        return list(tools, request, {request, {"view", "status", "user", "prefix"}},
                    std::move(filter));
      },
      by_view);
}

}  // namespace manager
