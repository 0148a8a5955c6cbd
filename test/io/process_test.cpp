// Child processes of the guard: what they inherit, how they end, what dies with whom (D-30).
#include "io/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "io/file.h"
#include "temporary_directory.h"

using namespace dm::io;
using dm::status_code;
using dm::test::temporary_directory;

namespace {

process_spec shell(const std::string& script, const temporary_directory& directory) {
  process_spec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.directory = directory.path();
  return spec;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Waits, as the guard does, for the pidfd; a minute is no expectation but the end of the test.
process_exit wait_for(process& child) {
  pollfd ended{child.descriptor(), POLLIN, 0};
  REQUIRE(::poll(&ended, 1, 60'000) == 1);
  const auto end = child.try_reap();
  REQUIRE(end);
  return *end;
}

template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Gone, or a zombie that only its parent can take away.
bool is_dead(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return true;
  return text.substr(text.rfind(')') + 2, 1) == "Z";
}

pid_t pid_in(const std::string& path) {
  pid_t pid = 0;
  eventually([&] {
    std::istringstream(content_of(path)) >> pid;
    return pid > 0 && content_of(path).ends_with('\n');
  });
  return pid;
}

}  // namespace

TEST_CASE(
    "a child runs with exactly the arguments, environment, directory and output it was given") {
  const temporary_directory directory;
  const unique_fd output(::open((directory / "out").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  ::setenv("DM_TEST_SECRET", "leak", 1);
  process_spec spec;
  spec.argv = {"/bin/sh",
               "-c",
               "printf '%s|' \"$@\"; pwd; env | grep -v '^PWD=' | sort; cat; echo err >&2; exit 7",
               "sh",
               "a b",
               "$(x)",
               ";",
               ""};
  spec.environment = {{"PATH", "/usr/bin:/bin"}, {"X", "a b=c"}};
  spec.directory = directory.path();
  spec.output = output.get();
  auto child = process::spawn(spec);
  REQUIRE(child);
  const auto end = wait_for(*child);
  CHECK(end.code == 7);
  CHECK_FALSE(end.success());
  const std::string text = content_of(directory / "out");
  CHECK(text.find("a b|$(x)|;||" + directory.path() + "\n") == 0);
  CHECK(text.find("X=a b=c\n") != std::string::npos);
  CHECK(text.find("DM_TEST_SECRET") == std::string::npos);
  CHECK(text.ends_with("err\n"));
  ::unsetenv("DM_TEST_SECRET");
}

TEST_CASE("the end is told once it has come, and again when asked again") {
  const temporary_directory directory;
  auto child = process::spawn(shell("sleep 60", directory));
  REQUIRE(child);
  CHECK_FALSE(child->try_reap());
  child->signal_group(SIGTERM);
  CHECK(wait_for(*child).signal == SIGTERM);
  CHECK(child->try_reap()->signal == SIGTERM);
  auto quick = process::spawn(shell("exit 0", directory));
  REQUIRE(quick);
  CHECK(wait_for(*quick).success());
}

TEST_CASE("a program that cannot be started is an error that says why, and leaves no zombie") {
  const temporary_directory directory;
  std::ofstream(directory / "plain") << "x";
  std::ofstream(directory / "garbage") << "x";
  ::chmod((directory / "garbage").c_str(), 0755);
  std::ofstream(directory / "no-interpreter") << "#!/no/such/interpreter\n";
  ::chmod((directory / "no-interpreter").c_str(), 0755);
  process_spec spec = shell("", directory);
  const auto code = [&](const std::string& path) {
    spec.argv = {path};
    const auto child = process::spawn(spec);
    REQUIRE_FALSE(child);
    CHECK(child.error().message.find(path) != std::string::npos);
    return child.error().code;
  };
  spec.argv = {directory.path()};
  const auto folder = process::spawn(spec);
  REQUIRE_FALSE(folder);
  CHECK(folder.error().code == status_code::permission_denied);
  CHECK(folder.error().hint.starts_with("it is a directory"));
  CHECK(code(directory / "absent") == status_code::not_found);
  CHECK(code(directory / "no-interpreter") == status_code::not_found);
  CHECK(code(directory / "plain") == status_code::permission_denied);
  CHECK(code(directory / "garbage") == status_code::invalid_argument);
  spec.directory = directory / "absent";
  CHECK(code("/bin/true") == status_code::not_found);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // no child, dead or alive
  CHECK(errno == ECHILD);
}

namespace {
void mark_exit() {
  if (const char* path = ::getenv("DM_TEST_EXIT_MARK"))
    ::close(::open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}
}  // namespace

TEST_CASE("a failed exec runs none of this process's exit handlers") {
  const temporary_directory directory;
  static const int registered = std::atexit(mark_exit);
  REQUIRE(registered == 0);
  ::setenv("DM_TEST_EXIT_MARK", (directory / "mark").c_str(), 1);
  process_spec spec = shell("", directory);
  spec.argv = {"/no/such/program"};
  CHECK_FALSE(process::spawn(spec));
  ::unsetenv("DM_TEST_EXIT_MARK");
  CHECK_FALSE(std::filesystem::exists(directory / "mark"));
}

TEST_CASE("what makes no sense is refused before anything is started") {
  const temporary_directory directory;
  const process_spec good = shell("exit 0", directory);
  const auto refused = [&](auto change) {
    process_spec spec = good;
    change(spec);
    const auto child = process::spawn(spec);
    return !child && child.error().code == status_code::invalid_argument;
  };
  CHECK(refused([](process_spec& s) { s.argv.clear(); }));
  CHECK(refused([](process_spec& s) { s.argv[0] = "sh"; }));
  CHECK(refused([](process_spec& s) { s.argv[2] = std::string("a\0b", 3); }));
  CHECK(refused([](process_spec& s) { s.directory = "relative"; }));
  CHECK(refused([](process_spec& s) { s.environment.emplace_back("A=B", "c"); }));
  CHECK(refused([](process_spec& s) { s.environment.emplace_back("", "c"); }));
  CHECK(refused([](process_spec& s) { s.inherited = 1; }));
  CHECK(refused([](process_spec& s) { s.output = 0; }));
}

TEST_CASE(
    "a child inherits standard streams and the one descriptor that is passed on, nothing else") {
  const temporary_directory directory;
  // Not close-on-exec, as a careless library leaves them.
  const unique_fd low(::open("/etc/passwd", O_RDONLY));
  const unique_fd lock(::open((directory / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  const unique_fd between(::open("/etc/passwd", O_RDONLY));
  const unique_fd high(::fcntl(low.get(), F_DUPFD, 900));
  const unique_fd output(::open((directory / "out").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  process_spec spec =
      // A glob would open the directory, and show that.
      shell("i=0; while [ $i -lt 1024 ]; do [ -e /proc/$$/fd/$i ] && echo $i; i=$((i+1)); done",
            directory);
  spec.output = output.get();
  spec.inherited = lock.get();
  auto child = process::spawn(spec);
  REQUIRE(child);
  CHECK(wait_for(*child).success());
  std::istringstream text(content_of(directory / "out"));
  std::set<int> open;
  for (int fd = 0; text >> fd;) open.insert(fd);
  CHECK(open == std::set<int>{0, 1, 2, lock.get()});
}

TEST_CASE("the lock names its holder, and is held as long as a child of the child lives") {
  const temporary_directory directory;
  const std::string path = directory / "lock";
  unique_fd lock(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  REQUIRE(::write(lock.get(), "99999999999 old holder\n", 23) == 23);
  process_spec spec = shell("sleep 60 & echo $! > pid; exit 0", directory);
  spec.inherited = lock.get();
  auto child = process::spawn(spec);
  REQUIRE(child);
  CHECK(content_of(path) == std::to_string(child->pid()) + "\n");
  lock = unique_fd();
  CHECK(wait_for(*child).success());
  const pid_t grandchild = pid_in(directory / "pid");
  REQUIRE(grandchild > 0);
  const unique_fd again(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  CHECK(::flock(again.get(), LOCK_EX | LOCK_NB) == -1);
  CHECK(::getpgid(grandchild) == child->pid());
  ::kill(-child->pid(), SIGKILL);
  CHECK(eventually([&] { return ::flock(again.get(), LOCK_EX | LOCK_NB) == 0; }));
}

TEST_CASE("a signal goes to the whole group of a wrapper script that does not exec") {
  const temporary_directory directory;
  auto child = process::spawn(shell("/bin/sh -c 'echo $$ > pid; sleep 60; true'; true", directory));
  REQUIRE(child);
  const pid_t inner = pid_in(directory / "pid");
  REQUIRE(inner > 0);
  CHECK(inner != child->pid());
  CHECK(::getsid(inner) == child->pid());
  child->signal_group(SIGKILL);
  CHECK(wait_for(*child).signal == SIGKILL);
  CHECK(eventually([&] { return is_dead(inner); }));
}

TEST_CASE("a process object that goes takes the group with it") {
  const temporary_directory directory;
  pid_t pid = 0;
  pid_t inner = 0;
  {
    auto child = process::spawn(shell("sleep 60 & echo $! > pid; wait", directory));
    REQUIRE(child);
    pid = child->pid();
    inner = pid_in(directory / "pid");
    process moved = std::move(*child);
    CHECK(moved.pid() == pid);
  }
  CHECK(::kill(pid, 0) == -1);  // reaped, too
  CHECK(eventually([&] { return is_dead(inner); }));
}

TEST_CASE("a child dies with the thread that made it, its own children do not") {
  const temporary_directory directory;
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    auto child =
        process::spawn(shell("sleep 60 & echo $! > grandchild; echo $$ > child; wait", directory));
    while (child) ::pause();
    ::_exit(1);
  }
  const pid_t child = pid_in(directory / "child");
  const pid_t grandchild = pid_in(directory / "grandchild");
  REQUIRE(child > 0);
  REQUIRE(grandchild > 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(eventually([&] { return is_dead(child); }));
  CHECK_FALSE(is_dead(grandchild));
  ::kill(grandchild, SIGKILL);
}

TEST_CASE("with the group kept, all that a child has started dies with the parent, too") {
  const temporary_directory directory;
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    process_spec spec =
        shell("sleep 60 & echo $! > grandchild; echo $$ > child; sleep 60; true", directory);
    spec.group_dies_with_parent = true;
    auto child = process::spawn(spec);
    while (child) ::pause();
    ::_exit(1);
  }
  const pid_t child = pid_in(directory / "child");
  const pid_t grandchild = pid_in(directory / "grandchild");
  REQUIRE(child > 0);
  REQUIRE(grandchild > 0);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(eventually([&] { return is_dead(child); }));
  CHECK(eventually([&] { return is_dead(grandchild); }));
}

TEST_CASE("a kept group ends, is signalled and is told of as any other") {
  const temporary_directory directory;
  const auto end = [&](const std::string& script, int signal = 0) {
    process_spec spec = shell(script, directory);
    spec.group_dies_with_parent = true;
    auto child = process::spawn(spec);
    REQUIRE(child);
    if (signal != 0) child->signal_group(signal);
    return wait_for(*child);
  };
  CHECK(end("exit 0").success());
  CHECK(end("exit 7").code == 7);
  // Nobody but the program is concerned, whoever sends them.
  CHECK(end("kill -USR1 $PPID; kill -TERM $PPID; kill -CHLD $PPID; exit 7").code == 7);
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV, SIGUSR1, SIGPIPE}) {
    CHECK(end("kill -" + std::to_string(signal) + " $$; exit 1").signal == signal);
    CHECK(end("exec sleep 60", signal).signal == signal);
  }
  CHECK_FALSE(std::filesystem::exists(directory / "core"));
  process_spec spec = shell("", directory);
  spec.group_dies_with_parent = true;
  spec.argv = {directory / "absent"};
  const auto absent = process::spawn(spec);
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == status_code::not_found);
  pid_t inner = 0;
  {
    spec = shell("echo $$ > pid; sleep 60; true", directory);
    spec.group_dies_with_parent = true;
    auto child = process::spawn(spec);
    REQUIRE(child);
    inner = pid_in(directory / "pid");
    CHECK(::getpgid(inner) == child->pid());
  }
  CHECK(eventually([&] { return is_dead(inner); }));
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE(
    "a child starts with no signal blocked, ignored or handled, and the parent's mask stays") {
  const temporary_directory directory;
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const unique_fd output(::open((directory / "out").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  process_spec spec = shell("", directory);
  spec.argv = {"/bin/cat", "/proc/self/status"};
  spec.output = output.get();
  auto child = process::spawn(spec);
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, &before, &after);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGHUP, SIG_DFL);
  REQUIRE(child);
  CHECK(wait_for(*child).success());
  const std::string status = content_of(directory / "out");
  for (const char* line : {"SigBlk:\t0000000000000000\n", "SigIgn:\t0000000000000000\n",
                           "SigCgt:\t0000000000000000\n"}) {
    INFO(status);
    CHECK(status.find(line) != std::string::npos);
  }
  CHECK(sigismember(&after, SIGINT) == 1);
  CHECK(sigismember(&after, SIGUSR1) == 0);
}

TEST_CASE("spawning and ending leaves no descriptor behind") {
  const temporary_directory directory;
  const auto open_descriptors = [] {
    int count = 0;
    for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return count;
  };
  const int before = open_descriptors();
  for (int i = 0; i < 5; ++i) {
    auto child = process::spawn(shell("exit 0", directory));
    REQUIRE(child);
    CHECK((::fcntl(child->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
    wait_for(*child);
    process_spec wrong = shell("", directory);
    wrong.argv = {"/no/such/program"};
    CHECK_FALSE(process::spawn(wrong));
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("standard error can go its own way, and an end can be seen before it is reaped") {
  temporary_directory directory;
  const unique_fd output(::open((directory / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const unique_fd errors(::open((directory / "err").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  process_spec spec = shell("echo here; echo there >&2; exit 3", directory);
  spec.output = output.get();
  spec.error = errors.get();
  auto child = process::spawn(spec);
  REQUIRE(child);
  CHECK(eventually([&] { return child->ended(); }));
  CHECK(child->try_reap()->code == 3);
  CHECK(child->ended());
  CHECK(content_of(directory / "out") == "here\n");
  CHECK(content_of(directory / "err") == "there\n");
  spec.error = 1;
  CHECK(process::spawn(spec).error().code == status_code::invalid_argument);
}
