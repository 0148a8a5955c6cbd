// Whether a process of this node was started with a name in its arguments or its environment.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/process_mentions.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "io/directory.h"
#include "io/file.h"
#include "placement/directory_at.h"

namespace dm::housekeeping {

namespace {

// Linux lets arguments and environment together have a quarter of the stack's limit.
constexpr std::size_t most_bytes = std::size_t{8} << 20;

bool is_process(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The kernel has nothing to say of it any more.
bool has_ended(int process, const char* file) {
  const io::unique_fd again(::openat(process, file, O_RDONLY | O_CLOEXEC));
  return !again && (errno == ESRCH || errno == ENOENT);
}

}  // namespace

result<bool> is_named_by_a_process(uid_t account, const std::string& name) {
  const std::string root = "/proc";
  const auto processes = io::open_directory(root);
  if (!processes) return fail(processes.error());
  const auto ids = io::entries_of(processes->get(), root);
  if (!ids) return fail(ids.error());
  for (const std::string& id : *ids) {
    if (!is_process(id)) continue;
    const auto process = placement::open_directory_at(processes->get(), id);
    struct stat status {};
    if (!process || ::fstat(process->get(), &status) != 0) continue;  // it has ended
    if (status.st_uid != account) continue;
    for (const char* file : {"cmdline", "environ"}) {
      const std::string path = fmt::format("{}/{}/{}", root, id, file);
      const auto text = io::read_file(path, most_bytes);
      if (text && text->find(name) != std::string::npos) return true;
      if (!text && !has_ended(process->get(), file)) return fail(text.error());
    }
  }
  return false;
}

}  // namespace dm::housekeeping
