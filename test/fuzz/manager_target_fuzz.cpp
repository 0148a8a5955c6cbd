// Request targets as anybody may send them to the Deployment Manager, and what its router makes of
// them: routes with a parameter at every place, whose handlers echo what they got.
// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"
#include "fuzz.h"
#include "http/router.h"

using namespace dm;

namespace {

const manager::router& routes() {
  static const manager::router made = [] {
    manager::router all;
    const auto echo = [](const manager::http_request& request) {
      manager::json::document body = manager::json::make_object();
      for (const auto& [name, value] : request.parameters) {
        manager::json::set(body, name, value, body.GetAllocator());
      }
      manager::json::set(body, "user", request.user().value_or(""), body.GetAllocator());
      return manager::http_response::of(body);
    };
    all.add("GET", "/applications", echo);
    all.add("GET", "/applications/{application}", echo);
    all.add("POST", "/applications/{application}/{action}", echo);
    all.add("GET", "/applications/{application}/savepoints/{savepoint}", echo);
    return all;
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = manager::parse_target(fuzz::text_of(data, size));
  if (!target) return 0;
  fuzz::require(target->path.size() <= 33, "a path has a bound of parts");
  for (const std::string& part : target->path) {
    fuzz::require(part.find('\0') == std::string::npos, "no part holds a NUL");
  }
  for (const char* method : {"GET", "HEAD", "POST", "OPTIONS", "BREW"}) {
    manager::http_request request;
    request.method = method;
    request.path = target->path;
    request.query = target->query;
    const manager::http_response response = routes().dispatch(request);
    fuzz::require(response.status >= 200 && response.status < 500,
                  "no target is the server's defect");
    std::string problem;
    fuzz::require(response.body.empty() || manager::json::parse(response.body, problem).has_value(),
                  "every answer is JSON");
  }
  return 0;
}
