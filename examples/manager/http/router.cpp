// Finds the handler of a request.
// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include "base/failure.h"
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

http_response refuse(int status, const std::string& text) {
  json::document body = json::make_object();
  json::set(body, "information", text, body.GetAllocator());
  return http_response::of(body, status);
}

std::size_t literals(const std::vector<std::string>& parts) {
  return static_cast<std::size_t>(std::count_if(
      parts.begin(), parts.end(), [](const auto& part) { return !is_parameter(part); }));
}

}  // namespace

void router::add(std::string method, std::string_view pattern, handler handle) {
  const auto target = parse_target(pattern);
  routes_.push_back({std::move(method), std::string(pattern), target->path, std::move(handle)});
}

bool router::matches(const route& candidate, const http_request& request) const {
  return std::equal(candidate.parts.begin(), candidate.parts.end(), request.path.begin(),
                    request.path.end(), [](const std::string& part, const std::string& found) {
                      return is_parameter(part) ? !found.empty() : part == found;
                    });
}

http_response router::dispatch(http_request& request) const {
  const auto begin = metrics::clock::now();
  http_response response;
  try {
    response = answer(request);
  } catch (...) {
    response = response_of_current_exception();
  }
  metrics::request_answered(request.method, request.route, response.status,
                            metrics::clock::now() - begin);
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  return response;
}

http_response router::answer(http_request& request) const {
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
    return refuse(404, fmt::format("Unknown path /{}",
                                   printable(fmt::format("{}", fmt::join(request.path, "/")))));
  }
  methods.insert("OPTIONS");
  const std::string allowed = fmt::format("{}", fmt::join(methods, ", "));
  if (request.method == "OPTIONS") {
    http_response response;
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", allowed},
                        {"Access-Control-Allow-Headers", "Content-Type"},
                        {"Access-Control-Max-Age", "86400"}};
    return response;
  }
  if (best == nullptr) {
    http_response response =
        refuse(405, fmt::format("{} is not allowed here (allowed: {})", request.method, allowed));
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  for (std::size_t i = 0; i < best->parts.size(); ++i) {
    const std::string& part = best->parts[i];
    if (is_parameter(part)) request.parameters[part.substr(1, part.size() - 2)] = request.path[i];
  }
  return best->handle(request);
}

}  // namespace manager
