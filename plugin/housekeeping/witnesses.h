// Who is asked before anything is called left over: YARN, supervisord, and the components' logs.
// Each is asked once in an inspection, and each may be silent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "component/log_snapshot.h"
#include "context/session.h"
#include "housekeeping/known_components.h"

namespace dm::housekeeping {

// What YARN says of one application that a leftover belongs to.
enum class application_life { lives, ended, forgotten };

// Not thread-safe.
class witnesses {
 public:
  witnesses(context::session& session, const known_components& components);

  // All applications of the user, by a ResourceManager that was active before and after (INV-10).
  const result<cluster::application_listing>& applications_of(const io::operation& op,
                                                              const std::string& user);
  // Those with the namespace's tag, as each of the components' users may see them.
  const result<cluster::application_listing>& fleet(const io::operation& op,
                                                    const std::string& name_space);
  // Whether it follows from the listing that what is not in it does not exist: not from a
  // ResourceManager that has just started, which may not have recovered all of its applications.
  static result<void> absence_counts(const cluster::application_listing& listing);

  // By one question more, right before something is removed. UNAVAILABLE: it could not be told.
  result<application_life> life_now(const io::operation& op, const std::string& user,
                                    const std::string& application_id);

  const result<std::vector<supervisor::process_information>>& processes(const io::operation& op);
  // By that answer; false where supervisord does not know the program.
  static bool runs(const std::vector<supervisor::process_information>& processes,
                   const std::string& program);

  // The newest of the component's log; of its newest incarnation the job as well, if known.
  const result<component::log_snapshot>& log_of(const io::operation& op,
                                                const known_component& component);

 private:
  context::session& session_;
  const known_components& components_;
  std::map<std::string, result<cluster::application_listing>> applications_;
  std::optional<result<cluster::application_listing>> fleet_;
  std::optional<result<std::vector<supervisor::process_information>>> processes_;
  std::map<std::string, result<component::log_snapshot>> logs_;  // by the component's id
};

// Of a listing: by its id.
std::optional<application_life> life_in(const cluster::application_listing& listing,
                                        const std::string& application_id);

}  // namespace dm::housekeeping
