// What all finders of one inspection share, and how what they find is removed.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/scene.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "placement/directory_at.h"

namespace dm::housekeeping {

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
// Of each kind: a question each, side by side.
constexpr std::size_t most_measured = 200;

}  // namespace

std::int64_t scene::age_limit_ms(kind of) const {
  const kind_rule& rule = rule_of(of);
  std::int64_t limit = rule.usual_age_ms;
  if (const auto given = request.ages_ms.find(of); given != request.ages_ms.end()) {
    limit = given->second;
  } else if (request.older_than_ms && rule.usual_age_ms != 0) {
    limit = *request.older_than_ms;
  }
  return std::max(limit, rule.least_age_ms);
}

bool scene::old_enough(kind of, std::int64_t modified_ms) const {
  return now.time_since_epoch().count() - modified_ms >= age_limit_ms(of);
}

std::string scene::aged(std::int64_t modified_ms) const {
  const std::int64_t hours =
      std::max<std::int64_t>(now.time_since_epoch().count() - modified_ms, 0) / hour_ms;
  return hours >= 48 ? fmt::format("it was last written {} days ago", hours / 24)
                     : fmt::format("it was last written {} hours ago", hours);
}

tl::unexpected<error> needed_by_now(const std::string& why) {
  return fail(status_code::failed_precondition, "it was left: " + why, "inspect again");
}

removal hdfs_removal(scene& s, const std::string& user, const std::string& path,
                     const cluster::file_status& seen) {
  return [&s, user, path, seen](const io::operation& op) -> result<bool> {
    cluster::hdfs hdfs = s.session.hdfs_for(user);
    auto now = hdfs.status(op, path);
    if (!now) {
      if (now.error().code == status_code::not_found) return false;
      return fail(std::move(now.error()));
    }
    if (now->directory != seen.directory || now->modified_ms != seen.modified_ms)
      return needed_by_now("it has been written since it was looked at");
    return hdfs.remove(op, path, seen.directory);
  };
}

removal ended_removal(scene& s, const std::string& user, const std::string& application_id,
                      removal then) {
  return
      [&s, user, application_id, then = std::move(then)](const io::operation& op) -> result<bool> {
        const auto life = s.asked.life_now(op, user, application_id);
        if (!life) return fail(life.error());
        if (*life == application_life::lives) return needed_by_now(application_id + " lives");
        return then(op);
      };
}

result<void> for_each_on_hdfs(scene& s, const io::operation& op, const std::string& user,
                              const std::string& directory,
                              const std::function<bool(const cluster::file_status&)>& take) {
  cluster::hdfs hdfs = s.session.hdfs_for(user);
  auto walked = hdfs.for_each(op, directory, [&](const cluster::file_status& one) {
    // A file in the place of the directory is listed as itself, without a name.
    return one.name.empty() || take(one);
  });
  if (!walked && walked.error().code != status_code::not_found) return walked;
  return {};
}

void to_be_measured(entry& one, const std::string& user) { one.measured_as = user; }

void measure(scene& s, const io::operation& op, inventory& found) {
  std::map<std::string, std::vector<entry*>> by_user;
  std::array<std::size_t, kind_count> counts{};
  for (entry& one : found.entries()) {
    if (one.measured_as.empty() || one.size_bytes >= 0) continue;
    if (counts.at(index_of(one.kind))++ < most_measured) by_user[one.measured_as].push_back(&one);
  }
  for (const auto& [user, entries] : by_user) {
    std::vector<std::string> paths;
    for (const entry* one : entries) paths.push_back(one->path);
    const auto sums = s.session.hdfs_for(user).summaries(op, paths);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (sums[i]) entries[i]->size_bytes = sums[i]->length_bytes;
    }
  }
}

result<io::unique_fd> open_below(const std::string& root, const std::vector<std::string>& names) {
  auto directory = io::open_directory(root);
  for (const std::string& name : names) {
    if (!directory) return directory;
    directory = placement::open_directory_at(directory->get(), name);
  }
  return directory;
}

bool is_path_part(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

}  // namespace dm::housekeeping
