// /housekeeping: what is left over, and its removal. For administrators.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "housekeeping/housekeeping_request.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace manager {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr rapidjson::SizeType most_words = 10'000;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    words.emplace_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return words;
}

std::optional<std::int64_t> days_of(std::string_view text) {
  std::int64_t days = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, days);
  if (read.ec != std::errc() || read.ptr != end || days < 0 || days > longest_age_days) {
    return std::nullopt;
  }
  return days;
}

void set_kinds(json::document& wish, const std::vector<std::string>& kinds) {
  auto& memory = wish.GetAllocator();
  json::value list(rapidjson::kArrayType);
  for (const std::string& kind : kinds) list.PushBack(json::make_string(kind, memory), memory);
  json::set(wish, "kinds", std::move(list), memory);
}

http_response inspect(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  list_query query(request, {"kinds", "older_than_days"});
  const std::string kinds = query.text(
      "kinds", fmt::format("kinds, divided by commas; each {}", housekeeping_word_rule),
      [](std::string_view given) {
        const auto words = words_of(given);
        return std::all_of(words.begin(), words.end(),
                           [](const std::string& word) { return is_housekeeping_word(word); });
      });
  const std::string age =
      query.text("older_than_days", fmt::format("a whole number, 0 to {}", longest_age_days),
                 [](std::string_view given) { return days_of(given).has_value(); });
  query.check();
  json::document wish = json::make_object();
  if (!kinds.empty()) set_kinds(wish, words_of(kinds));
  if (!age.empty()) {
    json::set(wish, "older_than_ms", *days_of(age) * day_ms, wish.GetAllocator());
  }
  return http_response::of(tools.housekeeping.inspect(wish, who));
}

bool are_words(const json::value& given) {
  return given.IsArray() && given.Size() <= most_words &&
         std::all_of(given.Begin(), given.End(), [](const json::value& one) {
           return one.IsString() && is_housekeeping_word(json::view(one));
         });
}

http_response clean(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  json::document options = read_body(
      request, tools.settings.request_bytes,
      {{"entries", fmt::format("ids of at most {} entries", most_words), are_words},
       flag_member("all"),
       {"kinds", "a list of kinds, as GET /housekeeping tells them", are_words},
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
