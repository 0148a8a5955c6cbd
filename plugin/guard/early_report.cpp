// The report before there is a log, written by a child: nobody comes back from another user, and
// the guard has yet to open what is not the user's.
// SPDX-License-Identifier: Apache-2.0
#include "guard/early_report.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>

#include "guard/guard_log.h"
#include "guard/identity.h"

namespace dm::guard {

namespace {

void write_as(const std::string& directory, const std::string& user, const error& problem) {
  if (!user.empty() && !become_user(user)) return;
  ::umask(0027);
  guard_log log(directory);
  if (log.open()) log.error(problem.text());
}

}  // namespace

void report_early(const std::string& spec_path, const std::string& user, const error& problem) {
  const std::string directory = (std::filesystem::path(spec_path).parent_path() / "logs").string();
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child == 0) {
    try {
      write_as(directory, user, problem);
    } catch (const std::exception&) {  // no memory: the standard error has it
    }
    ::_exit(0);
  }
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace dm::guard
