// The staged folder, walked by descriptor.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "io/directory.h"
#include "io/hash.h"

namespace dm::package {

using input::shown;
using input::single_line;

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int file_flags =
    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;  // a FIFO must not make this wait

std::string_view kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

class walk {
 public:
  walk(const io::operation& op, std::string folder, bool hashes)
      : op_(op), folder_(std::move(folder)), hashes_(hashes) {}

  result<void> directory(int directory, const std::string& below, int depth) {
    if (depth > deepest_package_directory) {
      refuse(below, "a directory that deep",
             fmt::format("at most {} directories deep", deepest_package_directory));
      return {};
    }
    auto names = io::entries_of(directory, folder_ + "/" + below);
    if (!names) return fail(std::move(names.error()));
    const std::string prefix = below.empty() ? below : below + "/";
    for (const std::string& name : *names) {
      if (full_) return {};
      std::string path = prefix;
      path += name;
      if (auto looked = entry(directory, name, path, depth); !looked) return looked;
    }
    return {};
  }

  package_listing take() {
    std::sort(
        listing_.files.begin(), listing_.files.end(),
        [](const package_file_entry& a, const package_file_entry& b) { return a.path < b.path; });
    return std::move(listing_);
  }

 private:
  void refuse(const std::string& path, std::string found, std::string allowed) {
    listing_.problems.push_back(
        {"package: " + shown(path, 300), std::move(found), std::move(allowed)});
  }

  result<void> entry(int parent, const std::string& name, const std::string& path, int depth) {
    if (auto going_on = op_.check("reading the package"); !going_on) return going_on;
    if (!single_line(name)) {
      refuse(path, "a file name with control characters, or not UTF-8",
             "names in UTF-8 without control characters");
      return {};
    }
    struct stat status {};
    if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(io::errno_error(errno, "look at", folder_ + "/" + path));
    }
    if (S_ISDIR(status.st_mode)) {
      const io::unique_fd below(::openat(parent, name.c_str(), directory_flags));
      if (!below) return fail(io::errno_error(errno, "open the directory", folder_ + "/" + path));
      return directory(below.get(), path, depth + 1);
    }
    if (!S_ISREG(status.st_mode)) {
      refuse(path, std::string(kind_of(status.st_mode)), "regular files and directories");
      return {};
    }
    return file(parent, name, path);
  }

  result<void> file(int parent, const std::string& name, const std::string& path) {
    const io::unique_fd descriptor(::openat(parent, name.c_str(), file_flags));
    struct stat status {};
    if (!descriptor || ::fstat(descriptor.get(), &status) != 0) {
      return fail(io::errno_error(errno, "read", folder_ + "/" + path));
    }
    bytes_ += status.st_size;
    if (listing_.files.size() >= most_package_files || bytes_ > most_package_bytes) {
      refuse(
          path, "more files or bytes than a component may have",
          fmt::format("at most {} files and {} GiB", most_package_files, most_package_bytes >> 30));
      full_ = true;
      return {};
    }
    package_file_entry file{path, status.st_size, {}};
    if (hashes_) {
      auto hash = io::sha256_hex_of_file(op_, descriptor.get());
      if (!hash) return fail_while("reading " + folder_ + "/" + path, std::move(hash.error()));
      file.sha256 = std::move(*hash);
    }
    listing_.files.push_back(std::move(file));
    return {};
  }

  const io::operation& op_;
  std::string folder_;
  bool hashes_;
  package_listing listing_;
  std::int64_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace

const package_file_entry* package_listing::find(std::string_view path) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const package_file_entry& file) {
    return file.path == path;
  });
  return found == files.end() ? nullptr : &*found;
}

result<package_listing> list_package(const io::operation& op, const std::string& folder,
                                     bool hashes) {
  const auto root = io::open_directory(folder);
  if (!root) return fail(root.error());
  walk walk(op, folder, hashes);
  if (auto walked = walk.directory(root->get(), "", 0); !walked)
    return fail(std::move(walked.error()));
  return walk.take();
}

result<io::unique_fd> open_package_file(const std::string& folder, std::string_view path) {
  auto directory = io::open_directory(folder);
  if (!directory) return directory;
  const std::string full = folder + "/" + std::string(path);
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string part(path.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    io::unique_fd next(
        ::openat(directory->get(), part.c_str(), last ? file_flags : directory_flags));
    if (!next) return fail(io::errno_error(errno, "open", full));
    if (last) {
      struct stat status {};
      if (::fstat(next.get(), &status) != 0) return fail(io::errno_error(errno, "look at", full));
      if (!S_ISREG(status.st_mode))
        return fail(status_code::failed_precondition, full + " is no regular file");
      return next;
    }
    *directory = std::move(next);
    path.remove_prefix(slash + 1);
  }
}

}  // namespace dm::package
