// Temporary directories: those on HDFS that the settings name, and what a killed Python client
// leaves on this node.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <pwd.h>

#include <algorithm>

#include <fmt/format.h>

#include "flink/hdfs_location.h"
#include "housekeeping/finders.h"
#include "housekeeping/process_mentions.h"
#include "input/text_rules.h"
#include "io/directory.h"

namespace dm::housekeeping {

namespace {

// The application's id in a name, as in "application_17_0001" or "blob-application_17_0001-tmp".
std::string application_in(std::string_view name) {
  const std::size_t start = name.find("application_");
  if (start == std::string_view::npos) return {};
  std::size_t end = start + std::string_view("application_").size();
  while (end < name.size() && ((name[end] >= '0' && name[end] <= '9') || name[end] == '_')) ++end;
  std::string id(name.substr(start, end - start));
  while (id.ends_with('_')) id.pop_back();
  return cluster::is_application_id(id) ? id : std::string();
}

// How much is looked at below the directories of one inspection, and below one of them: a question
// for each directory.
constexpr int most_questions = 2'000;
constexpr int most_below_one = 200;

struct found_below {
  bool young = false;       // something was written there within the age
  std::string application;  // files of one are there
};

// A directory's own time tells of what was put right into it only: what lies deeper is looked at.
// An error: not all of it could be.
result<found_below> look_below(scene& s, const io::operation& op, const std::string& user,
                               const std::string& directory, int& questions) {
  found_below found;
  std::vector<std::string> left = {directory};
  for (int asked = 0; !left.empty(); ++asked) {
    if (asked == most_below_one || questions == 0) {
      return fail(status_code::resource_exhausted,
                  fmt::format("{} has too many directories in it to look whether one is in use",
                              directory));
    }
    --questions;
    const std::string path = std::move(left.back());
    left.pop_back();
    const auto walked = for_each_on_hdfs(s, op, user, path, [&](const cluster::file_status& one) {
      found.young = !s.old_enough(kind::temporary, one.modified_ms);
      found.application = application_in(one.name);
      if (one.directory && left.size() <= most_below_one) left.push_back(path + "/" + one.name);
      return !found.young && found.application.empty();
    });
    if (!walked) return fail(walked.error());
    if (found.young || !found.application.empty()) return found;
  }
  return found;
}

removal unused_removal(scene& s, const std::string& user, const std::string& path, removal then) {
  return [&s, user, path, then = std::move(then)](const io::operation& op) -> result<bool> {
    int questions = most_below_one;
    const auto below = look_below(s, op, user, path, questions);
    if (!below) return fail(below.error());
    if (below->young || !below->application.empty())
      return needed_by_now("something in it has been written since it was looked at");
    return then(op);
  };
}

// Places that the settings name for something else, and what is above them.
bool leads_to_a_place(const input::settings& settings, const std::string& path) {
  for (const std::string& place :
       {settings.state_root, settings.library_directory, settings.history_archive_dir}) {
    const auto location = flink::parse_hdfs_location(place);
    if (location && (location->path + "/").starts_with(path + "/")) return true;
  }
  return false;
}

// Its end is YARN's word. false: it lives, or that could not be told.
bool take_end(scene& s, const io::operation& op, inventory& found, const std::string& user,
              const std::string& id, entry& leftover) {
  const auto& applications = s.asked.applications_of(op, user);
  auto counts = applications ? witnesses::absence_counts(*applications)
                             : result<void>(fail(applications.error()));
  const auto life = applications ? life_in(*applications, id) : std::nullopt;
  if (life == application_life::lives) return false;
  if (!life && !counts) {
    found.withhold(kind::temporary, counts.error().message);
    return false;
  }
  leftover.application_id = id;
  leftover.why += life ? fmt::format("; {} has ended, as YARN says", id)
                       : fmt::format("; YARN does not know {} any more", id);
  leftover.remove = ended_removal(s, user, id, std::move(leftover.remove));
  return true;
}

// false: it is in use, or that could not be told.
bool take_unused(scene& s, const io::operation& op, inventory& found, const std::string& user,
                 int& questions, entry& leftover) {
  const auto below = look_below(s, op, user, leftover.path, questions);
  if (!below) {
    found.withhold(kind::temporary, below.error().message);
    return false;
  }
  if (below->young) return false;
  if (below->application.empty()) {
    leftover.remove = unused_removal(s, user, leftover.path, std::move(leftover.remove));
  } else {
    leftover.application_id = below->application;
    leftover.why = fmt::format("files of {} are in it: look whose it is, and delete it by hand",
                               below->application);
    leftover.remove = nullptr;
  }
  return true;
}

void find_on_hdfs(scene& s, const io::operation& op, inventory& found, const std::string& directory,
                  int& questions) {
  const std::string reader = reader_of(s.components);
  const auto walked =
      for_each_on_hdfs(s, op, reader, directory, [&](const cluster::file_status& one) {
        if (!s.old_enough(kind::temporary, one.modified_ms)) return true;
        const std::string user = one.owner.empty() ? reader : one.owner;
        entry leftover;
        leftover.kind = kind::temporary;
        leftover.path = directory + "/" + one.name;
        if (leads_to_a_place(s.settings(), leftover.path)) return true;
        leftover.key = leftover.path;
        leftover.what = fmt::format("{} in a directory of temporary files",
                                    one.directory ? "a directory" : "a file");
        leftover.modified_ms = one.modified_ms;
        leftover.why = s.aged(one.modified_ms);
        leftover.remove = hdfs_removal(s, user, leftover.path, one);
        if (one.directory) {
          to_be_measured(leftover, user);
        } else {
          leftover.size_bytes = one.length_bytes;
        }
        const std::string id = application_in(one.name);
        if (!id.empty() && !take_end(s, op, found, user, id, leftover)) return true;
        if (id.empty() && one.directory && !take_unused(s, op, found, user, questions, leftover))
          return true;
        found.add(std::move(leftover));
        return true;
      });
  if (!walked) found.withhold(kind::temporary, walked.error().message);
}

// "0a9c2e71-b45d-4d18-8c55-2b7c9e0f1a23"
bool is_uuid(std::string_view name) {
  if (name.size() != 36) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = name[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (hyphen ? c != '-' : !digit) return false;
  }
  return true;
}

std::optional<uid_t> uid_of(const std::string& user) {
  std::vector<char> buffer(16384);
  struct passwd account {};
  struct passwd* entry = nullptr;
  if (::getpwnam_r(user.c_str(), &account, buffer.data(), buffer.size(), &entry) != 0 ||
      entry == nullptr)
    return std::nullopt;
  return account.pw_uid;
}

// A client that stays as long as its job keeps its files as long.
result<bool> has_attached_client(scene& s, const io::operation& op, const std::string& user) {
  for (const known_component& one : s.components.all) {
    if (!one.of_node(s.settings()) || one.data.user != user) continue;
    if (one.has_data && one.data.submission != flink::submission_mode::attached) continue;
    const auto& processes = s.asked.processes(op);
    if (!processes) return fail(processes.error());
    if (witnesses::runs(*processes, one.data.program)) return true;
  }
  return false;
}

removal local_removal(scene& s, const std::string& user, const std::string& root,
                      const std::string& name, const struct stat& seen) {
  return [&s, user, root, name, seen](const io::operation& op) -> result<bool> {
    auto directory = open_below(root, {"pyflink"});
    if (!directory) {
      if (directory.error().code == status_code::not_found) return false;
      return fail(std::move(directory.error()));
    }
    struct stat now {};
    if (::fstatat(directory->get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return false;
    const bool same = S_ISDIR(now.st_mode) && now.st_ino == seen.st_ino &&
                      now.st_uid == seen.st_uid && now.st_mtime == seen.st_mtime;
    if (!same) return needed_by_now("it is not the directory any more that was looked at");
    auto attached = has_attached_client(s, op, user);
    if (!attached) return fail(std::move(attached.error()));
    if (*attached) return needed_by_now("a client of " + user + " is attached to its job");
    const auto named = is_named_by_a_process(seen.st_uid, name);
    if (!named) return fail(named.error());
    if (*named) return needed_by_now("a process of " + user + " uses it");
    return io::remove_tree(op, directory->get(), name);
  };
}

// <tmp>/pyflink/<uuid>, made by Flink's Python client and deleted at its end, unless it is killed.
void find_on_node(scene& s, const io::operation& op, inventory& found) {
  const std::string& root = s.settings().client_temporary_directory;
  const auto directory = open_below(root, {"pyflink"});
  if (!directory) {
    if (directory.error().code != status_code::not_found)
      found.withhold(kind::temporary, directory.error().message);
    return;
  }
  auto names = io::entries_of(directory->get(), root + "/pyflink");
  if (!names) return found.withhold(kind::temporary, names.error().message);
  std::sort(names->begin(), names->end());
  for (const std::string& user : s.components.users) {
    const auto uid = uid_of(user);
    if (!uid) continue;
    auto attached = has_attached_client(s, op, user);
    for (const std::string& name : *names) {
      struct stat status {};
      if (!is_uuid(name) ||
          ::fstatat(directory->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
          !S_ISDIR(status.st_mode) || status.st_uid != *uid)
        continue;
      const std::int64_t modified_ms = static_cast<std::int64_t>(status.st_mtime) * 1000;
      if (!s.old_enough(kind::temporary, modified_ms)) continue;
      if (!attached) {
        found.withhold(kind::temporary, attached.error().message);
        break;
      }
      if (*attached) break;
      // The Python of a job's main(), of a client that nobody's component has, of a JobManager
      // here.
      const auto named = is_named_by_a_process(status.st_uid, name);
      if (!named) {
        found.withhold(kind::temporary, named.error().message);
        break;
      }
      if (*named) continue;
      entry leftover;
      leftover.kind = kind::temporary;
      leftover.path = fmt::format("{}/pyflink/{}", root, name);
      leftover.key = leftover.path;
      leftover.what = "files that Flink's Python client has unpacked";
      leftover.modified_ms = modified_ms;
      leftover.why =
          fmt::format("{}, and no process of {} on this node uses it", s.aged(modified_ms), user);
      leftover.breaks = "nothing: the client that has made it is gone";
      leftover.remove = local_removal(s, user, root, name, status);
      found.add(std::move(leftover));
    }
  }
}

}  // namespace

void find_temporaries(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::temporary)) return;
  int questions = most_questions;
  for (const std::string& directory : s.settings().temporary_directories) {
    const auto location = flink::parse_hdfs_location(directory);
    if (!location || !flink::own_hdfs(s.settings().name_nodes).owns(*location)) {
      found.withhold(kind::temporary,
                     fmt::format("{} of temporary_directories may be on another file system than "
                                 "this cluster's HDFS; name it as hdfs:///… if it is on this one",
                                 directory));
      continue;
    }
    find_on_hdfs(s, op, found, location->path, questions);
  }
  find_on_node(s, op, found);
}

}  // namespace dm::housekeeping
