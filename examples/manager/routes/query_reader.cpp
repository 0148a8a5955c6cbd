// The query of a request.
// SPDX-License-Identifier: Apache-2.0
#include "routes/query_reader.h"

#include "access/secrets.h"
#include "base/clock.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace manager {

query_reader::query_reader(const http_request& request, const std::vector<std::string_view>& known)
    : request_(request) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const bool is_user = name == "user.name";  // whose it is, is the identification's
    if (!is_user && std::find(known.begin(), known.end(), name) == known.end()) {
      refuse({name.empty() ? "\"\"" : printable(name), shown_value(name, value),
              fmt::format("user.name{}{}", known.empty() ? "" : ", ", fmt::join(known, ", ")),
              "is not a known query parameter"});
    } else if (!seen.insert(name).second) {
      refuse({printable(name), shown_value(name, value), "once", "is given twice"});
    }
  }
}

std::string query_reader::text(std::string_view name, std::string_view rule,
                               const std::function<bool(std::string_view)>& fits) {
  std::string given = request_.query_value(name).value_or("");
  if (given.empty() || fits(given)) return given;
  refuse({std::string(name), printable(given), std::string(rule), ""});
  return {};
}

std::string query_reader::one_of(std::string_view name,
                                 const std::vector<std::string_view>& allowed) {
  return text(name, fmt::format("{}", fmt::join(allowed, ", ")), [&](std::string_view given) {
    return std::find(allowed.begin(), allowed.end(), given) != allowed.end();
  });
}

std::vector<std::string> query_reader::words(std::string_view name, std::string_view rule,
                                             const std::function<bool(std::string_view)>& fits) {
  std::vector<std::string> found;
  const std::string given = request_.query_value(name).value_or("");
  if (given.empty()) return found;
  std::string wrong;
  std::size_t begin = 0;
  while (begin <= given.size()) {
    const std::size_t end = std::min(given.find(',', begin), given.size());
    found.push_back(given.substr(begin, end - begin));
    if (!fits(found.back())) {
      const std::string shown = found.back().empty() ? "an empty word" : printable(found.back());
      wrong += fmt::format("{}{}", wrong.empty() ? "" : ", ", shown);
    }
    begin = end + 1;
  }
  if (wrong.empty()) return found;
  refuse({std::string(name), wrong, std::string(rule), ""});
  return {};
}

std::string query_reader::component() { return text("component", name_rule, is_name); }

std::int64_t query_reader::time(std::string_view name) {
  const std::string given =
      text(name, "a time in UTC, 2024-05-01T12:00:00Z",
           [](std::string_view written) { return from_rfc3339(written).has_value(); });
  return from_rfc3339(given).value_or(0);
}

bool query_reader::flag(std::string_view name, bool otherwise) {
  const auto given = request_.query_value(name);
  if (!given) return otherwise;
  if (*given != "true" && *given != "false") {
    refuse({std::string(name), printable(*given), "true or false", ""});
  }
  return *given == "true";
}

std::optional<std::int64_t> query_reader::number(std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  std::int64_t value = 0;
  const std::string given = text(
      name, fmt::format("a whole number, {} to {}", least, most), [&](std::string_view written) {
        const char* const end = written.data() + written.size();
        const auto read = std::from_chars(written.data(), end, value);
        return read.ec == std::errc() && read.ptr == end && value >= least && value <= most;
      });
  return given.empty() ? std::nullopt : std::optional(value);
}

void query_reader::check() const {
  if (!problems_.empty()) throw failure::invalid("Invalid query", problems_);
}

}  // namespace manager
