// Finds Flink's libraries on HDFS, or puts them there.
// SPDX-License-Identifier: Apache-2.0
#include "library/flink_libraries.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <set>

#include "io/file.h"
#include "io/hash.h"
#include "library/verified_upload.h"

namespace dm::library {

namespace {

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view unfinished = ".tmp";
constexpr io::milliseconds removal_limit{10'000};
constexpr int most_directories = 16;  // of one set of libraries
constexpr std::size_t digits = 16;

// 1 for the name itself, n for "<name>-n", 0 for others.
int number_of(std::string_view entry, std::string_view name) {
  if (!entry.starts_with(name)) return 0;
  entry.remove_prefix(name.size());
  if (entry.empty()) return 1;
  if (entry.front() != '-') return 0;
  entry.remove_prefix(1);
  int number = 0;
  const auto [end, code] = std::from_chars(entry.data(), entry.data() + entry.size(), number);
  const bool whole = code == std::errc() && end == entry.data() + entry.size();
  return whole && number >= 2 && number <= most_directories && entry.front() != '0' ? number : 0;
}

std::string numbered(const std::string& name, int number) {
  return number == 1 ? name : fmt::format("{}-{}", name, number);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// Its digest is known; that the bytes are still those is seen when they are read back.
result<local_file> open_again(const library_file& file) {
  local_file opened;
  opened.descriptor = io::unique_fd(::open(file.local_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.descriptor) return fail(io::errno_error(errno, "open", file.local_path));
  opened.bytes = file.bytes;
  opened.sha256 = file.sha256;
  return opened;
}

}  // namespace

std::string provided_libraries::key_value() const {
  return fmt::format("{}", fmt::join(uris, ";"));
}

std::string_view version_of_library_directory(std::string_view name) {
  std::string_view rest = name;
  const std::size_t last = rest.rfind('-');
  if (last == std::string_view::npos) return {};
  const std::string_view tail = rest.substr(last + 1);
  const bool numbered = tail.size() <= 2 && !tail.empty() &&
                        tail.find_first_not_of("0123456789") == std::string_view::npos;
  if (numbered) rest = rest.substr(0, last);
  const std::size_t mark = rest.rfind('-');
  if (mark == std::string_view::npos || mark == 0) return {};
  const std::string_view digest = rest.substr(mark + 1);
  if (digest.size() != digits ||
      digest.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return {};
  return rest.substr(0, mark);
}

bool is_unfinished_upload(std::string_view name) {
  return name.starts_with('.') && name.ends_with(unfinished);
}

// YARN shares what it has fetched between users only where others may pass all directories above,
// and refuses to start a container otherwise.
result<void> flink_libraries::check_passage(const io::operation& op) {
  for (std::string path = root_;; path = parent_of(path)) {
    const auto there = hdfs_.status(op, path);
    if (!there) return fail(there.error());
    if (path == root_) root_owner_ = there->owner;
    if (!there->others_may_pass()) {
      return fail(status_code::failed_precondition,
                  fmt::format("others may not pass hdfs:{} (its permission is {}), so YARN cannot "
                              "share libraries below it",
                              path, there->permission),
                  fmt::format("hdfs dfs -chmod o+x {}, or another libraries_root", path));
    }
    if (path == "/") return {};
  }
}

result<std::vector<cluster::file_status>> flink_libraries::candidates(const io::operation& op,
                                                                      const std::string& name) {
  std::vector<cluster::file_status> found;
  const auto walked = hdfs_.for_each(op, root_, [&](const cluster::file_status& entry) {
    if (entry.directory && number_of(entry.name, name) != 0) found.push_back(entry);
    return true;
  });
  if (!walked) return fail(walked.error());
  std::sort(found.begin(), found.end(), [&](const auto& one, const auto& other) {
    return number_of(one.name, name) < number_of(other.name, name);
  });
  return found;
}

result<flink_libraries::verdict> flink_libraries::judge(const io::operation& op,
                                                        const library_set& set,
                                                        const cluster::file_status& candidate) {
  verdict found;
  const std::string directory = root_ + "/" + candidate.name;
  if (candidate.owner != hdfs_.user() && candidate.owner != root_owner_) {
    found.why_not = fmt::format("it is {}'s", candidate.owner);
    return found;
  }
  std::map<std::string, const library_file*> wanted;
  for (const library_file& file : set.files) wanted.emplace(file.name, &file);
  const std::vector<std::string> names = set.directories();
  const std::set<std::string> directories(names.begin(), names.end());
  if (!candidate.others_may_pass()) found.why_not = "others may not pass it";
  for (const std::string& name : names) {
    const auto entries = hdfs_.list(op, directory + "/" + name);
    if (!entries && entries.error().code == status_code::not_found) {
      found.why_not = name + " is not there";
      return found;
    }
    if (!entries && entries.error().code == status_code::permission_denied) {
      found.why_not = "others may not read " + name;
      return found;
    }
    if (!entries) return fail(entries.error());
    for (const cluster::file_status& entry : *entries) {
      const std::string full = name + "/" + entry.name;
      const auto meant = wanted.find(full);
      if (entry.directory) {
        // What is in it would be among the libraries too.
        if (!directories.contains(full)) found.why_not = full + " does not belong there";
        if (!entry.others_may_pass()) found.why_not = "others may not pass " + full;
        continue;
      }
      if (meant == wanted.end()) {
        found.why_not = full + " does not belong there";
      } else if (entry.length_bytes != meant->second->bytes) {
        found.why_not = fmt::format("{} has {} bytes instead of {}", full, entry.length_bytes,
                                    meant->second->bytes);
      } else if (!entry.others_may_read()) {
        found.why_not = "others may not read " + full;
      } else {
        found.files.push_back(
            {full, directory + "/" + full, entry.length_bytes, entry.modified_ms});
        wanted.erase(meant);
      }
    }
  }
  if (found.why_not.empty() && !wanted.empty())
    found.why_not = wanted.begin()->first + " is not there";
  found.good = found.why_not.empty();
  return found;
}

result<std::string> flink_libraries::fault_of(const io::operation& op, const library_set& set,
                                              const cluster::file_status& directory) {
  const auto root = hdfs_.status(op, root_);
  if (!root) return fail(root.error());
  root_owner_ = root->owner;
  auto found = judge(op, set, directory);
  if (!found) return fail(std::move(found.error()));
  return std::move(found->why_not);
}

result<std::string> flink_libraries::upload(const io::operation& op, const library_set& set,
                                            const progress& tell) {
  const std::string temporary =
      fmt::format("{}/.{}.{}{}", root_, set.name(), io::random_hex(8), unfinished);
  const auto make = [&]() -> result<void> {
    // Its parents get no more than they need.
    for (const std::string& name : set.directories()) {
      if (auto made = hdfs_.make_directory(op, temporary + "/" + name, "755"); !made) return made;
    }
    std::int64_t done = 0;
    const std::int64_t total = set.bytes();
    for (const library_file& file : set.files) {
      if (tell) tell(file.name, done, total);
      auto opened = open_again(file);
      if (!opened) return fail(std::move(opened.error()));
      if (auto sent = upload_verified(op, hdfs_, *opened, temporary + "/" + file.name, "644");
          !sent)
        return sent;
      done += file.bytes;
    }
    if (auto written =
            hdfs_.create(op, fmt::format("{}/{}", temporary, manifest_name), set.manifest(), "644");
        !written)
      return written;
    if (tell) tell({}, total, total);
    return {};
  };
  auto made = make();
  if (made) return temporary;
  // Under no end of the operation's: what is undone is undone (INV-5).
  (void)hdfs_.remove(io::operation::within(removal_limit), temporary, true);
  return fail(std::move(made.error()));
}

provided_libraries flink_libraries::provided(const library_set& set, const std::string& name,
                                             verdict found) const {
  provided_libraries result;
  result.directory = root_ + "/" + name;
  for (const std::string& top : set.directories()) {
    if (top.find('/') == std::string::npos)
      result.uris.push_back(fmt::format("hdfs://{}/{}", result.directory, top));
  }
  result.files = std::move(found.files);
  std::sort(result.files.begin(), result.files.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  return result;
}

result<provided_libraries> flink_libraries::provide(const io::operation& op, const library_set& set,
                                                    const progress& tell) {
  const std::string name = set.name();
  auto root = hdfs_.status(op, root_);
  if (!root && root.error().code == status_code::not_found) {
    auto made = hdfs_.make_directory(op, root_, "755");
    if (!made) {
      made.error().hint = fmt::format(
          "the administrator makes it once: hdfs dfs -mkdir -p {0} && hdfs dfs -chown {1} {0}",
          root_, hdfs_.user());
      return fail(std::move(made.error()));
    }
  } else if (!root) {
    return fail(std::move(root.error()));
  }
  if (auto open = check_passage(op); !open) return fail(std::move(open.error()));

  std::string temporary;
  const auto give_up = [&](error why) {
    if (!temporary.empty())
      (void)hdfs_.remove(io::operation::within(removal_limit), temporary, true);
    return fail(std::move(why));
  };
  // Each round ends with a directory that is good, or with a number that is taken by now.
  for (int round = 0; round < most_directories; ++round) {
    auto there = candidates(op, name);
    if (!there) return give_up(std::move(there.error()));
    int free = 1;
    std::vector<std::string> passed_over;
    for (const cluster::file_status& candidate : *there) {
      auto found = judge(op, set, candidate);
      if (!found) return give_up(std::move(found.error()));
      if (found->good) {
        provided_libraries result = provided(set, candidate.name, std::move(*found));
        // Another one's, which was there first.
        if (!temporary.empty())
          (void)hdfs_.remove(io::operation::within(removal_limit), temporary, true);
        result.notes = std::move(passed_over);
        return result;
      }
      passed_over.push_back(
          fmt::format("hdfs:{}/{} is passed over: {}", root_, candidate.name, found->why_not));
      if (number_of(candidate.name, name) == free) ++free;
    }
    if (free > most_directories) {
      return give_up(
          fail(status_code::failed_precondition,
               fmt::format("none of the {} directories hdfs:{}/{}-… is what it should be; {}",
                           most_directories, root_, name, passed_over.back()),
               "remove those that no application uses (housekeeping shows them)")
              .value());
    }
    if (temporary.empty()) {
      auto uploaded = upload(op, set, tell);
      if (!uploaded) return fail(std::move(uploaded.error()));
      temporary = std::move(*uploaded);
    }
    const std::string target = numbered(name, free);
    auto named =
        hdfs_.rename(op, temporary, root_ + "/" + target, cluster::hdfs::rename_option::none);
    if (!named && named.error().code != status_code::already_exists)
      return give_up(std::move(named.error()));
    if (!named) continue;  // somebody was first: it is looked at
    const auto stands = hdfs_.status(op, root_ + "/" + target);
    if (!stands) return fail(stands.error());
    cluster::file_status candidate = *stands;
    candidate.name = target;
    auto found = judge(op, set, candidate);
    if (!found) return fail(std::move(found.error()));
    if (!found->good) {
      return fail(status_code::unavailable, fmt::format("hdfs:{}/{} is not what was uploaded: {}",
                                                        root_, target, found->why_not));
    }
    provided_libraries result = provided(set, target, std::move(*found));
    result.uploaded = true;
    result.notes = std::move(passed_over);
    return result;
  }
  return give_up(fail(status_code::unavailable,
                      fmt::format("others put libraries to hdfs:{}/{} all the time", root_, name))
                     .value());
}

}  // namespace dm::library
