// create and the removal of a component's files, killed before each effect they have on this node
// in turn, and then repeated: both converge, and nothing is left over (INV-5).
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "lifecycle/component_files.h"
#include "node.h"

using namespace dm::lifecycle;
using dm::io::operation;
using dm::test::json;
using dm::test::names_in;
using dm::test::node;
using dm::test::read_text;
using dm::test::tree_of;
using dm::test::write_text;

namespace {

// System calls that change files, or tell supervisord something. openat counts whatever it is for:
// some create.
bool has_effect(std::uint64_t call) {
  static constexpr std::array<long, 15> calls = {
      SYS_openat,    SYS_mkdirat,   SYS_write,    SYS_fchown,    SYS_fchmod,
      SYS_fsync,     SYS_renameat2, SYS_unlinkat, SYS_symlinkat, SYS_sendto,
      SYS_ftruncate, SYS_fchownat,  SYS_flock,    SYS_linkat,    SYS_sendmsg};
  return std::find(calls.begin(), calls.end(), static_cast<long>(call)) != calls.end();
}

struct killed_run {
  bool killed = false;  // false: it ended before that many effects
  int exit_code = -1;
};

// Runs the program and kills it before its effect number `effect`, counting from 0.
killed_run run_and_kill(const std::vector<std::string>& argv, int effect) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(99);
    // The search for leaks cannot work under ptrace, and ends the process in its despair.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(98);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  INFO("ptrace must be allowed here");
  REQUIRE(WIFSTOPPED(status));  // at its exec
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int seen = 0;
  int signal_to_deliver = 0;
  bool loaded = false;
  for (;;) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, signal_to_deliver);
    signal_to_deliver = 0;
    if (::waitpid(child, &status, 0) != child) FAIL("the process is gone");
    if (WIFEXITED(status)) return {false, WEXITSTATUS(status)};
    if (!WIFSTOPPED(status)) FAIL("the process was ended by signal " << WTERMSIG(status));
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
      if (WSTOPSIG(status) != SIGTRAP) signal_to_deliver = WSTOPSIG(status);
      continue;
    }
    __ptrace_syscall_info information{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof information, &information);
    if (information.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
    // What the loader opens is of no interest: it ends with the first flock or socket of the verb
    // itself.
    loaded = loaded || information.entry.nr == SYS_socket || information.entry.nr == SYS_flock;
    if (!loaded || !has_effect(information.entry.nr)) continue;
    if (seen++ < effect) continue;
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    return {true, -1};
  }
}

// All files of the node but those that a run may have in flight.
std::map<std::string, std::string> state_of(const node& node) {
  std::map<std::string, std::string> files;
  for (const std::string& directory : {node.install_root(), node.config_dir()}) {
    for (auto& [path, content] : tree_of(directory)) {
      if (!path.starts_with(".tmp-")) files[path] = std::move(content);
    }
  }
  return files;
}

// A killed writer of a program file leaves a temporary file; it is removed once it can be nobody's,
// and supervisord does not read it.
bool only_temporaries(const std::string& directory) {
  const auto names = names_in(directory);
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.starts_with(".tmp-"); });
}

struct scene {
  dm::test::node node;
  std::string environment = node.path() + "/environment.json";
  std::string request = node.path() + "/request.json";
  component_name name{"prod", "app", "stream"};
  create_request create_again;
  dm::io::json_document properties = json("{'component_main_jar':'app.jar','component_x':'y'}");

  scene() {
    node.reopen({}, "'submission_slots':2");
    write_text(environment, node.document({}, "'submission_slots':2"));
    create_again.name = name;
    create_again.user = node.user();
    create_again.staged_path = node.stage();
    create_again.properties = read_properties(properties);
    write_text(
        request,
        "{\"namespace\":\"prod\",\"application\":\"app\",\"component\":\"stream\",\"user\":\"" +
            node.user() + "\",\"staged_path\":\"" + create_again.staged_path +
            "\",\"properties\":{\"component_main_jar\":\"app.jar\",\"component_x\":\"y\"}}");
  }

  component_data created() {
    const auto reply =
        create(node.session(), operation::within(std::chrono::seconds(30)), create_again);
    if (reply.failure) FAIL(reply.failure->text());
    return *reply.data;
  }
  void remove(const component_data& data) {
    const auto removed =
        remove_component_files(node.session(), operation::within(std::chrono::seconds(30)), data);
    if (!removed) FAIL(removed.error().text());
    const auto applied = node.session().supervisor().apply(
        operation::within(std::chrono::seconds(30)), data.program);
    if (!applied) FAIL(applied.error().text());
    CHECK(names_in(node.install_root()).empty());
    CHECK(only_temporaries(node.config_dir()));
    CHECK(node.supervisord().names().empty());
  }
};

constexpr int most_effects = 1'000;

}  // namespace

TEST_CASE("create killed before any of its effects converges when it is repeated (INV-5)") {
  scene scene;
  const component_data undisturbed = scene.created();
  const auto wanted = state_of(scene.node);
  scene.remove(undisturbed);
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "create", scene.environment, scene.request}, effect);
    if (!run.killed) {
      CHECK(run.exit_code == 0);
      break;
    }
    const component_data data = scene.created();
    CHECK(data.digest == undisturbed.digest);
    REQUIRE(state_of(scene.node) == wanted);
    REQUIRE(scene.node.supervisord().process(data.program));
    scene.remove(data);
  }
  CHECK(effect > 40);  // else something counted wrong
  CHECK(effect < most_effects);
}

TEST_CASE(
    "create killed before any of its effects leaves nothing that destroy does not remove (INV-5)") {
  scene scene;
  const component_data undisturbed = scene.created();
  scene.remove(undisturbed);
  for (int effect = 0; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "create", scene.environment, scene.request}, effect);
    scene.remove(undisturbed);
    if (!run.killed) break;
  }
}

TEST_CASE("a removal killed before any of its effects is finished when it is repeated (INV-5)") {
  scene scene;
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const component_data data = scene.created();
    dm::io::json_buffer buffer;
    dm::io::json_writer writer(buffer);
    write(writer, data);
    write_text(
        scene.request,
        "{\"namespace\":\"prod\",\"application\":\"app\",\"component\":\"stream\",\"data\":" +
            std::string(dm::io::text(buffer)) + "}");
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "remove", scene.environment, scene.request}, effect);
    scene.remove(data);
    if (!run.killed) {
      CHECK(run.exit_code == 0);
      break;
    }
  }
  CHECK(effect > 5);
  CHECK(effect < most_effects);
}
