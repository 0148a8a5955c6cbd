// component_flink_config_args: what the original's users wrote, brought into today's form or
// refused with a replacement.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"
#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::flink;
using argv = std::vector<std::string>;
using pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

const std::string path = "$.properties.component_flink_config_args";

config_arguments check(const std::string& text, const char* version = "1.20.5",
                       submission_mode mode = submission_mode::per_job) {
  return check_config_arguments(flink(version), mode, text, path);
}

argv accepted(const std::string& text, const char* version = "1.20.5",
              submission_mode mode = submission_mode::per_job) {
  const config_arguments checked = check(text, version, mode);
  for (const auto& problem : checked.problems)
    UNSCOPED_INFO(problem.found << " " << problem.allowed);
  CHECK(checked.problems.empty());
  return checked.options;
}

// The one problem's advice.
std::string refused(const std::string& text, const char* version = "1.20.5",
                    submission_mode mode = submission_mode::per_job) {
  const config_arguments checked = check(text, version, mode);
  CAPTURE(text);
  REQUIRE(checked.problems.size() == 1);
  CHECK(checked.problems.front().path == path);
  CHECK_FALSE(checked.problems.front().found.empty());
  CHECK(checked.options.empty());
  return checked.problems.front().allowed;
}

bool mentions(const std::string& text, const char* word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("nothing is nothing") {
  CHECK(accepted("").empty());
  CHECK(accepted("  \t ").empty());
}

TEST_CASE("what original users wrote is kept, as keys") {
  CHECK(accepted("-yjm 1024 -ytm 2g -ys 2 -yqu analytics -p 4") ==
        argv{"-yD", "jobmanager.memory.process.size=1024m", "-yD",
             "taskmanager.memory.process.size=2g", "-yD", "taskmanager.numberOfTaskSlots=2", "-yD",
             "yarn.application.queue=analytics", "-p", "4"});
  CHECK(accepted("--yarnjobManagerMemory=1024 --parallelism 4 -p=5") ==
        argv{"-yD", "jobmanager.memory.process.size=1024m", "-p", "4", "-p", "5"});
  CHECK(accepted("-ynl label -yat type -yt /opt/x -yj /opt/dist.jar") ==
        argv{"-yD", "yarn.application.node-label=label", "-yD", "yarn.application.type=type", "-yD",
             "yarn.ship-files=/opt/x", "-yD", "yarn.flink-dist-jar=/opt/dist.jar"});
}

TEST_CASE("they are said as keys, to be compared with properties") {
  CHECK(check("-yqu q -p 4 -ys 2 -yjm 1g -yD a.b=c").configuration ==
        pairs{{"yarn.application.queue", "q"},
              {"parallelism.default", "4"},
              {"taskmanager.numberOfTaskSlots", "2"},
              {"jobmanager.memory.process.size", "1g"},
              {"a.b", "c"}});
}

TEST_CASE("each mode has its form of a key") {
  CHECK(accepted("-yD a=b -D c=d -De=f", "1.20.5", submission_mode::per_job) ==
        argv{"-yD", "a=b", "-yD", "c=d", "-yD", "e=f"});
  CHECK(accepted("-yD a=b -D c=d -De=f -ys 2", "2.3.0", submission_mode::application) ==
        argv{"-D", "a=b", "-D", "c=d", "-D", "e=f", "-D", "taskmanager.numberOfTaskSlots=2"});
}

TEST_CASE("removed options name the replacement") {
  CHECK(mentions(refused("-yn 1"), "component_flink_parallelism"));
  CHECK(mentions(refused("-yn 1"), "component_flink_slots"));
  CHECK(mentions(refused("-yn"), "component_flink_slots"));
  CHECK(mentions(refused("-yst"), "component_flink_job_type"));
  CHECK(mentions(refused("--yarncontainer 3"), "1.10"));
}

TEST_CASE("what this project sets is refused with the property") {
  CHECK(mentions(refused("-d"), "component_flink_submission"));
  CHECK(mentions(refused("-yd"), "component_flink_submission"));
  CHECK(mentions(refused("-m yarn-cluster"), "component_flink_submission"));
  CHECK(mentions(refused("-t yarn-per-job"), "component_flink_submission"));
  CHECK(mentions(refused("--target=yarn-per-job"), "component_flink_submission"));
  CHECK(mentions(refused("-s hdfs:///x"), "resume"));
  CHECK(mentions(refused("-n"), "resume"));
  CHECK(mentions(refused("--claimMode claim"), "resume"));
  CHECK(mentions(refused("-rm claim"), "resume"));
  CHECK(mentions(refused("-ynm name"), "component_job_name"));
  CHECK(mentions(refused("-c a.B"), "component_main_class"));
  CHECK(mentions(refused("-class a.B"), "component_main_class"));
  CHECK(mentions(refused("-py x.py"), "component_main_py"));
  CHECK(mentions(refused("-pyfs x.py"), "component_py_files"));
  CHECK_FALSE(refused("-yid application_1_1").empty());
  CHECK_FALSE(refused("-z ns").empty());
  CHECK_FALSE(refused("-yz ns").empty());
  CHECK_FALSE(refused("-h").empty());
  CHECK_FALSE(refused("-yq").empty());
}

TEST_CASE("reserved keys are refused in every spelling of -D") {
  CHECK(mentions(refused("-yD yarn.tags=x"), "component_flink_tags"));
  CHECK(mentions(refused("-D yarn.tags=x"), "component_flink_tags"));
  CHECK(mentions(refused("-Dyarn.tags=x"), "component_flink_tags"));
  CHECK(mentions(refused("-yD state.checkpoints.dir=hdfs:///x"), "state_root"));
  CHECK(mentions(refused("-yD '$internal.application.main=x'"), "internal"));
  CHECK(accepted("-yD jobmanager.archive.fs.dir=hdfs:///x") ==
        argv{"-yD", "jobmanager.archive.fs.dir=hdfs:///x"});
}

TEST_CASE("words that the client would take for the jar, or for something else") {
  CHECK(mentions(refused("job.jar"), "jar"));
  CHECK(mentions(refused("--"), "jar"));
  CHECK(mentions(refused("-"), "jar"));
  CHECK(mentions(refused("''"), "jar"));
  CHECK(mentions(refused("@incarnation@"), "jar"));
  CHECK(mentions(refused("-nosuch"), "in full"));
  CHECK(mentions(refused("--para=3"), "in full"));
  CHECK(mentions(refused("-yDa=b"), "blank after -yD"));
}

TEST_CASE("values are checked") {
  for (const char* text :
       {"-p",    "-p 0",        "-p -1",       "-p x",        "-p 4x",    "-p 99999999", "-p ''",
        "-ys 0", "-ys 1.5",     "-yjm 0",      "-yjm x",      "-yjm 1x",  "-yjm -5",     "-ytm ''",
        "-yD",   "-yD novalue", "-yD =x",      "-yD 'a b=c'", "-yD -d=x", "-D \"k'=v\"", "-C -d",
        "-C ''", "-yjm -ytm",   "-yD 'k=a#b'", "-yD 'k= a'",  "-d=true"}) {
    CAPTURE(text);
    const config_arguments checked = check(text);
    CHECK_FALSE(checked.problems.empty());
  }
}

TEST_CASE("a forgotten value does not hide the next option") {
  const config_arguments checked = check("-yqu -p 4");
  CHECK(checked.problems.size() == 1);
  CHECK(checked.options == argv{"-p", "4"});
}

TEST_CASE("memory with its units") {
  CHECK(accepted("-yjm 1024") == argv{"-yD", "jobmanager.memory.process.size=1024m"});
  CHECK(accepted("-yjm 1024M") == argv{"-yD", "jobmanager.memory.process.size=1024m"});
  CHECK(accepted("-yjm '2 gb'") == argv{"-yD", "jobmanager.memory.process.size=2gb"});
}

TEST_CASE("quotes and backslashes") {
  CHECK(accepted("-yD 'metrics.reporter.grph.interval=2 SECONDS'") ==
        argv{"-yD", "metrics.reporter.grph.interval=2 SECONDS"});
  CHECK(accepted("-yD k=\"a 'b' \\\"c\\\"\"") == argv{"-yD", "k=a 'b' \"c\""});
  CHECK(accepted("-yD k=a\\ b -yD 'k2=it'\\''s'") == argv{"-yD", "k=a b", "-yD", "k2=it's"});
  CHECK(accepted("-yD k='$HOME `id` $(id)'") == argv{"-yD", "k=$HOME `id` $(id)"});
  CHECK(accepted("-yD k=-Dx=y=z") == argv{"-yD", "k=-Dx=y=z"});
  CHECK(mentions(refused("-yD 'k=v"), "quotes"));
  CHECK_FALSE(refused("-yD k=v\\").empty());
  CHECK_FALSE(refused("-yD k=v\n-d").empty());
  CHECK_FALSE(refused(std::string("-yD k=v\0-d", 11)).empty());
}

TEST_CASE("options by version and mode") {
  CHECK(accepted("-pyreq r.txt -pyarch a.zip#b -pypath /p", "1.18.1") ==
        argv{"-pyreq", "r.txt", "-pyarch", "a.zip#b", "-pypath", "/p"});
  CHECK(mentions(refused("-pypath /p", "1.17.2"), "1.18"));
  CHECK(mentions(refused("-pyarch a.zip#b", "1.20.5", submission_mode::application), "#"));
  CHECK(accepted("-pyarch a.zip#b", "2.3.0", submission_mode::application) ==
        argv{"-pyarch", "a.zip#b"});
  CHECK(accepted("-sae", "1.20.5", submission_mode::attached) == argv{"-sae"});
  CHECK(mentions(refused("-sae"), "attached"));
  CHECK(accepted("-pyexec /v/python -pyclientexec python3") ==
        argv{"-yD", "python.executable=/v/python", "-yD", "python.client.executable=python3"});
}

TEST_CASE("all problems at once, and what is right is kept") {
  const config_arguments checked =
      check("-yn 2 -ys 2 -d job.jar -yD yarn.tags=x -p zero -C file:///a.jar");
  CHECK(checked.problems.size() == 5);
  CHECK(checked.options == argv{"-yD", "taskmanager.numberOfTaskSlots=2", "-C", "file:///a.jar"});
}

TEST_CASE("the accepted options make a command") {
  submission s;
  s.flink_command = "/opt/flink/bin/flink";
  s.main_jar = "/a.jar";
  s.configuration = {{"taskmanager.numberOfTaskSlots", "1"}};
  s.extra_options = accepted("-ys 2 -yt /opt/more");
  s.ship_directories = {"/opt/classpath"};
  CHECK(render_command(flink("1.20.5"), s).value() ==
        argv{"/opt/flink/bin/flink", "run", "-m", "yarn-cluster", "-d", "-yD",
             "taskmanager.numberOfTaskSlots=1", "-yD", "taskmanager.numberOfTaskSlots=2", "-yt",
             "/opt/classpath", "-yt", "/opt/more", "@incarnation@", "/a.jar"});
}
