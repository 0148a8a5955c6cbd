// Flink's libraries on HDFS that no submission uses any more, and what uploads of them have left.
// SPDX-License-Identifier: Apache-2.0
#include "library/flink_libraries.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "housekeeping/finders.h"
#include "housekeeping/library_mentions.h"
#include "library/library_set.h"

namespace dm::housekeeping {

namespace {

// What keeps a directory of libraries, as a closed list: the installation of this node, what
// components, settings and configurations name, and what lives.
struct library_users {
  std::string installed;           // the name of this node's set
  std::vector<std::string> texts;  // texts_in_use
  // Of live applications of the components' users: when each was started, and what it was given,
  // where a component's log says so.
  struct application {
    std::int64_t started_ms = 0;
    std::string directory;
  };
  std::vector<application> live;
};

result<std::map<std::string, std::string>> directories_given(scene& s, const io::operation& op) {
  std::map<std::string, std::string> given;  // by application
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    const auto& log = s.asked.log_of(op, one);
    if (!log) return fail(log.error());
    for (const auto& [epoch, fact] : log->applications) {
      const auto record = log->records.find(epoch);
      if (record != log->records.end()) given[fact.application_id] = record->second.libraries;
    }
  }
  return given;
}

result<library_users> users_of_libraries(scene& s, const io::operation& op) {
  library_users users;
  auto texts = texts_in_use(s, op);
  if (!texts) return fail(std::move(texts.error()));
  users.texts = std::move(*texts);
  library::local_digests digests;
  const auto set = library::read_library_set(op, s.settings().flink_home, digests);
  if (!set) return fail(set.error());
  users.installed = set->name();
  const auto given = directories_given(s, op);
  if (!given) return fail(given.error());
  for (const std::string& user : s.components.users) {
    const auto& listing = s.asked.applications_of(op, user);
    if (!listing) return fail(listing.error());
    if (auto counts = witnesses::absence_counts(*listing); !counts)
      return fail(std::move(counts.error()));
    for (const cluster::yarn_application& one : listing->applications) {
      if (one.terminal()) continue;
      const auto known = given->find(one.id);
      users.live.push_back({one.restricted_view ? 0 : one.started_ms,
                            known == given->end() ? std::string() : known->second});
    }
  }
  return users;
}

// Empty: nobody does, as far as can be told.
std::string used_by(const library_users& users, const std::string& path,
                    const cluster::file_status& directory) {
  if (directory.name == users.installed || directory.name.starts_with(users.installed + "-"))
    return "this node's Flink has these libraries";
  if (mention_library(users.texts, path)) return "a component or a setting names it";
  for (const library_users::application& one : users.live) {
    if (one.directory == path) return "an application that lives was given it";
    // One that was there before it cannot have it; of others without a record it is not known.
    const bool later = one.started_ms == 0 || one.started_ms >= directory.modified_ms;
    if (one.directory.empty() && later)
      return "an application lives of which it is not known what it was given";
  }
  return {};
}

removal library_removal(scene& s, const std::string& path, const cluster::file_status& seen,
                        removal then) {
  return [&s, path, seen, then = std::move(then)](const io::operation& op) -> result<bool> {
    // Asked of YARN and of the logs anew: what witnesses know is of the inspection.
    witnesses again(s.session, s.components);
    scene now{s.session, s.request, s.components, again, s.now};
    const auto users = users_of_libraries(now, op);
    if (!users) return fail(users.error());
    if (const std::string why = used_by(*users, path, seen); !why.empty())
      return needed_by_now(why);
    return then(op);
  };
}

entry leftover_of(scene& s, enum kind kind, const std::string& path, const std::string& user,
                  const cluster::file_status& seen) {
  entry leftover;
  leftover.kind = kind;
  leftover.path = path;
  leftover.key = path;
  leftover.modified_ms = seen.modified_ms;
  leftover.remove = hdfs_removal(s, user, path, seen);
  to_be_measured(leftover, user);
  return leftover;
}

}  // namespace

void find_flink_libraries(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::library) && !found.wants(kind::temporary)) return;
  const std::string& root = s.settings().flink_libraries_root;
  const std::string reader = reader_of(s.components);
  std::vector<cluster::file_status> directories;
  const auto walked = for_each_on_hdfs(s, op, reader, root, [&](const cluster::file_status& one) {
    if (!one.directory) return true;
    if (found.wants(kind::temporary) && library::is_unfinished_upload(one.name) &&
        s.old_enough(kind::temporary, one.modified_ms)) {
      const std::string path = root + "/" + one.name;
      entry leftover = leftover_of(s, kind::temporary, path, one.owner, one);
      leftover.what = "an upload of Flink's libraries that was broken off";
      leftover.why =
          fmt::format("whoever uploads removes it or gives it a name; {}", s.aged(one.modified_ms));
      leftover.breaks = "nothing";
      found.add(std::move(leftover));
    }
    if (!library::version_of_library_directory(one.name).empty()) directories.push_back(one);
    return directories.size() < inventory::most_entries;
  });
  if (!walked) {
    found.withhold(kind::library, walked.error().message);
    found.withhold(kind::temporary, walked.error().message);
    return;
  }
  std::erase_if(directories,
                [&](const auto& one) { return !s.old_enough(kind::library, one.modified_ms); });
  // Nothing is asked of anybody for nothing.
  if (!found.wants(kind::library) || directories.empty()) return;
  const auto users = users_of_libraries(s, op);
  if (!users) return found.withhold(kind::library, users.error().message);
  for (const cluster::file_status& one : directories) {
    const std::string path = root + "/" + one.name;
    if (!used_by(*users, path, one).empty()) continue;
    entry leftover = leftover_of(s, kind::library, path, one.owner, one);
    leftover.what =
        fmt::format("the libraries of a Flink {}", library::version_of_library_directory(one.name));
    leftover.why = fmt::format(
        "no component, setting or configuration names it, this node's Flink is another one, no "
        "application that lives was given it, and {}",
        s.aged(one.modified_ms));
    leftover.breaks = "a node with that Flink uploads it again";
    leftover.remove = library_removal(s, path, one, std::move(leftover.remove));
    found.add(std::move(leftover));
  }
}

}  // namespace dm::housekeeping
