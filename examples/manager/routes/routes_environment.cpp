// /environment/endpoints: the environment that applications see, without what is secret (E51).
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

namespace manager {

void add_environment_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/environment/endpoints", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    return http_response::of(without_secrets(tools.settings.environment));
  });
}

}  // namespace manager
