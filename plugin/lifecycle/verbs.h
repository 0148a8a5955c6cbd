// The verbs of the plugin with their requests and replies. Each is one blocking call, idempotent,
// and converges when it is repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lifecycle/component_data.h"
#include "lifecycle/session.h"
#include "state/restore_point.h"

namespace dm::lifecycle {

using component::component_name;

// The property map as the host hands it over: ordered, values as JSON text-or-scalar turned into
// text; objects and arrays keep their JSON form.
struct property {
  std::string name;
  std::string text;  // as Python's str() shows a scalar; compact JSON for objects and arrays
  const io::json_value* value;  // borrowed from the request; never null
};
using property_map = std::vector<property>;

// An object of the request as an ordered property map.
property_map read_properties(const io::json_value& object);

struct warning {
  std::string path;
  std::string message;
};

enum class validation_scope { package, properties, staged };

struct validate_request {
  component_name name;  // application may be empty in scope package
  std::string user;     // may be empty
  validation_scope scope = validation_scope::properties;
  bool online = false;  // ask the cluster too: queue, memory
  property_map properties;
  std::vector<std::string> files;  // scope package: names below the component's folder
  std::string staged_path;         // scope staged: absolute
};
struct validate_reply {
  std::vector<warning> warnings;
  std::optional<error> failure;  // INVALID_ARGUMENT with every problem in details
};
validate_reply validate(session& session, const io::operation& op, const validate_request& request);

struct create_request {
  component_name name;
  std::string user;
  std::string package;
  std::string staged_path;
  property_map properties;
};
struct create_reply {
  bool changed = false;
  std::optional<component_data> data;  // on failure: what could not be undone, for destroy
  std::vector<warning> warnings;
  std::optional<error> failure;
};
create_reply create(session& session, const io::operation& op, const create_request& request);

struct start_request {
  component_data data;
  std::string user;  // who asks
  bool wait = true;
  bool accept_state_loss = false;
};
// What a start, or a resume, chose to start from.
struct chosen_restore_point {
  std::string id;  // empty: without state
  std::string path;
  std::string why;  // one sentence
};
struct start_reply {
  bool changed = false;
  std::string state;
  bool desired_running =
      false;  // beside a failure: the component is still wanted, and will come up (INV-4)
  std::string application_id;
  std::string job_id;
  std::string tracking_url;
  std::string information;
  std::optional<chosen_restore_point> restore_point;  // once it is known
  std::optional<error> failure;
};
start_reply start(session& session, const io::operation& op, const start_request& request);

struct stop_request {
  component_data data;
  std::string user;
  bool wait = true;
  // Unset: streaming with state optional or required: true; else false.
  std::optional<bool> savepoint;
  std::string operation;  // of the savepoint; empty: one is made up, and a repeated stop finds it
  flink::savepoint_format format = flink::savepoint_format::canonical;
  bool drain = false;  // with a savepoint only: lets timers fire and windows close first
  bool kill = false;   // through YARN, without a savepoint
};
struct stop_reply {
  bool changed = false;
  std::string state;
  std::string desired =
      "STOPPED";  // "RUNNING" beside a failure: the savepoint failed, the job runs
  std::optional<state::restore_point>
      savepoint;  // that this stop, or the one it repeats, has taken
  std::string information;
  std::optional<error> failure;
};
stop_reply stop(session& session, const io::operation& op, const stop_request& request);

struct destroy_request {
  component_data data;
  std::string user;
  bool dispose_savepoints = false;
};
struct destroy_reply {
  bool changed = false;
  std::optional<error> failure;
};
destroy_reply destroy(session& session, const io::operation& op, const destroy_request& request);

}  // namespace dm::lifecycle
