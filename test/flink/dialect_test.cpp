// The command line by version and way of submission; values that must not become options (INV-8).
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"

#include "recorded.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace dm::flink;
using dm::status_code;
using dm::test::flink;
using argv = std::vector<std::string>;

namespace {

submission java() {
  submission s;
  s.flink_command = "/opt/flink/bin/flink";
  s.configuration = {{"taskmanager.numberOfTaskSlots", "2"},
                     {"yarn.application.queue", "analytics"}};
  s.extra_options = {"-C", "file:///x.jar"};
  s.parallelism = "4";
  s.ship_directories = {"/opt/ns/app/comp/classpath"};
  s.main_class = "examples.Job";
  s.main_jar = "/opt/ns/app/comp/package/job.jar";
  s.arguments = {"--input", "a b", "-p", "9"};
  return s;
}

submission python() {
  submission s;
  s.flink_command = "/opt/flink/bin/flink";
  s.main_python = "/opt/ns/app/comp/package/job.py";
  s.python_files = {"/opt/ns/app/comp/package/a.py", "/opt/ns/app/comp/package/b.zip"};
  s.python_executable = "/venv/bin/python";
  s.python_client_executable = "/usr/bin/python3";
  s.arguments = {"-p", "9"};
  return s;
}

std::vector<std::string> problem_paths(const dm::result<argv>& rendered) {
  REQUIRE_FALSE(rendered);
  CHECK(rendered.error().code == status_code::invalid_argument);
  std::vector<std::string> paths;
  for (const auto& problem : rendered.error().details) paths.push_back(problem.path);
  return paths;
}

bool contains(const argv& words, const argv& part) {
  return std::search(words.begin(), words.end(), part.begin(), part.end()) != words.end();
}

}  // namespace

TEST_CASE("a Java program, per job") {
  const std::string version = GENERATE(as<std::string>(), "1.13.6", "1.15.4", "1.18.1", "1.20.5");
  CHECK(render_command(flink(version.c_str()), java()).value() ==
        argv{"/opt/flink/bin/flink",
             "run",
             "-m",
             "yarn-cluster",
             "-d",
             "-yD",
             "taskmanager.numberOfTaskSlots=2",
             "-yD",
             "yarn.application.queue=analytics",
             "-C",
             "file:///x.jar",
             "-p",
             "4",
             "-yt",
             "/opt/ns/app/comp/classpath",
             "-c",
             "examples.Job",
             "@incarnation@",
             "/opt/ns/app/comp/package/job.jar",
             "--input",
             "a b",
             "-p",
             "9"});
}

TEST_CASE("attached is the same without -d") {
  submission s = java();
  argv per_job = render_command(flink("1.20.5"), s).value();
  s.mode = submission_mode::attached;
  per_job.erase(std::find(per_job.begin(), per_job.end(), "-d"));
  CHECK(render_command(flink("1.20.5"), s).value() == per_job);
}

TEST_CASE("application mode has another action before 2.0") {
  submission s = java();
  s.mode = submission_mode::application;
  const argv rest = {"-t",
                     "yarn-application",
                     "-D",
                     "taskmanager.numberOfTaskSlots=2",
                     "-D",
                     "yarn.application.queue=analytics",
                     "-C",
                     "file:///x.jar",
                     "-p",
                     "4",
                     "-D",
                     "yarn.ship-files=/opt/ns/app/comp/classpath",
                     "-c",
                     "examples.Job",
                     "@incarnation@",
                     "/opt/ns/app/comp/package/job.jar",
                     "--input",
                     "a b",
                     "-p",
                     "9"};
  argv old = {"/opt/flink/bin/flink", "run-application"};
  old.insert(old.end(), rest.begin(), rest.end());
  argv now = {"/opt/flink/bin/flink", "run"};
  now.insert(now.end(), rest.begin(), rest.end());
  CHECK(render_command(flink("1.13.6"), s).value() == old);
  CHECK(render_command(flink("1.20.5"), s).value() == old);
  CHECK(render_command(flink("2.0.2"), s).value() == now);
  CHECK(render_command(flink("2.3.0"), s).value() == now);
}

TEST_CASE("2.x has no other mode, and says which property to set") {
  submission s = java();
  s.mode = GENERATE(submission_mode::per_job, submission_mode::attached);
  const auto rendered = render_command(flink("2.0.2"), s);
  REQUIRE_FALSE(rendered);
  CHECK(rendered.error().code == status_code::unimplemented);
  CHECK(rendered.error().hint.find("component_flink_submission") != std::string::npos);
  CHECK(rendered.error().hint.find("application") != std::string::npos);
}

TEST_CASE("an unknown version is refused with the known ones") {
  const std::string version =
      GENERATE(as<std::string>(), "1.4.0", "1.12.7", "1.21.0", "2.4.0", "3.0.0", "0.9.0");
  CHECK_FALSE(known_version(flink(version.c_str())));
  const auto rendered = render_command(flink(version.c_str()), java());
  REQUIRE_FALSE(rendered);
  CHECK(rendered.error().code == status_code::unimplemented);
  CHECK(rendered.error().message.find(version) != std::string::npos);
  CHECK(rendered.error().message.find(known_versions()) != std::string::npos);
}

TEST_CASE("every version between the oldest and the newest is known") {
  for (int minor = 13; minor <= 20; ++minor)
    CHECK(known_version(flink(("1." + std::to_string(minor) + ".0").c_str())));
  for (int minor = 0; minor <= 3; ++minor)
    CHECK(known_version(flink(("2." + std::to_string(minor) + ".0").c_str())));
  CHECK(known_versions() == "1.13 ... 1.20, 2.0 ... 2.3");
}

TEST_CASE("a Python program, per job") {
  CHECK(render_command(flink("1.20.5"), python()).value() ==
        argv{"/opt/flink/bin/flink", "run", "-m", "yarn-cluster", "-d", "-pyclientexec",
             "/usr/bin/python3", "-pyexec", "/venv/bin/python", "-pyfs",
             "/opt/ns/app/comp/package/a.py,/opt/ns/app/comp/package/b.zip", "@incarnation@", "-py",
             "/opt/ns/app/comp/package/job.py", "--", "-p", "9"});
  // 1.13 knows the client's interpreter as a key only.
  CHECK(contains(render_command(flink("1.13.6"), python()).value(),
                 {"-yD", "python.client.executable=/usr/bin/python3"}));
  submission s = python();
  s.arguments.clear();
  CHECK(render_command(flink("1.20.5"), s).value().back() == "/opt/ns/app/comp/package/job.py");
}

TEST_CASE("in application mode Python's files are shipped and named as they lie in the container") {
  submission s = python();
  s.mode = submission_mode::application;
  s.ship_directories = {"/opt/ns/app/comp/classpath"};
  CHECK(render_command(flink("2.3.0"), s).value() ==
        argv{"/opt/flink/bin/flink", "run", "-t", "yarn-application", "-D",
             "yarn.ship-files=/opt/ns/app/comp/classpath;/opt/ns/app/comp/package/job.py;/opt/ns/"
             "app/comp/package/a.py;"
             "/opt/ns/app/comp/package/b.zip",
             "-pyclientexec", "/usr/bin/python3", "-pyexec", "/venv/bin/python", "-pyfs",
             "a.py,b.zip", "@incarnation@", "-py", "job.py", "--", "--", "-p", "9"});
  s.python_files.push_back("/elsewhere/job.py");
  CHECK(problem_paths(render_command(flink("2.3.0"), s)) == argv{"$.python_files"});
}

TEST_CASE("Python in application mode came with 1.15") {
  submission s = python();
  s.mode = submission_mode::application;
  CHECK(problem_paths(render_command(flink("1.14.6"), s)) == argv{"$.mode"});
  CHECK(render_command(flink("1.15.4"), s));
}

TEST_CASE("shipped directories are one list, whoever names them") {
  submission s = java();
  s.configuration = {{"yarn.ship-files", "/a;/b"}};
  s.extra_options = {"-yD", "yarn.ship-directories=/c;/a"};
  CHECK(
      contains(render_command(flink("1.20.5"), s).value(),
               {"-yt", "/opt/ns/app/comp/classpath", "-yt", "/a", "-yt", "/b", "-yt", "/c", "-c"}));
  s.mode = submission_mode::application;
  s.extra_options = {"-D", "yarn.ship-files=/c;/a"};
  CHECK(contains(render_command(flink("1.20.5"), s).value(),
                 {"-D", "yarn.ship-files=/opt/ns/app/comp/classpath;/a;/b;/c", "-c"}));
  s.ship_directories = {"/with;semicolon"};
  CHECK(problem_paths(render_command(flink("1.20.5"), s)) == argv{"$.ship_directories"});
}

TEST_CASE("a value cannot become an option") {
  submission s = java();
  s.main_class = GENERATE(as<std::string>(), "-d", "--detached", "\"quoted\"");
  CHECK(problem_paths(render_command(flink("1.20.5"), s)) == argv{"$.main_class"});
}

TEST_CASE("paths are absolute, numbers are numbers, and all is told at once") {
  submission s = java();
  s.flink_command = "flink";
  s.main_jar = "-d";
  s.parallelism = "4 -d";
  s.configuration = {{"-d", "x"}, {"a=b", "c"}, {"a b", "c"}, {"", "c"}};
  s.ship_directories = {"-x"};
  const auto paths = problem_paths(render_command(flink("1.20.5"), s));
  CHECK(paths == argv{"$.flink_command", "$.configuration", "$.configuration", "$.configuration",
                      "$.configuration", "$.parallelism", "$.ship_directories", "$.main_jar"});
}

TEST_CASE("either a jar or a Python program") {
  submission s = java();
  s.main_python = "/x.py";
  CHECK_FALSE(render_command(flink("1.20.5"), s));
  s.main_python.clear();
  s.main_jar.clear();
  CHECK_FALSE(render_command(flink("1.20.5"), s));
}

TEST_CASE("the placeholder occurs once, or the submission is refused") {
  submission s = java();
  s.arguments = {"x", "@incarnation@"};
  CHECK(problem_paths(render_command(flink("1.20.5"), s)) == argv{"$.arguments"});
  s.arguments = {"x@incarnation@", "@incarnation@x"};  // not the element itself
  CHECK(render_command(flink("1.20.5"), s));
  s.main_class = "@incarnation@";
  const auto rendered = render_command(flink("1.20.5"), s);
  REQUIRE_FALSE(rendered);
  CHECK(rendered.error().code == status_code::invalid_argument);
}

TEST_CASE(
    "arguments that Flink 1.x would change on the way to main() are refused in application mode") {
  submission s = java();
  s.arguments = {"a#b", " a", "a ", "line\nbreak"};
  CHECK(render_command(flink("1.20.5"), s));  // per job, main() runs in the client
  s.mode = submission_mode::application;
  CHECK(problem_paths(render_command(flink("1.20.5"), s)) ==
        argv{"$.arguments", "$.arguments", "$.arguments", "$.arguments"});
  s.arguments.pop_back();
  CHECK(render_command(flink("2.3.0"), s));
}

TEST_CASE("modes by name") {
  CHECK(parse_submission_mode("per-job").value() == submission_mode::per_job);
  CHECK(parse_submission_mode("attached").value() == submission_mode::attached);
  CHECK(parse_submission_mode("application").value() == submission_mode::application);
  for (const char* text : {"", "perjob", "Application", "session", "yarn-per-job"}) {
    const auto mode = parse_submission_mode(text);
    REQUIRE_FALSE(mode);
    CHECK(mode.error().code == status_code::invalid_argument);
    CHECK(mode.error().hint.find("per-job, attached, application") != std::string::npos);
  }
}

TEST_CASE(
    "a direct submission's command is that of application mode, for people and for the guard") {
  const std::string version = GENERATE(as<std::string>(), "1.13.6", "1.18.1", "1.20.5", "2.3.0");
  CAPTURE(version);
  submission direct = java();
  direct.extra_options.clear();
  direct.mode = submission_mode::direct;
  submission application = direct;
  application.mode = submission_mode::application;
  CHECK(render_command(flink(version.c_str()), direct).value() ==
        render_command(flink(version.c_str()), application).value());
  CHECK(parse_submission_mode("direct").value() == submission_mode::direct);
  CHECK(to_string(submission_mode::direct) == "direct");
  CHECK(main_in_cluster(submission_mode::direct));
  CHECK_FALSE(main_in_cluster(submission_mode::per_job));
}

TEST_CASE("a Python program is not submitted directly") {
  submission direct = python();
  direct.mode = submission_mode::direct;
  CHECK(problem_paths(render_command(flink("1.20.5"), direct)).front() == "$.mode");
}
