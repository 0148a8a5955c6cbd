// One flink client under way.
// SPDX-License-Identifier: Apache-2.0
#include "guard/submission.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include <fmt/format.h>

#include "component/client_log_name.h"

namespace dm::guard {

namespace {

constexpr std::size_t head_bytes = 16 << 10;
constexpr std::size_t tail_bytes = client_output_limit - head_bytes;

std::string read_ends(const std::string& path) {
  const io::unique_fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  std::string text(std::min(size, head_bytes + tail_bytes), '\0');
  const std::size_t head = size <= text.size() ? text.size() : head_bytes;
  const ssize_t first = ::pread(file.get(), text.data(), head, 0);
  if (first < 0) return {};
  std::size_t used = static_cast<std::size_t>(first);
  if (size > text.size()) {
    const ssize_t last =
        ::pread(file.get(), text.data() + used, tail_bytes, static_cast<off_t>(size - tail_bytes));
    if (last > 0) used += static_cast<std::size_t>(last);
  }
  text.resize(used);
  return text;
}

}  // namespace

std::string client_log_name(std::uint64_t epoch) { return fmt::format("client-{}.log", epoch); }

void prune_client_logs(const std::string& directory, std::uint64_t epoch, std::uint64_t keep) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  if (!stream) return;
  while (const dirent* entry = ::readdir(stream.get())) {
    const auto of = component::epoch_of_client_log(entry->d_name);
    if (of && *of + keep <= epoch) (void)::unlinkat(::dirfd(stream.get()), entry->d_name, 0);
  }
}

result<client> client::start(const component::guard_spec& spec, std::uint64_t epoch,
                             const std::vector<std::string>& argv, io::unique_fd lock) {
  const std::string log_path = spec.log_directory + "/" + client_log_name(epoch);
  const io::unique_fd output(
      ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!output) return fail(io::errno_error(errno, "open the client's log", log_path));
  io::process_spec process_spec;
  process_spec.argv = argv;
  process_spec.environment = spec.environment;
  // Flink's own client log is overwritten by the next client of the same name: one name an epoch.
  process_spec.environment.emplace_back("FLINK_LOG_DIR", spec.log_directory);
  process_spec.environment.emplace_back("FLINK_IDENT_STRING", fmt::format("epoch-{}", epoch));
  process_spec.directory = spec.work_directory;
  process_spec.output = output.get();
  process_spec.inherited = lock.get();
  auto process = io::process::spawn(process_spec);
  if (!process) return fail_while("starting the flink client", process.error());
  return client(std::move(*process), log_path);
}

void bound_output(const std::string& path, std::int64_t most, std::int64_t head,
                  std::int64_t tail) {
  const io::unique_fd file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  constexpr std::int64_t block = 512;  // of st_blocks, whatever the file system has
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_blocks * block <= most || status.st_size <= head + tail)
    return;
  // The client appends to it and is not told: offsets stay, and what was in the middle is gone.
  (void)::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, head,
                    status.st_size - head - tail);
}

void client::bound_output() const {
  constexpr std::int64_t most = std::int64_t{48} << 20;
  constexpr std::int64_t head = std::int64_t{1} << 20;
  constexpr std::int64_t tail = std::int64_t{16} << 20;
  guard::bound_output(log_path_, most, head, tail);
}

std::string client::output() const { return read_ends(log_path_); }

std::string client_output_of(const component::guard_spec& spec, std::uint64_t epoch) {
  return read_ends(spec.log_directory + "/" + client_log_name(epoch));
}

}  // namespace dm::guard
