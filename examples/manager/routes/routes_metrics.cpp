// /metrics: what Prometheus scrapes.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/component_figures.h"
#include "metrics/counted.h"
#include "metrics/process_figures.h"
#include "metrics/set_aside_figures.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

namespace manager {

void add_metrics_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/metrics", [&tools](const http_request& request) {
    check_query(request, {});
    tools.rules.check_reader(request.user());
    metrics::exposition text;
    metrics::write_counted(text);
    metrics::write_set_aside(text, tools.runner.set_aside());
    tools.figures.write(text);
    tools.sampler.write(text);
    metrics::write_process(text);
    http_response response;
    response.body = text.text();
    response.content_type = metrics::content_type;
    return response;
  });
}

}  // namespace manager
