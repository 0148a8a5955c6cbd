// The query of a list.
// SPDX-License-Identifier: Apache-2.0
#include "routes/list_query.h"

#include "http/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

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

std::vector<std::string_view> with_page(std::vector<std::string_view> parameters) {
  parameters.insert(parameters.end(), {"limit", "after"});
  return parameters;
}

}  // namespace

list_query::list_query(const http_request& request, std::vector<std::string_view> parameters)
    : query_reader(request, with_page(std::move(parameters))) {}

std::string list_query::prefix() { return text("prefix", part_rule, is_part_of_name); }

std::string list_query::after_name() {
  return text("after", "the last name of the page before", is_part_of_name);
}

std::string list_query::account(std::string_view name) {
  return text(name, fmt::format("a name of at most {} bytes", longest_text),
              [](std::string_view given) { return given.size() <= longest_text; });
}

std::int64_t list_query::limit(std::int64_t otherwise, std::int64_t most) {
  return number("limit", 1, most).value_or(otherwise);
}

void list_query::set_next(http_response& response, const std::string& after) const {
  std::string target;
  for (const std::string& part : request().path) target += "/" + percent_encode(part);
  std::string separator = "?";
  const auto add = [&](const std::string& name, const std::string& value) {
    target += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
    separator = "&";
  };
  for (const auto& [name, value] : request().query) {
    if (name != "after") add(name, value);
  }
  add("after", after);
  response.headers.emplace_back("Link", fmt::format("<{}>; rel=\"next\"", target));
}

}  // namespace manager
