// The query of a list.
// SPDX-License-Identifier: Apache-2.0
#include "routes/list_query.h"

#include "base/clock.h"
#include "base/names.h"
#include "http/http_client.h"
#include "routes/request_body.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

namespace manager {
namespace {

constexpr std::size_t longest_text = 300;

// What names of packages, applications and components consist of.
bool in_names(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-.+~").find(c) != std::string_view::npos;
}

bool is_part_of_name(std::string_view text) {
  return text.size() <= longest_text && std::all_of(text.begin(), text.end(), in_names);
}

constexpr std::string_view part_rule = "letters, digits, '_', '-', '.', '+', '~'";

}  // namespace

list_query::list_query(const http_request& request, std::vector<std::string_view> parameters)
    : request_(request) {
  parameters.insert(parameters.end(), {"limit", "after"});
  find_unknown(request, parameters, problems_);
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (name == "user.name" || seen.insert(name).second) continue;
    refuse({printable(name), printable(value), "once", "is given twice"});
  }
}

std::string list_query::text(std::string_view name, std::string_view rule,
                             const std::function<bool(std::string_view)>& fits) {
  std::string given = request_.query_value(name).value_or("");
  if (given.empty() || fits(given)) return given;
  refuse({std::string(name), printable(given), std::string(rule), ""});
  return {};
}

std::string list_query::one_of(std::string_view name,
                               const std::vector<std::string_view>& allowed) {
  return text(name, fmt::format("{}", fmt::join(allowed, ", ")), [&](std::string_view given) {
    return std::find(allowed.begin(), allowed.end(), given) != allowed.end();
  });
}

std::string list_query::prefix() { return text("prefix", part_rule, is_part_of_name); }

std::string list_query::after_name() {
  return text("after", "the last name of the page before", is_part_of_name);
}

std::string list_query::account(std::string_view name) {
  return text(name, fmt::format("a name of at most {} bytes", longest_text),
              [](std::string_view given) { return given.size() <= longest_text; });
}

std::int64_t list_query::time(std::string_view name) {
  const std::string given =
      text(name, "a time in UTC, 2024-05-01T12:00:00Z",
           [](std::string_view written) { return from_rfc3339(written).has_value(); });
  return from_rfc3339(given).value_or(0);
}

bool list_query::flag(std::string_view name, bool otherwise) {
  return query_flag(request_, name, otherwise, problems_);
}

std::int64_t list_query::limit(std::int64_t otherwise, std::int64_t most) {
  std::int64_t number = otherwise;
  text("limit", fmt::format("1 to {}", most), [&](std::string_view given) {
    const char* const end = given.data() + given.size();
    const auto read = std::from_chars(given.data(), end, number);
    return read.ec == std::errc() && read.ptr == end && number >= 1 && number <= most;
  });
  return number;
}

void list_query::check() const {
  if (!problems_.empty()) throw failure::invalid("Invalid query", problems_);
}

void list_query::set_next(http_response& response, const std::string& after) const {
  std::string target;
  for (const std::string& part : request_.path) target += "/" + percent_encode(part);
  std::string separator = "?";
  const auto add = [&](const std::string& name, const std::string& value) {
    target += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
    separator = "&";
  };
  for (const auto& [name, value] : request_.query) {
    if (name != "after") add(name, value);
  }
  add("after", after);
  response.headers.emplace_back("Link", fmt::format("<{}>; rel=\"next\"", target));
}

}  // namespace manager
