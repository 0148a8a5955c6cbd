// Where a component's containers are, or were: by YARN's word while it remembers, then by what the
// guard has recorded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/node_manager.h"
#include "cluster/yarn_application.h"
#include "component/log_snapshot.h"
#include "context/component_view.h"

namespace dm::logs {

// The application of one incarnation.
struct application_place {
  std::uint64_t epoch = 0;
  std::string application_id;  // empty: none was seen
  std::optional<cluster::yarn_application>
      in_yarn{};             // nullopt: YARN does not know it, or is silent
  bool yarn_silent = false;  // so that nothing follows from its not being in YARN (INV-10)
  std::optional<component::end_fact> end{};  // as recorded

  // It lives, or may: nobody has said that it has ended.
  bool living() const { return in_yarn ? !in_yarn->terminal() : yarn_silent && !end; }
};

struct component_places {
  std::vector<application_place> applications;  // newest epoch first
  std::uint64_t newest_epoch = 0;
  bool newest_may_live = false;      // the newest incarnation has no end in the log
  bool log_read = false;             // else the two say nothing
  std::vector<std::string> missing;  // who could not be asked, and why
};

// The newest `count` incarnations. What cannot be asked is told in `missing`.
component_places find_places(context::component_view& view, const io::operation& op,
                             std::size_t count);

struct found_containers {
  std::vector<cluster::container_place> containers;  // JobManagers' first
  std::string missing;                               // why there may be more
};
// Those of one application: what runs, and what was recorded. Where nobody tells which of them run
// all may.
found_containers containers_of(context::component_view& view, const io::operation& op,
                               const application_place& place);

struct found_container {
  cluster::container_place container;  // its node may be unknown
  std::string application_id;
  std::string user;  // whose application it is
  bool living = false;
};
// One container by its id, which must be of an application of this component. NOT_FOUND: it is of
// none. One or two requests while YARN knows the application.
result<found_container> find_container(context::component_view& view, const io::operation& op,
                                       const std::string& container_id);

}  // namespace dm::logs
