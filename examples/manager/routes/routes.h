// The REST API: one function per noun puts its routes into the router. Every route's contract
// stands in README.md.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "application/application_service.h"
#include "application/upgrade_service.h"
#include "configuration/configuration.h"
#include "diagnosis/diagnosis_service.h"
#include "fleet/fleet_service.h"
#include "housekeeping/housekeeping_service.h"
#include "http/router.h"
#include "logs/log_service.h"
#include "metrics/component_figures.h"
#include "metrics/figure_sampler.h"
#include "observation/fleet.h"
#include "observation/history_server.h"
#include "observation/observations.h"
#include "operation/operation_runner.h"
#include "operation/operation_waits.h"
#include "package/directory_repository.h"
#include "package/package_repository.h"
#include "package/package_service.h"
#include "package/upload_quota.h"
#include "registry/registry.h"
#include "routes/event_feed.h"
#include "savepoint/savepoint_service.h"

namespace manager {

/// What handlers work with. All of it outlives the router and is thread-safe.
struct route_tools {
  const configuration& settings;
  registry& memory;
  const authorizer& rules;
  package_repository& repository;
  directory_repository* uploads;  // nullptr when the repository is a service
  upload_quota& quota;
  package_service& packages;
  application_service& applications;
  upgrade_service& upgrades;
  savepoint_service& savepoints;
  fleet_service& fleets;
  housekeeping_service& housekeeping;
  log_service& logs;
  operation_runner& runner;
  operation_waits& waits;
  event_hub& events;
  event_feed& feed;
  observations& seen;
  plugin_directory& plugins;
  metrics::component_figures& figures;
  fleet& everything;
  history_server& history;
  metrics::figure_sampler& sampler;
  const diagnosis_service& diagnosis;
};

void add_repository_routes(router& routes, const route_tools& tools);
void add_package_routes(router& routes, const route_tools& tools);
void add_package_content_routes(router& routes, const route_tools& tools);
void add_application_routes(router& routes, const route_tools& tools);
void add_application_list_routes(router& routes, const route_tools& tools);
void add_application_status_routes(router& routes, const route_tools& tools);
void add_savepoint_routes(router& routes, const route_tools& tools);
void add_log_routes(router& routes, const route_tools& tools);
void add_diagnosis_routes(router& routes, const route_tools& tools);
void add_component_routes(router& routes, const route_tools& tools);
void add_housekeeping_routes(router& routes, const route_tools& tools);
void add_operation_routes(router& routes, const route_tools& tools);
void add_event_routes(router& routes, const route_tools& tools);
void add_plugin_routes(router& routes, const route_tools& tools);
void add_whoami_routes(router& routes, const route_tools& tools);
void add_fleet_routes(router& routes, const route_tools& tools);
void add_fleet_operation_routes(router& routes, const route_tools& tools);
void add_page_routes(router& routes, const route_tools& tools);
/// Whether GET / is asked for by a browser, and its answer to that.
bool wants_page(const http_request& request);
http_response get_page(const http_request& request);
/// Last, with all the others in its list.
void add_index_routes(router& routes, const route_tools& tools);
void add_upgrade_routes(router& routes, const route_tools& tools);
void add_environment_routes(router& routes, const route_tools& tools);
void add_selftest_routes(router& routes, const route_tools& tools);
void add_metrics_routes(router& routes, const route_tools& tools);
void add_figure_routes(router& routes, const route_tools& tools);
void add_health_routes(router& routes, const route_tools& tools);

inline void add_all_routes(router& routes, const route_tools& tools) {
  add_repository_routes(routes, tools);
  add_package_routes(routes, tools);
  add_package_content_routes(routes, tools);
  add_application_routes(routes, tools);
  add_application_list_routes(routes, tools);
  add_application_status_routes(routes, tools);
  add_savepoint_routes(routes, tools);
  add_log_routes(routes, tools);
  add_diagnosis_routes(routes, tools);
  add_component_routes(routes, tools);
  add_housekeeping_routes(routes, tools);
  add_operation_routes(routes, tools);
  add_event_routes(routes, tools);
  add_plugin_routes(routes, tools);
  add_upgrade_routes(routes, tools);
  add_environment_routes(routes, tools);
  add_selftest_routes(routes, tools);
  add_metrics_routes(routes, tools);
  add_figure_routes(routes, tools);
  add_health_routes(routes, tools);
  add_whoami_routes(routes, tools);
  add_fleet_routes(routes, tools);
  add_fleet_operation_routes(routes, tools);
  add_page_routes(routes, tools);
  add_index_routes(routes, tools);
}

}  // namespace manager
