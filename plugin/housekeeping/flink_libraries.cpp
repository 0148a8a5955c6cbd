// Flink's libraries on HDFS, and class data of them, that no submission uses any more, and what
// uploads of them have left.
// SPDX-License-Identifier: Apache-2.0
#include "library/flink_libraries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "housekeeping/finders.h"
#include "housekeeping/library_mentions.h"
#include "library/class_data.h"
#include "library/library_set.h"

namespace dm::housekeeping {

namespace {

// What keeps a directory of libraries, as a closed list: the installation of this node, what
// components, settings and configurations name, and what lives.
struct library_users {
  library::library_set installed;  // this node's
  std::vector<std::string> texts;  // texts_in_use
  // Of live applications of the components' users, and of who owns a directory: when each was
  // started, and what it was given, where a component's log says so.
  struct application {
    std::int64_t started_ms = 0;
    std::vector<std::string> given;  // directories; empty: not known
  };
  std::vector<application> live;
  // By application, as the components' logs say.
  std::map<std::string, std::vector<std::string>> given;
  std::set<std::string> asked;  // whose applications `live` has
  // Directories of class data that submissions of this node take; nullopt: not asked yet.
  std::optional<std::set<std::string>> class_data;
};

result<std::map<std::string, std::vector<std::string>>> directories_given(scene& s,
                                                                          const io::operation& op) {
  std::map<std::string, std::vector<std::string>> given;
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    const auto& log = s.asked.log_of(op, one);
    if (!log) return fail(log.error());
    for (const auto& [epoch, fact] : log->applications) {
      const auto record = log->records.find(epoch);
      if (record == log->records.end()) continue;
      for (const std::string& directory : {record->second.libraries, record->second.class_data}) {
        if (!directory.empty()) given[fact.application_id].push_back(directory);
      }
    }
  }
  return given;
}

// Those of the user that live are put to the others.
result<void> take_living(scene& s, const io::operation& op, const std::string& user,
                         const std::map<std::string, std::vector<std::string>>& given,
                         library_users& users) {
  if (!users.asked.insert(user).second) return {};
  const auto& listing = s.asked.applications_of(op, user);
  if (!listing) return fail(listing.error());
  if (auto counts = witnesses::absence_counts(*listing); !counts) return counts;
  for (const cluster::yarn_application& one : listing->applications) {
    if (one.terminal()) continue;
    const auto known = given.find(one.id);
    users.live.push_back({one.restricted_view ? 0 : one.started_ms,
                          known == given.end() ? std::vector<std::string>() : known->second});
  }
  return {};
}

result<library_users> users_of_libraries(scene& s, const io::operation& op) {
  library_users users;
  auto texts = texts_in_use(s, op);
  if (!texts) return fail(std::move(texts.error()));
  users.texts = std::move(*texts);
  library::local_digests digests;
  auto set = library::read_library_set(op, s.settings().flink_home, digests);
  if (!set) return fail(std::move(set.error()));
  users.installed = std::move(*set);
  auto given = directories_given(s, op);
  if (!given) return fail(std::move(given.error()));
  users.given = std::move(*given);
  for (const std::string& user : s.components.users) {
    if (auto taken = take_living(s, op, user, users.given, users); !taken)
      return fail(std::move(taken.error()));
  }
  return users;
}

// Of libraries, or of class data of them; empty: it is neither.
std::string_view version_of(std::string_view name) {
  const std::string_view set = library::set_of_class_data(name);
  return library::version_of_library_directory(set.empty() ? name : set);
}

bool of_this_node(const library_users& users, const std::string& name) {
  const std::string installed = users.installed.name();
  if (!library::set_of_class_data(name).empty()) return false;
  return name == installed || name.starts_with(installed + "-");
}

// Of a directory with this node's own libraries: why no submission takes it. Empty: one may.
result<std::string> passed_over(scene& s, const io::operation& op, const library_users& users,
                                const cluster::file_status& directory) {
  std::string why;
  for (const std::string& user : s.components.users) {
    cluster::hdfs hdfs = s.session.hdfs_for(user);
    auto fault = library::flink_libraries(hdfs, s.settings().flink_libraries_root)
                     .fault_of(op, users.installed, directory);
    if (!fault || fault->empty()) return fault;
    why = std::move(*fault);
  }
  return why;
}

// What submissions of the components' users take. Asked once, however many directories there are.
result<void> look_for_class_data(scene& s, const io::operation& op, library_users& users) {
  if (users.class_data) return {};
  const std::string set = users.installed.name();
  std::set<std::string> taken;
  for (const std::string& user : s.components.users) {
    cluster::hdfs hdfs = s.session.hdfs_for(user);
    auto search = library::find_class_data(op, hdfs, s.settings().flink_libraries_root, set);
    if (!search) return fail(std::move(search.error()));
    if (search->found) taken.insert(search->found->directory);
  }
  users.class_data = std::move(taken);
  return {};
}

struct verdict {
  std::string used_by;      // empty: nobody uses it, as far as can be told
  std::string passed_over;  // with this node's own libraries: what is wrong with it
};

result<verdict> judge(scene& s, const io::operation& op, library_users& users,
                      const std::string& path, const cluster::file_status& directory) {
  verdict found;
  if (const std::string_view set = library::set_of_class_data(directory.name);
      set == users.installed.name()) {
    if (auto looked = look_for_class_data(s, op, users); !looked)
      return fail(std::move(looked.error()));
    const std::set<std::string>& taken = *users.class_data;
    if (taken.contains(path)) return verdict{"submissions of this node take it", {}};
    if (taken.empty()) return verdict{"no other class data of this node's libraries is good", {}};
    found.passed_over = fmt::format("submissions of this node take {}", *taken.begin());
  }
  if (of_this_node(users, directory.name)) {
    auto why = passed_over(s, op, users, directory);
    if (!why) return fail(std::move(why.error()));
    if (why->empty()) return verdict{"this node's Flink has these libraries", {}};
    found.passed_over = std::move(*why);
    // Another account's may be good to that one, on another node.
    if (auto taken = take_living(s, op, directory.owner, users.given, users); !taken)
      return fail(std::move(taken.error()));
  }
  if (mention_library(users.texts, path)) found.used_by = "a component or a setting names it";
  for (const library_users::application& one : users.live) {
    if (!found.used_by.empty()) break;
    if (std::find(one.given.begin(), one.given.end(), path) != one.given.end())
      found.used_by = "an application that lives was given it";
    // One that was there before it cannot have it; of others without a record it is not known.
    const bool later = one.started_ms == 0 || one.started_ms >= directory.modified_ms;
    if (one.given.empty() && later)
      found.used_by = "an application lives of which it is not known what it was given";
  }
  return found;
}

removal library_removal(scene& s, const std::string& path, const cluster::file_status& seen,
                        removal then) {
  return [&s, path, seen, then = std::move(then)](const io::operation& op) -> result<bool> {
    // Asked of YARN and of the logs anew: what witnesses know is of the inspection.
    witnesses again(s.session, s.components);
    scene now{s.session, s.request, s.components, again, s.now};
    auto users = users_of_libraries(now, op);
    if (!users) return fail(std::move(users.error()));
    auto found = judge(now, op, *users, path, seen);
    if (!found) return fail(std::move(found.error()));
    if (!found->used_by.empty()) return needed_by_now(found->used_by);
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
    if (!version_of(one.name).empty()) directories.push_back(one);
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
  auto users = users_of_libraries(s, op);
  if (!users) return found.withhold(kind::library, users.error().message);
  for (const cluster::file_status& one : directories) {
    const std::string path = root + "/" + one.name;
    const auto verdict = judge(s, op, *users, path, one);
    if (!verdict) {
      found.withhold(kind::library, verdict.error().message);
      continue;
    }
    if (!verdict->used_by.empty()) continue;
    entry leftover = leftover_of(s, kind::library, path, one.owner, one);
    const bool class_data = !library::set_of_class_data(one.name).empty();
    leftover.what = fmt::format("the {} of a Flink {}", class_data ? "class data" : "libraries",
                                version_of(one.name));
    leftover.why = fmt::format(
        "no component, setting or configuration names it, {}, no application that lives was given "
        "it, and {}",
        verdict->passed_over.empty() ? "this node's Flink is another one"
        : class_data                 ? verdict->passed_over
                     : "submissions of this node pass it over since " + verdict->passed_over,
        s.aged(one.modified_ms));
    leftover.breaks = !verdict->passed_over.empty() ? "nothing on this node"
                      : class_data ? "components on a node with that Flink start without it"
                                   : "a node with that Flink uploads it again";
    leftover.remove = library_removal(s, path, one, std::move(leftover.remove));
    found.add(std::move(leftover));
  }
}

}  // namespace dm::housekeeping
