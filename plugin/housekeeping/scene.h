// What all finders of one inspection share, and how what they find is removed. Inside housekeeping
// only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "context/session.h"
#include "housekeeping/inventory.h"
#include "housekeeping/known_components.h"
#include "housekeeping/requests.h"
#include "housekeeping/witnesses.h"
#include "io/file.h"
#include "io/time.h"

namespace dm::housekeeping {

// Outlives what its finders put into the inventory.
struct scene {
  context::session& session;
  const inspect_request& request;
  const known_components& components;
  witnesses& asked;
  io::wall_time now;

  const input::settings& settings() const { return session.settings(); }
  std::int64_t age_limit_ms(kind of) const;
  // By this node's clock against that of who wrote the time.
  bool old_enough(kind of, std::int64_t modified_ms) const;
  // "it was last written 40 days ago"
  std::string aged(std::int64_t modified_ms) const;
};

using removal = std::function<result<bool>(const io::operation&)>;

// Of something on HDFS: unless it has been written since it was seen.
removal hdfs_removal(scene& s, const std::string& user, const std::string& path,
                     const cluster::file_status& seen);
// The same once YARN has said again that the application has ended.
removal ended_removal(scene& s, const std::string& user, const std::string& application_id,
                      removal then);
// FAILED_PRECONDITION: for what somebody needs by now; it completes "it was left: ".
tl::unexpected<error> needed_by_now(const std::string& why);

// Entries of an HDFS directory, a page at a time, until `take` returns false. NOT_FOUND is no
// error: there is none.
result<void> for_each_on_hdfs(scene& s, const io::operation& op, const std::string& user,
                              const std::string& directory,
                              const std::function<bool(const cluster::file_status&)>& take);
// What lies in directories is summed up side by side, of some of each kind: a question each.
void measure(scene& s, const io::operation& op, inventory& found);
// To be summed up as this user.
void to_be_measured(entry& one, const std::string& user);

// The directory <root>/<names…> of this node, following no link below the root. NOT_FOUND: it is
// not there.
result<io::unique_fd> open_below(const std::string& root, const std::vector<std::string>& names);

// A name that may stand in a path as one part of it.
bool is_path_part(std::string_view name);

}  // namespace dm::housekeeping
