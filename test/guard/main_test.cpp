// The program flink-guard as supervisord sees it: options, exit codes, signals, and its sudden
// death.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "guard/client_lock.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::guard_exit_usage;
using dm::component::outcome;

namespace {

using arguments = std::vector<std::string>;

class guard_process {
 public:
  guard_process(const std::vector<std::string>& options, const std::string& output) {
    std::vector<std::string> words = {DM_FLINK_GUARD};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      ::dup2(file, 1);
      ::dup2(file, 2);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~guard_process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void signal(int number) const { ::kill(pid_, number); }
  bool runs() const { return alive(pid_); }
  // Its exit code; minus the signal that ended it.
  int end() {
    int status = 0;
    REQUIRE(eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }));
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = 0;
};

// The program with a spec file in the surroundings' directory.
struct program : surroundings {
  program() {
    const passwd* self = ::getpwuid(::geteuid());
    REQUIRE(self != nullptr);
    spec.user = self->pw_name;
  }
  arguments options() {
    std::ofstream(directory / "guard.json") << to_json(spec);
    arguments words = {"--spec", directory / "guard.json", "--user", spec.user, "--"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }
  std::string output() const { return file_content(directory / "output"); }
  int said(const std::string& what) const {  // how many lines of its output contain it
    std::istringstream lines(output());
    int count = 0;
    for (std::string line; std::getline(lines, line);)
      count += line.find(what) != std::string::npos ? 1 : 0;
    return count;
  }
  int run(const arguments& words) { return guard_process(words, directory / "output").end(); }
};

}  // namespace

TEST_CASE("help and version say what the program is") {
  program p;
  CHECK(p.run({"--help"}) == 0);
  for (const char* word :
       {"--spec", "--user", "@incarnation@", "SIGTERM", "guard.log", "Exit codes"}) {
    CAPTURE(word);
    CHECK(p.output().find(word) != std::string::npos);
  }
  CHECK(p.run({"--version"}) == 0);
  CHECK(p.output().find("flink-guard 1.") != std::string::npos);
}

TEST_CASE("wrong options are exit code 2, with the reason") {
  program p;
  CHECK(p.run({}) == guard_exit_usage);
  CHECK(p.run({"--spec", "/x"}) == guard_exit_usage);
  CHECK(p.run({"--spec", "/x", "--"}) == guard_exit_usage);
  CHECK(p.run({"--nonsense", "--", "/bin/true"}) == guard_exit_usage);
}

TEST_CASE("wrong options under supervisord: no end before a pause, since it starts again at once") {
  program p;
  ::setenv("SUPERVISOR_ENABLED", "1", 1);
  guard_process guard({"--nonsense"}, p.directory / "output");
  ::unsetenv("SUPERVISOR_ENABLED");
  REQUIRE(eventually([&] { return p.output().find("--spec") != std::string::npos; }));
  CHECK(guard.runs());
  guard.signal(SIGTERM);
  CHECK(guard.end() == guard_exit_usage);
}

TEST_CASE("a guard.json that cannot be read is waited for, whatever is wrong with it") {
  program p;
  p.want();
  const arguments words = p.options();
  const std::string good = file_content(p.directory / "guard.json");
  std::string found = GENERATE(as<std::string>{}, "", "{\"schema\":1}", "{\"schema\":999}");
  CAPTURE(found);
  if (found.empty()) {
    std::filesystem::remove(p.directory / "guard.json");
  } else {
    std::ofstream(p.directory / "guard.json") << found;
  }
  guard_process guard(words, p.directory / "output");
  REQUIRE(eventually([&] { return p.output().find("guard.json") != std::string::npos; }));
  // supervisord keeps nothing of its output: an operator is told of guard.log.
  REQUIRE(eventually([&] { return p.guard_log().find("guard.json") != std::string::npos; }));
  CHECK(guard.runs());
  std::ofstream(p.directory / "guard.json.new") << good;
  std::filesystem::rename(p.directory / "guard.json.new", p.directory / "guard.json");
  REQUIRE(eventually([&] { return p.live_ids().size() == 1; }));
  p.finish(p.live_ids().front(), "SUCCEEDED");
  CHECK(guard.end() == guard_exit_done);
}

TEST_CASE("a user that is not known is waited for: a directory service may not be up yet") {
  program p;
  arguments words = p.options();
  words[3] = "no-such-user-here";
  guard_process guard(words, p.directory / "output");
  // Said more than once, and with a pause: neither an end for good nor a storm.
  REQUIRE(eventually([&] { return p.said("no-such-user-here") >= 2; }));
  CHECK(p.said("no-such-user-here") <= 4);
  CHECK(guard.runs());
  guard.signal(SIGTERM);
  CHECK(guard.end() == guard_exit_done);
}

TEST_CASE("directories that are not there yet are waited for") {
  program p;
  p.want();
  const std::string missing = GENERATE(as<std::string>{}, "logs", "work");
  std::filesystem::remove_all(p.directory / missing);
  guard_process guard(p.options(), p.directory / "output");
  REQUIRE(eventually([&] { return p.said(missing + "/guard.lo") >= 1; }));
  CHECK(guard.runs());
  std::filesystem::create_directory(p.directory / missing);
  REQUIRE(eventually([&] { return p.live_ids().size() == 1; }));
  p.finish(p.live_ids().front(), "SUCCEEDED");
  CHECK(guard.end() == guard_exit_done);
}

TEST_CASE("a whole life: submitted, followed, completed") {
  program p;
  p.want();
  guard_process guard(p.options(), p.directory / "output");
  REQUIRE(eventually([&] { return p.live_ids().size() == 1; }));
  p.finish(p.live_ids().front(), "SUCCEEDED");
  CHECK(guard.end() == guard_exit_done);
  CHECK(p.end_of(2)->outcome == outcome::completed);
  CHECK(p.guard_log().find("ends with exit code 0") != std::string::npos);
}

TEST_CASE("SIGTERM and SIGINT end the guard and leave the job") {
  program p;
  p.want();
  guard_process guard(p.options(), p.directory / "output");
  REQUIRE(eventually([&] { return p.log().applications.contains(2); }));
  guard.signal(GENERATE(SIGTERM, SIGINT));
  CHECK(guard.end() == guard_exit_done);
  CHECK(p.live_ids().size() == 1);
}

TEST_CASE("SIGTERM during a submission ends the client first") {
  program p;
  std::atomic<bool> release{false};
  p.on_submit([&](const arguments&) {
    eventually([&] { return release.load(); });
    return client_end{};
  });
  p.want();
  guard_process guard(p.options(), p.directory / "output");
  REQUIRE(eventually([&] { return p.submissions() == 1; }));
  guard.signal(SIGTERM);
  CHECK(guard.end() == guard_exit_done);
  CHECK_FALSE(dm::guard::client_lives(p.spec.work_directory).value());
  release = true;
}

TEST_CASE("kill -9 of the guard while a job runs: the next one adopts it") {
  program p;
  p.want();
  {
    guard_process guard(p.options(), p.directory / "output");
    REQUIRE(eventually([&] { return p.log().applications.contains(2); }));
    guard.signal(SIGKILL);
    CHECK(guard.end() == -SIGKILL);
  }
  const std::string id = p.live_ids().front();
  const bool over = GENERATE(false, true);
  if (over) p.finish(id, "SUCCEEDED");  // it ends while no guard is there
  guard_process next(p.options(), p.directory / "output");
  if (!over) {
    REQUIRE(eventually([&] { return p.guard_log().find("adopting") != std::string::npos; }));
    CHECK(p.live_ids() == arguments{id});
    p.finish(id, "SUCCEEDED");
  }
  CHECK(next.end() == guard_exit_done);
  CHECK(p.end_of(2)->outcome == outcome::completed);
  CHECK(p.submissions() == 1);
}

TEST_CASE(
    "kill -9 of the guard while its client is submitting, behind a wrapper that does not exec "
    "(INV-1)") {
  program p;
  p.spec.job_type = dm::component::job_type::batch;
  const std::string wrapper = p.directory / "flink";
  std::ofstream(wrapper) << "#!/bin/sh\n" << DM_FAKE_CLIENT << " \"$@\"\nexit $?\n";
  std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
  p.command.front() = wrapper;
  std::atomic<bool> release{false};
  const bool submitted = GENERATE(false, true);
  p.on_submit([&](const arguments& argv) {
    client_end end;
    if (submitted) end = p.submit(argv);
    eventually([&] { return release.load(); });
    return end;
  });
  p.want();
  {
    guard_process guard(p.options(), p.directory / "output");
    REQUIRE(eventually(
        [&] { return p.submissions() == 1 && (!submitted || p.live_ids().size() == 1); }));
    guard.signal(SIGKILL);
    CHECK(guard.end() == -SIGKILL);
  }
  // The wrapper has died with its guard, what it wraps lives on.
  CHECK(dm::guard::client_lives(p.spec.work_directory).value());
  p.on_submit(nullptr);
  guard_process next(p.options(), p.directory / "output");
  REQUIRE(eventually([&] {
    return p.live_ids().size() == 1 &&
           p.guard_log().rfind("application RUNNING") != std::string::npos;
  }));
  release = true;
  CHECK(p.submissions() == (submitted ? 1 : 2));
  CHECK(p.log().newest_incarnation()->number == (submitted ? 2 : 3));
  p.finish(p.live_ids().front(), "SUCCEEDED");
  CHECK(next.end() == guard_exit_done);
  CHECK(p.yarn().applications().size() == 1);
  CHECK(p.end_of(submitted ? 2 : 3)->outcome == outcome::completed);
}

TEST_CASE(
    "a second guard beside a living one takes its place: one of them, one application (INV-1)") {
  program p;
  p.want();
  guard_process orphan(p.options(), p.directory / "output");
  REQUIRE(eventually([&] { return p.log().applications.contains(2); }));
  const std::string id = p.live_ids().front();
  guard_process next(p.options(), p.directory / "output");
  CHECK(orphan.end() == guard_exit_done);
  REQUIRE(eventually([&] { return p.guard_log().find("adopting") != std::string::npos; }));
  CHECK(p.live_ids() == arguments{id});
  p.finish(id, "SUCCEEDED");
  CHECK(next.end() == guard_exit_done);
  CHECK(p.submissions() == 1);
}
