// The status verb: a batch of components observed at once, with few requests for all of them
// together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "context/session.h"
#include "input/component_data.h"
#include "observation/component_status.h"
#include "observation/observed_facts.h"

namespace dm::observation {

struct status_request {
  std::vector<input::component_data> components;
  bool detail = false;  // incarnations, vertices
};

// One entry per component, in the order of the request. Never fails as a whole: what could not be
// asked is in the entries (state UNKNOWN or stale), since one dead cluster is no reason to say
// nothing.
//
// A few components are asked for by their own programs and tags, more of them by one question each
// to supervisord and YARN. Then all at once, each kind side by side: the jobs by their JobManagers,
// what is left of questions by their exceptions, the logs on HDFS by a listing each and at most
// three files where it is not enough. Whoever is silent costs its share of the time and no other's
// answer; absence is confirmed before anything follows from it.
std::vector<component_status> status(context::session& session, const io::operation& op,
                                     const status_request& request);

// The same of one component, in detail, with the facts that it follows from.
struct explained_status {
  component_status status;
  observed_facts facts;
};
explained_status status_with_facts(context::session& session, const io::operation& op,
                                   const input::component_data& data);

}  // namespace dm::observation
