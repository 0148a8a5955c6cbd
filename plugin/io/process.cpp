// A child process of the guard, started by Boost.Process v2's launcher.
// SPDX-License-Identifier: Apache-2.0
//
// What v2 of Boost 1.81 carries: fork, the pipe that tells a failed exec apart, the hooks between
// fork and exec, closing what is not on its list. What it does not, and is therefore done here
// (D-30):
//   * a failed exec leaves a zombie and runs this process's atexit handlers in the fork: the hook
//     on_exec_error ends it by _exit, and it is reaped below;
//   * native_handle() does not compile: the pidfd is our own;
//   * what is not on its list is closed only below and between the entries: all is made
//     close-on-exec first;
//   * it knows no session, no PR_SET_PDEATHSIG, no signal mask: the child's hook does these.
#include "io/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <cstring>

#include "io/file.h"

namespace dm::io {

namespace {

namespace process_v2 = boost::process::v2;

// Runs in the child between fork and exec, with the signals blocked; async-signal-safe calls only.
class child_setup {
 public:
  child_setup(const process_spec& spec, pid_t parent) : spec_(spec), parent_(parent) {}

  // Boost's name for the step before the fork: what the launcher must not close.
  template <class Launcher, class Path>
  process_v2::error_code on_setup(Launcher& launcher, const Path&, const char* const*&) const {
    if (spec_.inherited >= 0) launcher.fd_whitelist.push_back(spec_.inherited);
    return {};
  }

  template <class Launcher, class Path>
  process_v2::error_code on_exec_setup(Launcher&, const Path&, const char* const*&) const {
    if (set_up()) return {};
    return {errno, process_v2::system_category()};  // Boost sends errno to the parent
  }

  // Boost asks for two different argument lists under this name; both must exist for the hook to be
  // called.
  template <class... Arguments>
  void on_exec_error(Arguments&&...) const {
    ::_exit(127);
  }

 private:
  bool set_up() const {
    if (::setsid() < 0) return false;
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
    // The parent may have died before the line above: then nobody will send the signal.
    if (::getppid() != parent_) ::_exit(127);
    return redirect() && pass_on() && ::chdir(spec_.directory.c_str()) == 0 &&
           (!spec_.group_dies_with_parent || leave_keeper()) && reset_signals();
  }

  // The kernel tells the parent's own child alone of its death, and what that has started lives on.
  // So the child stays, as the leader of the group, and the program is a child of it.
  bool leave_keeper() const {
    if (::prctl(PR_SET_PDEATHSIG, SIGUSR1) != 0) return false;
    ::signal(SIGCHLD, SIG_DFL);  // where it is ignored, no end is told
    const pid_t keeper = ::getpid();
    const pid_t program = ::_Fork();  // fork would run handlers of a process with locked locks
    if (program < 0) return false;
    if (program > 0) keep(program);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
    if (::getppid() != keeper) ::_exit(127);
    return true;
  }

  [[noreturn]] void keep(pid_t program) const {
    ::close_range(0, ~0U, 0);  // pipes and locks are the program's
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGUSR1);
    // All signals are blocked, so none is lost between a look and the next wait.
    for (int status = 0, signal = 0;; sigwait(&awaited, &signal)) {
      if (::getppid() != parent_) ::kill(0, SIGKILL);
      if (::waitpid(program, &status, WNOHANG) == program) end_as(status);
    }
  }

  [[noreturn]] static void end_as(int status) {
    if (WIFEXITED(status)) ::_exit(WEXITSTATUS(status));
    ::prctl(PR_SET_DUMPABLE, 0);  // no second core, and none of this process
    reset_signals();
    ::raise(WTERMSIG(status));
    ::_exit(128 + WTERMSIG(status));
  }

  bool redirect() const {
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return false;
    const int output = spec_.output >= 0 ? spec_.output : null;
    const int error = spec_.error >= 0 ? spec_.error : output;
    return ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
           ::dup2(error, STDERR_FILENO) >= 0;
  }

  bool pass_on() const {
    if (::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
    if (spec_.inherited < 0) return true;
    const int flags = ::fcntl(spec_.inherited, F_GETFD);
    if (flags < 0 || ::fcntl(spec_.inherited, F_SETFD, flags & ~FD_CLOEXEC) != 0) return false;
    return !spec_.write_pid_to_inherited || write_pid();
  }

  // printf is not async-signal-safe.
  bool write_pid() const {
    char text[16];
    std::size_t start = sizeof text;
    text[--start] = '\n';
    for (pid_t rest = ::getpid(); rest > 0; rest /= 10)
      text[--start] = static_cast<char>('0' + rest % 10);
    const std::size_t size = sizeof text - start;
    if (::ftruncate(spec_.inherited, 0) != 0) return false;
    return ::pwrite(spec_.inherited, text + start, size, 0) == static_cast<ssize_t>(size);
  }

  // The guard's handlers and mask are no business of a JVM.
  static bool reset_signals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal)
      ::sigaction(signal, &action, nullptr);  // KILL, STOP: EINVAL
    sigset_t none;
    sigemptyset(&none);
    return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
  }

  const process_spec& spec_;
  pid_t parent_;
};

// No handler of the parent's may run in the child before its dispositions are reset.
class all_signals_blocked {
 public:
  all_signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~all_signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  all_signals_blocked(const all_signals_blocked&) = delete;
  all_signals_blocked& operator=(const all_signals_blocked&) = delete;

 private:
  sigset_t before_{};
};

result<void> check(const process_spec& spec) {
  const auto refuse = [](const std::string& why) {
    return fail(status_code::invalid_argument, "cannot start a program: " + why);
  };
  if (spec.argv.empty() || !spec.argv.front().starts_with('/')) {
    return refuse("its path must be absolute");
  }
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (std::any_of(spec.argv.begin(), spec.argv.end(), has_nul) || has_nul(spec.directory)) {
    return refuse("an argument or its directory contains a NUL byte");
  }
  if (!spec.directory.starts_with('/')) return refuse("its working directory must be absolute");
  for (const auto& [name, value] : spec.environment) {
    if (name.empty() || name.find('=') != std::string::npos || has_nul(name) || has_nul(value)) {
      return refuse("the environment variable '" + first_line(name, 60) +
                    "' has an invalid name or value");
    }
  }
  if (spec.output == STDIN_FILENO) return refuse("its output cannot be standard input");
  if (spec.error >= 0 && spec.error <= STDERR_FILENO)
    return refuse("standard input, output and error cannot be the descriptor for its errors");
  if (spec.inherited >= 0 && spec.inherited <= STDERR_FILENO) {
    return refuse("standard input, output and error cannot be the inherited descriptor");
  }
  return {};
}

int reap(pid_t pid, int options, int& status) {
  int reaped = 0;
  do {
    reaped = ::waitpid(pid, &status, options);
  } while (reaped < 0 && errno == EINTR);
  return reaped;
}

error exec_error(int number, const process_spec& spec) {
  error e = errno_error(number, "start", spec.argv.front());
  if (number == ENOENT || number == ENOTDIR) {
    e.code = status_code::not_found;
    e.hint =
        "check that the program, its interpreter (first line of a script) and its working "
        "directory " +
        spec.directory + " exist";
  } else if (number == EACCES || number == EPERM) {
    struct stat status {};
    const bool directory =
        ::stat(spec.argv.front().c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    e.hint = directory ? "it is a directory; name the program in it"
                       : "check that this user may execute the program and enter " + spec.directory;
  } else if (number == ENOEXEC) {
    e.code = status_code::invalid_argument;
    e.hint =
        "the file is neither a binary for this machine nor a script with an interpreter in its "
        "first line";
  } else if (number == E2BIG) {
    e.code = status_code::invalid_argument;
    e.hint = "arguments and environment together are too long for the kernel";
  } else if (number == EAGAIN || number == ENOMEM) {
    e.code = status_code::resource_exhausted;
  }
  return e;
}

}  // namespace

struct process::implementation {
  pid_t pid = -1;
  unique_fd descriptor;
  std::optional<process_exit> end;
};

process::process(std::unique_ptr<implementation> started) : implementation_(std::move(started)) {}
process::process(process&&) noexcept = default;

process& process::operator=(process&& other) noexcept {
  std::swap(implementation_, other.implementation_);  // what ran here before ends with `other`
  return *this;
}

process::~process() {
  if (!implementation_ || implementation_->end) return;
  signal_group(SIGKILL);
  int status = 0;
  reap(implementation_->pid, 0, status);
}

result<process> process::spawn(const process_spec& spec) {
  if (auto valid = check(spec); !valid) return fail(std::move(valid.error()));
  std::vector<std::string> variables;
  variables.reserve(spec.environment.size());
  for (const auto& [name, value] : spec.environment)
    variables.push_back(fmt::format("{}={}", name, value));
  std::vector<const char*> environment;
  environment.reserve(variables.size() + 1);
  for (const std::string& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);

  auto started = std::make_unique<implementation>();
  process_v2::error_code failed;
  {
    const all_signals_blocked quiet;
    boost::asio::io_context context(1);
    process_v2::posix::default_launcher launcher;
    launcher.env = environment.data();
    const std::vector<std::string> arguments(spec.argv.begin() + 1, spec.argv.end());
    auto running =
        launcher(context.get_executor(), failed, process_v2::filesystem::path(spec.argv.front()),
                 arguments, child_setup(spec, ::getpid()));
    started->pid = launcher.pid;
    running.detach();  // else its destructor would kill the child
  }
  int status = 0;
  if (failed) {
    if (started->pid > 0) reap(started->pid, 0, status);
    return fail(exec_error(failed.value(), spec));
  }
  started->descriptor = unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, started->pid, 0)));
  if (!started->descriptor) {
    const error e = errno_error(errno, "watch the process of", spec.argv.front());
    ::kill(-started->pid, SIGKILL);
    reap(started->pid, 0, status);
    return fail(e);
  }
  return process(std::move(started));
}

int process::pid() const { return implementation_->pid; }
int process::descriptor() const { return implementation_->descriptor.get(); }

bool process::ended() const {
  if (implementation_->end) return true;
  pollfd state{implementation_->descriptor.get(), POLLIN, 0};
  return ::poll(&state, 1, 0) == 1;
}

std::optional<process_exit> process::try_reap() {
  if (implementation_->end) return implementation_->end;
  int status = 0;
  const int reaped = reap(implementation_->pid, WNOHANG, status);
  if (reaped == 0) return std::nullopt;
  process_exit end;
  if (reaped > 0 && WIFEXITED(status)) end.code = WEXITSTATUS(status);
  if (reaped > 0 && WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  // reaped < 0: somebody else's wait took it; it has ended, how is not known (code -1).
  implementation_->end = end;
  return end;
}

void process::signal_group(int signal) { ::kill(-implementation_->pid, signal); }

}  // namespace dm::io
