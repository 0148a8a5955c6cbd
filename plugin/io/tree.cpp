// Whole directory trees: copied and removed by descriptor, no symbolic link followed.
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "io/directory.h"
#include "io/file.h"
#include "io/hash.h"

namespace dm::io {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int deepest = 64;           // of a package; two descriptors are open per level
constexpr int most_rounds = 100'000;  // of emptying a directory that somebody may be filling

std::string below(std::string path, const std::string& name) {
  path += '/';
  path += name;
  return path;
}

struct copy_rules {
  const operation& op;
  mode_t file;
  mode_t directory;
  file_owner owner;
};

result<void> settle(int descriptor, mode_t mode, file_owner owner, const std::string& path) {
  constexpr file_owner keep;
  if ((owner.user != keep.user || owner.group != keep.group) &&
      ::fchown(descriptor, owner.user, owner.group) != 0) {
    return fail(errno_error(errno, "set the owner of", path));
  }
  if (::fchmod(descriptor, mode) != 0) return fail(errno_error(errno, "set the mode of", path));
  if (::fsync(descriptor) != 0) return fail(errno_error(errno, "sync", path));
  return {};
}

result<void> copy_bytes(const operation& op, int from, int to, const std::string& path) {
  std::vector<char> buffer(std::size_t{64} << 10);
  for (;;) {
    if (auto going_on = op.check("the copy of a file"); !going_on) return going_on;
    const ssize_t size = ::read(from, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(errno_error(errno, "read", path));
    if (size == 0) return {};
    for (ssize_t done = 0; done < size;) {
      const ssize_t written =
          ::write(to, buffer.data() + done, static_cast<std::size_t>(size - done));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail(errno_error(errno, "write the copy of", path));
      done += written;
    }
  }
}

result<void> copy_entries(int from, int to, const std::string& path, const copy_rules& rules,
                          int depth);

result<void> copy_entry(int from, int to, const std::string& name, const std::string& path,
                        const copy_rules& rules, int depth) {
  const unique_fd source(
      ::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!source) return fail(errno_error(errno, "copy", path));
  struct stat status {};
  if (::fstat(source.get(), &status) != 0) return fail(errno_error(errno, "look at", path));
  if (S_ISREG(status.st_mode)) {
    const unique_fd copy(
        ::openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!copy) return fail(errno_error(errno, "create the copy of", path));
    if (auto copied = copy_bytes(rules.op, source.get(), copy.get(), path); !copied) return copied;
    return settle(copy.get(), rules.file, rules.owner, path);
  }
  if (S_ISDIR(status.st_mode)) {
    if (::mkdirat(to, name.c_str(), 0700) != 0) {
      return fail(errno_error(errno, "make the copy of the directory", path));
    }
    const unique_fd copy(::openat(to, name.c_str(), directory_flags));
    if (!copy) return fail(errno_error(errno, "open the copy of the directory", path));
    if (auto copied = copy_entries(source.get(), copy.get(), path, rules, depth + 1); !copied)
      return copied;
    return settle(copy.get(), rules.directory, rules.owner, path);
  }
  return fail(
      status_code::failed_precondition,
      "cannot copy " + first_line(path, 1024) + ": it is neither a regular file nor a directory");
}

result<void> copy_entries(int from, int to, const std::string& path, const copy_rules& rules,
                          int depth) {
  if (depth > deepest) {
    return fail(status_code::failed_precondition, "cannot copy " + first_line(path, 1024) +
                                                      ": more than " + std::to_string(deepest) +
                                                      " directories deep");
  }
  auto names = entries_of(from, path);
  if (!names) return fail(std::move(names.error()));
  for (const std::string& name : *names) {
    if (auto going_on = rules.op.check("the copy of a directory"); !going_on) return going_on;
    if (auto copied = copy_entry(from, to, name, below(path, name), rules, depth); !copied)
      return copied;
  }
  return {};
}

// unlinkat for a file, a link or an empty directory; errno, or 0.
int remove_entry(int directory, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return 0;
  // EISDIR by Linux, EPERM by POSIX, for a directory.
  if (errno != EISDIR && errno != EPERM) return errno;
  const int as_file = errno;
  if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
  return errno == ENOTDIR ? as_file : errno;
}

bool not_empty(int problem) { return problem == ENOTEMPTY || problem == EEXIST; }

// Removes what is in a directory of `top`; directories that are not empty move up into `top` under
// a new name. So a tree of any depth goes with two descriptors and without recursion: users own
// parts of what is removed.
result<void> flatten(const operation& op, int top, const std::string& name,
                     const std::string& path) {
  const unique_fd directory(::openat(top, name.c_str(), directory_flags));
  if (!directory) return fail(errno_error(errno, "open the directory", path));
  auto names = entries_of(directory.get(), path);
  if (!names) return fail(std::move(names.error()));
  for (const std::string& entry : *names) {
    if (auto going_on = op.check("the removal of a directory"); !going_on) return going_on;
    int problem = remove_entry(directory.get(), entry);
    if (not_empty(problem)) {
      const std::string moved = "removing-" + random_hex(8);
      problem =
          ::renameat(directory.get(), entry.c_str(), top, moved.c_str()) == 0 || errno == ENOENT
              ? 0
              : errno;
    }
    if (problem != 0) return fail(errno_error(problem, "remove", below(path, entry)));
  }
  return {};
}

}  // namespace

result<std::vector<std::string>> entries_of(int directory, std::string_view path) {
  // A descriptor of its own: fdopendir takes it over, and its offset is not shared with another
  // reader's.
  unique_fd own(::openat(directory, ".", directory_flags));
  if (!own) return fail(errno_error(errno, "open the directory", path));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), &::closedir);
  if (!stream) return fail(errno_error(errno, "list the directory", path));
  static_cast<void>(own.release());
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) {
      if (errno != 0) return fail(errno_error(errno, "list the directory", path));
      return names;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
}

result<void> copy_tree(const operation& op, const std::string& from, int to, mode_t mode_file,
                       mode_t mode_directory, file_owner owner) {
  const auto source = open_directory(from);
  if (!source) return fail(source.error());
  if (auto copied =
          copy_entries(source->get(), to, from, {op, mode_file, mode_directory, owner}, 0);
      !copied) {
    return copied;
  }
  if (::fsync(to) != 0) return fail(errno_error(errno, "sync the copy of", from));
  return {};
}

result<bool> remove_tree(const operation& op, int directory, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    return fail(status_code::invalid_argument,
                "'" + first_line(name) + "' is not the name of one file");
  }
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return fail(errno_error(errno, "look at", name));
  }
  for (int round = 0; round < most_rounds; ++round) {
    const int problem = remove_entry(directory, name);
    if (problem == 0) {
      if (::fsync(directory) != 0) return fail(errno_error(errno, "sync the directory of", name));
      return true;
    }
    if (!not_empty(problem)) return fail(errno_error(problem, "remove", name));
    const unique_fd top(::openat(directory, name.c_str(), directory_flags));
    if (!top) return fail(errno_error(errno, "open the directory", name));
    auto entries = entries_of(top.get(), name);
    if (!entries) return fail(std::move(entries.error()));
    for (const std::string& entry : *entries) {
      if (auto going_on = op.check("the removal of a directory"); !going_on)
        return fail(std::move(going_on.error()));
      const int failed = remove_entry(top.get(), entry);
      if (not_empty(failed)) {
        if (auto flat = flatten(op, top.get(), entry, below(name, entry)); !flat)
          return fail(std::move(flat.error()));
      } else if (failed != 0) {
        return fail(errno_error(failed, "remove", below(name, entry)));
      }
    }
  }
  return fail(status_code::unavailable, "cannot remove " + name + ": something keeps filling it",
              "find out which process writes there, end it, and try again");
}

}  // namespace dm::io
