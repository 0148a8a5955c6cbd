// Finds the handler of a request.
// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include "base/names.h"
#include "http/error_body.h"
#include "metrics/counted.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace manager {
namespace {

bool is_parameter(const std::string& part) { return part.starts_with('{'); }

std::size_t literals(const std::vector<std::string>& parts) {
  return static_cast<std::size_t>(std::count_if(
      parts.begin(), parts.end(), [](const auto& part) { return !is_parameter(part); }));
}

}  // namespace

void router::add(std::string method, std::string_view pattern, handler handle,
                 const route_options& options) {
  const bool reads = method == "GET";
  route made;
  made.method = std::move(method);
  made.pattern = std::string(pattern);
  made.parts = parse_target(pattern)->path;
  made.handle = std::move(handle);
  made.needed = options.needed.value_or(reads ? role::read : role::operate);
  made.lane = options.lane.value_or(reads ? route_lane::quick : route_lane::write);
  made.lane_of = options.lane_of;
  made.open = options.open;
  made.before_token = options.before_token;
  made.streams = options.streams;
  made.until_left = options.until_left;
  routes_.push_back(std::move(made));
}

std::vector<std::pair<std::string, std::string>> router::table() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const route& one : routes_) {
    all.emplace_back(one.method, one.pattern);
  }
  return all;
}

bool router::matches(const route& candidate, const http_request& request) const {
  return std::equal(candidate.parts.begin(), candidate.parts.end(), request.path.begin(),
                    request.path.end(), [](const std::string& part, const std::string& given) {
                      return is_parameter(part) ? !given.empty() : part == given;
                    });
}

router::found router::find(http_request& request) const {
  const route* best = nullptr;
  std::set<std::string> methods;
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const route& candidate : routes_) {
    if (!matches(candidate, request)) continue;
    methods.insert(candidate.method);
    const bool better = best == nullptr || literals(candidate.parts) > literals(best->parts);
    if (request.route.empty()) request.route = candidate.pattern;
    if (candidate.method == method && better) best = &candidate;
  }
  if (best != nullptr) request.route = best->pattern;
  if (methods.empty()) {
    const std::string path = fmt::format("{}", fmt::join(request.path, "/"));
    return {
        nullptr,
        {},
        refusal(404, fmt::format("Unknown path /{} (GET / lists the routes)", printable(path)))};
  }
  if (methods.contains("GET")) methods.insert("HEAD");
  methods.insert("OPTIONS");
  const std::string allowed = fmt::format("{}", fmt::join(methods, ", "));
  if (request.method == "OPTIONS") {
    http_response response;
    response.status = 204;
    response.headers = {{"Allow", allowed}};
    return {nullptr, {}, std::move(response)};
  }
  if (best == nullptr) {
    http_response response = refusal(405, fmt::format("{} is not allowed here (allowed: {})",
                                                      printable(request.method), allowed));
    response.headers.emplace_back("Allow", allowed);
    return {nullptr, {}, std::move(response)};
  }
  for (std::size_t i = 0; i < best->parts.size(); ++i) {
    const std::string& part = best->parts[i];
    if (is_parameter(part)) request.parameters[part.substr(1, part.size() - 2)] = request.path[i];
  }
  return {best, best->lane_of == nullptr ? best->lane : best->lane_of(request), {}};
}

http_response router::run(const route& which, const http_request& request) {
  try {
    return which.handle(request);
  } catch (...) {
    return response_of_current_exception();
  }
}

http_response router::dispatch(http_request& request) const {
  found here = find(request);
  return here.match == nullptr ? std::move(here.answer) : run(*here.match, request);
}

}  // namespace manager
