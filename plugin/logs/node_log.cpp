// A component's own log files on this node.
// SPDX-License-Identifier: Apache-2.0
#include "logs/node_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "io/directory.h"
#include "io/file.h"

namespace dm::logs {

namespace {

constexpr std::size_t most_files = 500;

io::wall_time modified(const struct stat& status) {
  return io::from_epoch_ms(static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 +
                           status.st_mtim.tv_nsec / 1'000'000);
}

// A hole reads as bytes of zero, which nobody wrote: the window begins behind one, and ends before
// the next.
void pass_over_holes(int file, log_window& window) {
  const off_t data = ::lseek(file, window.offset, SEEK_DATA);
  // Else the file ends in a hole, or its file system knows none.
  if (data >= 0) window.offset = std::min<std::int64_t>(data, window.size_bytes);
}
std::int64_t end_before_hole(int file, log_window& window, std::int64_t end) {
  const off_t hole = ::lseek(file, window.offset, SEEK_HOLE);
  if (hole <= window.offset || hole >= end) return end;
  window.broken_off = true;
  return hole;
}

}  // namespace

result<std::vector<node_file>> list_node_files(const std::string& directory) {
  auto opened = io::open_directory(directory);
  if (!opened) return fail(std::move(opened.error()));
  auto names = io::entries_of(opened->get(), directory);
  if (!names) return fail(std::move(names.error()));
  std::vector<node_file> files;
  for (const std::string& name : *names) {
    auto id = parse_source_id(name);
    if (!id || (id->kind != source_kind::guard && id->kind != source_kind::client)) continue;
    struct stat status {};
    if (::fstatat(opened->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    files.push_back({std::move(*id), status.st_size, modified(status)});
    if (files.size() >= most_files) break;
  }
  return files;
}

result<log_window> read_node_file(const std::string& directory, const std::string& name,
                                  std::int64_t from, std::size_t limit) {
  const std::string path = directory + "/" + name;
  auto opened = io::open_directory(directory);
  if (!opened) return fail(std::move(opened.error()));
  // Not waiting for a pipe's other end, which its user may have put there.
  const io::unique_fd file(
      ::openat(opened->get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) return fail(io::errno_error(errno, "open", path));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(io::errno_error(errno, "look at", path));
  if (!S_ISREG(status.st_mode))
    return fail(status_code::failed_precondition, path + " is no regular file");
  log_window window;
  window.size_bytes = status.st_size;
  window.offset = from < 0 ? std::max<std::int64_t>(0, window.size_bytes + from)
                           : std::min<std::int64_t>(from, window.size_bytes);
  if (window.offset >= window.size_bytes) return window;
  pass_over_holes(file.get(), window);
  const std::int64_t end = end_before_hole(
      file.get(), window,
      std::min(window.size_bytes, window.offset + static_cast<std::int64_t>(limit)));
  window.bytes.resize(static_cast<std::size_t>(end - window.offset));
  std::size_t done = 0;
  while (done < window.bytes.size()) {
    const ssize_t got = ::pread(file.get(), window.bytes.data() + done, window.bytes.size() - done,
                                window.offset + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(io::errno_error(errno, "read", path));
    if (got == 0) break;  // it was cut meanwhile
    done += static_cast<std::size_t>(got);
  }
  window.bytes.resize(done);
  return window;
}

}  // namespace dm::logs
