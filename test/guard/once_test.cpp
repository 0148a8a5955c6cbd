// The program flink-guard --once as Oozie's actions see it: what it prints, and its exit codes.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "component/component_name.h"
#include "fake/oozie.h"
#include "surroundings.h"

using namespace dm::test;
namespace component = dm::component;
namespace fake = dm::fake;

namespace {

using words = std::vector<std::string>;

// A scheduled component that is wanted, with a workflow of its coordinator.
struct once : surroundings {
  fake::oozie there;
  std::string workflow;
  pid_t child = 0;

  once() {
    spec.user = ::getpwuid(::geteuid())->pw_name;
    spec.oozie = component::guard_spec::oozie_part{there.url(), {}};
    spec.oozie->schedule.minutes = 60;
    spec.job_type = component::job_type::batch;
    spec.respawn = component::respawn::never;
    spec.command = {"/opt/flink-guard", "--spec", "/x", "--"};
    spec.command.insert(spec.command.end(), command.begin(), command.end());
    name_node.files().make_directories("/state/prod/app/job/oozie", spec.user, "750");
    const std::uint64_t wish = want();
    workflow = there.add_workflow(
        there.add_coordinator("dm-" + id + "-" + std::to_string(wish), "RUNNING", spec.user));
  }
  ~once() {
    if (child > 0) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
  }
  words options(const std::string& run) {
    std::ofstream(directory / "guard.json") << to_json(spec);
    return {"--once", "--run", run, "--spec", directory / "guard.json", "--user", spec.user};
  }
  void begin(words given) {
    given.insert(given.begin(), DM_FLINK_GUARD);
    std::vector<char*> argv;
    for (std::string& word : given) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string out = directory / "printed";
    const std::string err = directory / "said";
    std::filesystem::remove(out);
    std::filesystem::remove(err);
    child = ::fork();
    if (child != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT, 0644), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT, 0644), 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int end() {
    int status = 0;
    REQUIRE(eventually([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
    child = 0;
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  int run(words given) {
    begin(std::move(given));
    return end();
  }
  // What it printed, which must be Java properties alone that Oozie's capture-output takes.
  std::map<std::string, std::string> printed() {
    const std::string text = file_content(directory / "printed");
    CHECK(text.size() <= 2048);
    std::map<std::string, std::string> properties;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t equals = line.find('=');
      CAPTURE(line);
      REQUIRE(equals != std::string::npos);
      properties[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return properties;
  }
  std::string said() const { return file_content(directory / "said"); }
};

}  // namespace

TEST_CASE("a run that completes: exit code 0, and what it was as properties") {
  once o;
  o.begin(o.options(o.workflow + ".0"));
  REQUIRE(eventually([&] { return o.log().applications.size() == 1; }));
  const std::string application = o.live_ids().front();
  o.finish(application, "SUCCEEDED");
  CHECK(o.end() == component::guard_exit_done);
  const auto told = o.printed();
  CHECK(told.at("outcome") == "completed");
  CHECK(told.at("run") == o.workflow + ".0");
  CHECK(told.at("application_id") == application);
  CHECK(o.said().empty());
  // A launcher that YARN tries again tells the same, and submits nothing.
  CHECK(o.run(o.options(o.workflow + ".0")) == component::guard_exit_done);
  CHECK(o.printed() == told);
  CHECK(o.submissions() == 1);
}

TEST_CASE("a run that fails: exit code 3, which is all that Oozie keeps of it") {
  once o;
  o.begin(o.options(o.workflow + ".0"));
  REQUIRE(eventually([&] { return o.log().applications.size() == 1; }));
  o.finish(o.live_ids().front(), "FAILED", "boo\n" + std::string(9000, 'x'));
  CHECK(o.end() == component::guard_exit_failed);
  CHECK(o.printed().at("outcome") == "failed");
}

TEST_CASE("SIGTERM, as of a launcher's container: the job is left, and the outcome says so") {
  once o;
  o.begin(o.options(o.workflow + ".0"));
  REQUIRE(eventually([&] { return o.log().applications.size() == 1; }));
  ::kill(o.child, SIGTERM);
  CHECK(o.end() == component::guard_exit_left);
  CHECK(o.printed().at("outcome") == "left");
  CHECK(o.live_ids().size() == 1);
}

TEST_CASE("a run that is not to be: exit code 5") {
  once o;
  o.there.set_status(o.workflow, "KILLED");
  CHECK(o.run(o.options(o.workflow + ".0")) == component::guard_exit_refused);
  CHECK(o.printed().at("outcome") == "refused");
  CHECK_FALSE(o.printed().at("cause").empty());
  CHECK(o.submissions() == 0);
}

TEST_CASE("options of a run that are wrong: exit code 2") {
  once o;
  const words good = o.options(o.workflow + ".0");
  words with_command = good;
  with_command.insert(with_command.end(), {"--", "/bin/true"});
  CHECK(o.run(with_command) == component::guard_exit_usage);
  CHECK(o.run({"--once", "--spec", "/x"}) == component::guard_exit_usage);
  CHECK(o.run({"--run", o.workflow + ".0", "--spec", "/x"}) == component::guard_exit_usage);
  for (const char* run : {"x", "../../x-W.0", "0000003-1-oozie-W", "0000003-1-oozie-C.0"}) {
    INFO(run);
    CHECK(o.run(o.options(run)) == component::guard_exit_usage);
    CHECK(o.said().find("--run") != std::string::npos);
    CHECK(o.printed().at("outcome") == "trouble");
  }
  CHECK(o.submissions() == 0);
}

TEST_CASE("what is wrong with the node is told at once: exit code 1, and nothing is submitted") {
  once o;
  words given;
  SECTION("no guard.json") {
    given = o.options(o.workflow + ".0");
    std::filesystem::remove(o.directory / "guard.json");
  }
  SECTION("one that is damaged") {
    given = o.options(o.workflow + ".0");
    std::ofstream(o.directory / "guard.json") << "{\"schema\":1}";
  }
  SECTION("one of a component without a schedule") {
    o.spec.oozie.reset();
    given = o.options(o.workflow + ".0");
  }
  SECTION("one without a command") {
    o.spec.command = {"/opt/flink-guard"};
    given = o.options(o.workflow + ".0");
  }
  SECTION("an account that is not there") {
    given = o.options(o.workflow + ".0");
    given.back() = "nobody-of-this-name";
  }
  CHECK(o.run(given) == component::guard_exit_trouble);
  CHECK(o.printed().at("outcome") == "trouble");
  CHECK_FALSE(o.printed().at("cause").empty());
  CHECK_FALSE(o.said().empty());
  CHECK(o.submissions() == 0);
}
