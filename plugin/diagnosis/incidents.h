// The verb incidents: what a component's guard has kept of its failures.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/incident_store.h"
#include "context/session.h"
#include "input/component_data.h"

namespace dm::diagnosis {

struct incidents_request {
  input::component_data data;
  std::string incident;     // id of one that is wanted whole; empty: a list
  std::int64_t limit = 20;  // of a list
  std::string after;        // id of the last entry of the page before; empty: from the newest on
};

struct incidents_reply {
  std::vector<component::listed_incident> incidents;  // newest first
  std::string document;                               // of the one that was asked for
  bool more = false;
  std::optional<error> failure;
};

// Reads HDFS only, and no more of it than one listing, the index and the one document.
incidents_reply incidents(context::session& session, const io::operation& op,
                          const incidents_request& request);

}  // namespace dm::diagnosis
