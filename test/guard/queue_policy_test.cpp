// The queue policy: what a program answers, and everything that it can do instead; and what the
// guard makes of it.
#include "guard/queue_policy.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::guard_exit_done;
using dm::component::queue_answer;
using dm::component::queue_word;
using dm::guard::ask_queue_policy;
using dm::guard::policy_question;
namespace fs = std::filesystem;
namespace io = dm::io;

namespace {

// Whole before it can be run.
void write_program(const std::string& path, const std::string& script) {
  std::ofstream(path + ".new") << "#!/bin/sh\n" << script << "\n";
  fs::permissions(path + ".new", fs::perms::owner_all);
  fs::rename(path + ".new", path);
}

struct policy {
  temporary_directory directory;
  policy_question question{directory / "policy", "", "pnda", directory.path(),
                           io::milliseconds(60'000)};

  queue_answer says(const std::string& script, const std::string& requested = "") {
    write_program(question.program, script);
    return ask(requested);
  }
  queue_answer ask(const std::string& requested = "") {
    question.requested = requested;
    io::http_client wait;
    auto answer = ask_queue_policy({}, wait, question);
    REQUIRE(answer);
    return *answer;
  }
};

bool finds(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

bool running(surroundings& s) {
  return eventually([&] { return s.live_ids().size() == 1; });
}

void finish_all(surroundings& s) {
  for (const std::string& id : s.live_ids()) s.finish(id, "SUCCEEDED");
}

// A guard whose policy is a script; each call of it leaves a line with its arguments.
struct with_policy : surroundings {
  with_policy() { spec.queue_policy = directory / "policy"; }
  void policy(const std::string& script) const {
    write_program(spec.queue_policy, "echo \"$# $*\" >> '" + calls_file() + "'\n" + script);
  }
  std::string calls_file() const { return directory / "calls"; }
  std::size_t calls() const {
    const std::string text = file_content(calls_file());
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

}  // namespace

TEST_CASE("a policy prints a queue, whatever else it says on its standard error") {
  policy p;
  const queue_answer answer = p.says("echo 'id: no name for group 7' >&2; echo root.prod");
  CHECK(answer.word == queue_word::queue);
  CHECK(answer.queue == "root.prod");
  CHECK(answer.text == "id: no name for group 7");
  CHECK(p.says("printf ' root.prod \\r\\n\\n'").queue == "root.prod");
  CHECK(p.says("printf root.prod").queue == "root.prod");
}

TEST_CASE("the requested queue is its only argument, and none without a request") {
  policy p;
  CHECK(p.says("test $# -eq 1 && echo \"$1\"", "root.a").queue == "root.a");
  CHECK(p.says("test $# -eq 0 && echo none").queue == "none");
  CHECK(p.says("echo other", "root.a").queue == "other");
}

TEST_CASE(
    "a policy sees the node's environment, not the component's, and stands in its directory") {
  policy p;
  ::setenv("DM_TEST_LEAK", "1", 1);
  p.says("env | cut -d= -f1 | sort > variables; pwd -P > where; echo q");
  ::unsetenv("DM_TEST_LEAK");
  const std::string variables = file_content(p.directory / "variables");
  CHECK_FALSE(finds(variables, "DM_TEST_LEAK"));
  for (const char* name : {"HOME\n", "LANG\n", "LOGNAME\n", "PATH\n", "USER\n"})
    CHECK(finds(variables, name));
  CHECK(file_content(p.directory / "where") == fs::canonical(p.directory.path()).string() + "\n");
}

TEST_CASE("its three refusals are told apart by exit code, with its own words") {
  policy p;
  const std::vector<std::pair<int, queue_word>> rows = {
      {1, queue_word::no_map}, {2, queue_word::no_rule}, {3, queue_word::not_allowed}};
  for (const auto& [code, word] : rows) {
    const queue_answer answer = p.says("echo \"no luck\"; exit " + std::to_string(code), "root.a");
    CHECK(answer.word == word);
    CHECK(answer.refused());
    CHECK(answer.text == "no luck");
    CHECK(answer.queue.empty());
    CHECK(finds(described(answer), "no luck"));
  }
  CHECK(p.says("echo 'by the other way' >&2; exit 2").text == "by the other way");
  CHECK(p.says("exit 3").refused());
}

TEST_CASE("the words of a policy are bounded, one line, without secrets and terminal commands") {
  policy p;
  const queue_answer answer = p.says(
      "printf 'first\\nsecond \\033[2J password=hunter2\\n'; "
      "head -c 20000 /dev/zero | tr '\\0' x; exit 3");
  CHECK(answer.word == queue_word::not_allowed);
  CHECK(answer.text.size() < 1000);
  CHECK(answer.text.find_first_of("\n\033") == std::string::npos);
  CHECK_FALSE(finds(answer.text, "hunter2"));
}

TEST_CASE("what is no answer says nothing: each kind with its words (INV-10)") {
  policy p;
  p.question.limit = io::milliseconds(60'000);
  struct row {
    std::string script;
    std::string words;
  };
  const std::vector<row> rows = {
      {"exit 0", "printed no queue"},
      {"echo", "printed no queue"},
      {"echo a; echo b", "more than one line"},
      {"echo 'root.a b'", "no YARN queue"},
      {"echo --help", "no YARN queue"},
      {"printf 'q\\033[2J'", "no YARN queue"},
      {"exit 4", "exit code 4"},
      {"no-such-command-here", "exit code 127"},
      {"kill -9 $$", "signal 9"},
      {"kill -TERM $$", "signal 15"},
      {"head -c 10000000 /dev/zero", "64 KiB"},
      {"head -c 10000000 /dev/zero >&2; echo root.a", "64 KiB"},
  };
  for (const row& one : rows) {
    INFO(one.script);
    const queue_answer answer = p.says(one.script, "root.a");
    INFO(answer.text);
    CHECK(answer.word == queue_word::not_told);
    CHECK_FALSE(answer.refused());
    CHECK(answer.queue.empty());
    CHECK(finds(answer.text, one.words));
    CHECK(answer.text.find('\033') == std::string::npos);
  }
}

TEST_CASE("a policy that cannot be run says nothing") {
  policy p;
  CHECK(p.ask().word == queue_word::not_told);
  CHECK(finds(p.ask().text, p.question.program));
  std::ofstream(p.question.program) << "neither a binary nor a script";
  fs::permissions(p.question.program, fs::perms::owner_read);
  CHECK(p.ask().word == queue_word::not_told);
  fs::permissions(p.question.program, fs::perms::owner_all);
  CHECK(p.ask().word == queue_word::not_told);
  fs::remove(p.question.program);
  fs::create_directory(p.question.program);
  CHECK(p.ask().word == queue_word::not_told);
}

TEST_CASE("a policy that hangs is ended in its time, with all that it has started") {
  policy p;
  p.question.limit = io::milliseconds(300);
  const auto begun = std::chrono::steady_clock::now();
  const queue_answer answer = p.says("echo $$ > leader; sleep 1000 & echo $! > child; wait");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(60));
  CHECK(answer.word == queue_word::not_told);
  CHECK(finds(answer.text, "0.3 s"));
  const auto gone = [&](const char* name) {
    return eventually([&] { return !alive(std::atoi(file_content(p.directory / name).c_str())); });
  };
  CHECK(gone("leader"));
  CHECK(gone("child"));
}

TEST_CASE("what a policy leaves behind holds nothing up: its answer counts, and it is ended") {
  policy p;
  const queue_answer answer = p.says("sleep 1000 & echo $! > child; echo root.a");
  CHECK(answer.queue == "root.a");
  CHECK(eventually([&] { return !alive(std::atoi(file_content(p.directory / "child").c_str())); }));
}

TEST_CASE("a policy dies with a guard that is killed, with all that it has started") {
  policy p;
  write_program(p.question.program,
                "echo $$ > leader; sleep 1000 & echo $! > child; sleep 1000; echo root.a");
  const pid_t guard = ::fork();
  REQUIRE(guard >= 0);
  if (guard == 0) {
    io::http_client wait;
    (void)ask_queue_policy({}, wait, p.question);
    ::_exit(1);
  }
  const auto pid = [&](const char* name) {
    return std::atoi(file_content(p.directory / name).c_str());
  };
  CHECK(eventually([&] { return finds(file_content(p.directory / "child"), "\n"); }));
  ::kill(guard, SIGKILL);
  ::waitpid(guard, nullptr, 0);
  for (const char* name : {"leader", "child"}) {
    INFO(name);
    REQUIRE(pid(name) > 0);
    CHECK(eventually([&] { return !alive(pid(name)); }));
    if (alive(pid(name))) ::kill(pid(name), SIGKILL);
  }
}

TEST_CASE("who is told to end does not wait for a policy, and leaves none behind") {
  policy p;
  write_program(p.question.program, "echo $$ > leader; sleep 1000");
  io::cancellation cancel;
  std::thread later([&] {
    eventually([&] { return finds(file_content(p.directory / "leader"), "\n"); });
    cancel.cancel();
  });
  io::http_client wait;
  const auto answer =
      ask_queue_policy(io::operation(io::steady_time::max(), &cancel), wait, p.question);
  later.join();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == dm::status_code::cancelled);
  CHECK(
      eventually([&] { return !alive(std::atoi(file_content(p.directory / "leader").c_str())); }));
}

TEST_CASE("a guard asks the policy once for each submission, and the job goes where it says") {
  with_policy s;
  s.spec.queue_requested = "prod";
  s.policy("echo root.applications.$1");
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(s.last_argument("yarn.application.queue=") ==
        "yarn.application.queue=root.applications.prod");
  CHECK(s.calls() == 1);
  CHECK(file_content(s.calls_file()) == "1 prod\n");
  const auto record = *s.log().newest_incarnation();
  REQUIRE(record.queue_policy);
  CHECK(record.queue_policy->word == queue_word::queue);
  CHECK(record.queue_policy->queue == "root.applications.prod");
  CHECK(record.queue_policy->requested == "prod");
  CHECK(finds(s.guard_log(), "answered root.applications.prod to the requested prod"));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("without a policy none is asked, and no queue is added") {
  surroundings s;
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(s.last_argument("yarn.application.queue=").empty());
  CHECK_FALSE(s.log().newest_incarnation()->queue_policy);
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a refusal without a request: the node's default, else YARN's, and that is said") {
  with_policy s;
  s.spec.queue_default = GENERATE("", "root.misc");
  const int code = GENERATE(1, 2);
  s.policy("echo 'Error: no matching rule.'; exit " + std::to_string(code));
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(file_content(s.calls_file()) == "0 \n");
  CHECK(s.last_argument("yarn.application.queue=") ==
        (s.spec.queue_default.empty() ? "" : "yarn.application.queue=root.misc"));
  const auto record = *s.log().newest_incarnation();
  REQUIRE(record.queue_policy);
  CHECK(record.queue_policy->refused());
  CHECK(record.queue_policy->queue == s.spec.queue_default);
  CHECK(record.queue_policy->text == "Error: no matching rule.");
  CHECK(finds(s.guard_log(), "Error: no matching rule."));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE(
    "a refusal of a requested queue submits nothing, in the policy's words, until it is lifted") {
  with_policy s;
  s.spec.queue_requested = "prod";
  s.spec.queue_default = "root.misc";
  s.spec.restart_attempts = 0;
  s.spec.respawn = GENERATE(dm::component::respawn::on_failure, dm::component::respawn::never);
  s.policy("echo 'Error: No matching queue.'; exit 3");
  s.want();
  s.start();
  // More often than any budget has it.
  REQUIRE(eventually([&] { return s.log().ends.size() >= 4; }));
  CHECK(s.submissions() == 0);
  const dm::component::end_fact end = s.log().ends.begin()->second;
  CHECK(end.decision == decision::restart);
  CHECK(end.failure_class == "queue_policy_refused");
  CHECK(end.source == "queue policy");
  CHECK(end.cause.starts_with("the queue policy does not allow the requested queue prod"));
  CHECK(finds(end.cause, "Error: No matching queue."));
  CHECK_FALSE(end.counts);
  const auto record = s.log().records.at(end.epoch);
  REQUIRE(record.queue_policy);
  CHECK(record.queue_policy->word == queue_word::not_allowed);
  CHECK(record.queue_policy->queue.empty());
  CHECK(s.incidents().empty());  // its records have all that is known: a failure is not pushed out
  s.policy("echo root.prod");
  REQUIRE(running(s));
  CHECK(s.last_argument("yarn.application.queue=") == "yarn.application.queue=root.prod");
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a policy that does not answer is waited out, whether or not a queue is asked for") {
  with_policy s;
  s.pace.policy_limit = io::milliseconds(200);
  s.spec.restart_attempts = 0;
  const auto [requested, script] =
      GENERATE(table<std::string, std::string>({{"", "sleep 1000"},
                                                {"prod", "echo a; echo b"},
                                                {"", "kill -9 $$"},
                                                {"prod", "head -c 10000000 /dev/zero"},
                                                {"prod", "exit 77"}}));
  s.spec.queue_requested = requested;
  s.policy(script);
  s.want();
  s.start();
  INFO(script);
  REQUIRE(eventually([&] { return !s.log().ends.empty(); }));
  CHECK(s.submissions() == 0);
  const dm::component::end_fact end = s.log().ends.begin()->second;
  CHECK(end.decision == decision::restart);
  CHECK(end.failure_class == "node_trouble");
  CHECK(end.cause.starts_with("waiting for this node: the queue policy has not answered"));
  CHECK_FALSE(end.counts);
  s.policy("echo root.prod");
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("the policy's path is said once, whether or not its own words have it") {
  with_policy s;
  s.spec.queue_requested = "prod";
  const bool absent = GENERATE(true, false);
  if (!absent) s.policy("echo no; exit 3");
  s.want();
  s.start();
  REQUIRE(eventually([&] { return !s.log().ends.empty(); }));
  const std::string cause = s.log().ends.begin()->second.cause;
  INFO(cause);
  const auto at = cause.find(s.spec.queue_policy);
  REQUIRE(at != std::string::npos);
  CHECK(cause.find(s.spec.queue_policy, at + 1) == std::string::npos);
  CHECK(finds(cause, "run as " + s.spec.user));
  s.policy("echo root.prod");
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE(
    "a guard that is told to end while the policy thinks leaves no claim and no policy behind") {
  with_policy s;
  s.policy("echo $$ > leader; sleep 1000");
  s.want();
  s.start();
  const std::string leader = s.spec.work_directory + "/leader";
  REQUIRE(eventually([&] { return finds(file_content(leader), "\n"); }));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  CHECK(s.log().newest_incarnation() == nullptr);
  CHECK_FALSE(alive(std::atoi(file_content(leader).c_str())));
  // The next one asks anew.
  s.policy("echo root.prod");
  s.start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("what a stop asks for while the policy thinks is not overtaken: nothing is submitted") {
  with_policy s;
  s.policy("until test -e go; do sleep 0.05; done; echo root.prod");
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.calls() == 1; }));
  s.unwant();
  std::ofstream(s.spec.work_directory + "/go") << "";
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
  CHECK(s.log().newest_incarnation() == nullptr);
}
