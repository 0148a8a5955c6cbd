// /housekeeping: what is left over, and its removal. For administrators.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_request.h"
#include "routes/operation_answer.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr rapidjson::SizeType most_words = 10'000;

void set_kinds(json::document& wish, const std::vector<std::string>& kinds) {
  auto& memory = wish.GetAllocator();
  json::value list(rapidjson::kArrayType);
  for (const std::string& kind : kinds) list.PushBack(json::make_string(kind, memory), memory);
  json::set(wish, "kinds", std::move(list), memory);
}

http_response inspect(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  query_reader query(request, {"kinds", "older_than_days"});
  const auto kinds =
      query.words("kinds", fmt::format("kinds, divided by commas; each {}", housekeeping_word_rule),
                  is_housekeeping_word);
  const auto days = query.number("older_than_days", 0, longest_age_days);
  query.check();
  json::document wish = json::make_object();
  if (!kinds.empty()) set_kinds(wish, kinds);
  if (days) json::set(wish, "older_than_ms", *days * day_ms, wish.GetAllocator());
  return http_response::of(tools.housekeeping.inspect(wish, who));
}

bool are_words(const json::value& given) {
  return given.IsArray() && !given.Empty() && given.Size() <= most_words &&
         std::all_of(given.Begin(), given.End(), [](const json::value& one) {
           return one.IsString() && is_housekeeping_word(json::view(one));
         });
}

http_response clean(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  json::document options = read_body(
      request, tools.settings.request_bytes,
      {{"entries", fmt::format("a list of 1 to {} ids of entries", most_words), are_words},
       flag_member("all"),
       {"kinds", "a list of one kind or more, as GET /housekeeping tells them", are_words},
       {"older_than_days", fmt::format("a whole number, 0 to {}", longest_age_days),
        [](const json::value& given) {
          return given.IsInt64() && given.GetInt64() >= 0 && given.GetInt64() <= longest_age_days;
        }},
       flag_member("dry_run")});
  const bool named = json::find(options, "entries") != nullptr;
  if (named == json::flag_of(options, "all", false)) {
    throw failure::invalid("Invalid request body",
                           {{"$.entries", named ? "entries and all" : "nothing",
                             "either the ids of entries, or \"all\": true", ""}});
  }
  wait_of(request);
  auto& memory = options.GetAllocator();
  json::set(options, "dry_run", json::flag_of(options, "dry_run", true), memory);
  if (const json::value* days = json::find(options, "older_than_days"); days != nullptr) {
    json::set(options, "older_than_ms", days->GetInt64() * day_ms, memory);
    options.RemoveMember("older_than_days");
  }
  return accepted(tools, request, tools.housekeeping.clean(options, who));
}

}  // namespace

void add_housekeeping_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/housekeeping",
             [&tools](const http_request& request) { return inspect(tools, request); },
             {.lane = route_lane::outside});
  routes.add("POST", "/housekeeping",
             [&tools](const http_request& request) { return clean(tools, request); });
}

}  // namespace manager
