// The guard's own log file.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

#include "io/time.h"
#include "io/visible_text.h"

namespace dm::guard {

namespace {
constexpr off_t size_limit = 4 << 20;
constexpr std::array<std::string_view, 5> level_names{"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"};
}  // namespace

guard_log::guard_log(std::string directory) : directory_(std::move(directory)) {}

result<void> guard_log::open() {
  const std::string path = directory_ + "/guard.log";
  file_ = io::unique_fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!file_) return fail(io::errno_error(errno, "open the guard's log", path));
  return {};
}

void guard_log::set_subject(std::uint64_t epoch, std::string application_id) {
  epoch_ = epoch;
  application_id_ = std::move(application_id);
}

void guard_log::write(io::log_level level, std::string_view message) {
  if (!file_) (void)open();
  std::string line = fmt::format("{} {} epoch={} application={} ", io::to_rfc3339(io::now()),
                                 level_names.at(static_cast<std::size_t>(level)),
                                 epoch_ == 0 ? "-" : fmt::to_string(epoch_),
                                 application_id_.empty() ? "-" : application_id_);
  line += io::visible_text(message, io::lines::joined) + '\n';  // one line an event
  if (!file_ || ::write(file_.get(), line.data(), line.size()) < 0) {
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
    return;
  }
  struct stat status {};
  if (::fstat(file_.get(), &status) == 0 && status.st_size >= size_limit) {
    const std::string path = directory_ + "/guard.log";
    if (std::rename(path.c_str(), (path + ".1").c_str()) == 0) (void)open();
  }
}

}  // namespace dm::guard
