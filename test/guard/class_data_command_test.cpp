// flink-guard class-data: the program as an administrator runs it, with a Java that does what a
// test says.
// SPDX-License-Identifier: Apache-2.0
#include "guard/class_data_command.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"
#include "guard_command.h"
#include "io/json.h"

namespace fs = std::filesystem;
using dm::test::outcome;

namespace {

struct installation {
  dm::test::temporary_directory home;
  dm::fake::name_node node;

  installation() {
    put("flink/lib/flink-dist-1.20.5.jar", std::string(1000, 'd'));
    put("flink/lib/a.jar", "a");
    put("flink/conf/config.yaml",
        "env:\n  java:\n    opts:\n      all: --add-opens=java.base/java.util=ALL-UNNAMED -Dx=y\n");
    put("flink/examples/streaming/WordCount.jar", "jar");
    put("work/.keep", "");
    // Whoever becomes another user must reach it.
    fs::permissions(home.path(), fs::perms(0755));
    java("");
  }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(home / name).parent_path());
    std::ofstream(home / name) << content;
  }
  // A Java that writes what it is asked for, after `before`.
  void java(const std::string& before) const {
    put("java/bin/java", "#!/bin/sh\n" + before + "echo \"$PWD $*\" >> " + (home / "calls") +
                             "\n"
                             "for word; do case \"$word\" in\n"
                             "-XX:DumpLoadedClassList=*) echo "
                             "\"${CLASSES:-org/apache/flink/runtime/taskmanager/Task "
                             "id: 1}\" > \"${word#*=}\";;\n"
                             "-XX:SharedArchiveFile=*) archive=\"${word#*=}\";;\n"
                             "-Xshare:dump) dumps=1;;\n"
                             "-version) echo 'OpenJDK VM (build 17.0.1+2, mixed mode, sharing)';;\n"
                             "esac; done\n"
                             "[ -z \"$dumps\" ] || echo archive > \"$archive\"\n");
    fs::permissions(home / "java/bin/java", fs::perms(0755));
  }
  std::string calls() const {
    std::ifstream file(home / "calls");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  outcome run(const std::string& more = {}) const {
    return dm::test::run_guard("class-data --flink-home " + (home / "flink") + " --name-node " +
                               node.address() + " --root /libs --java-home " + (home / "java") +
                               " --directory " + (home / "work") + dm::test::as_own_user() + " " +
                               more);
  }
  bool tidy() const {
    for (const auto& one : fs::directory_iterator(home / "work")) {
      if (one.path().filename() != ".keep") return false;
    }
    return true;
  }
};

bool says(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("class data is made by three runs of Java, and lies on HDFS beside the libraries") {
  installation i;
  const outcome came = i.run("--class a.Job --argument --x --argument 'b c'");
  INFO(came.printed);
  CHECK(came.code == 0);
  const auto names = i.node.files().names("/libs");
  REQUIRE(names.size() == 2);
  CHECK(names[1] == names[0] + "-classes-1");
  const std::string at = "/libs/" + names[1];
  CHECK(came.has("class data: hdfs:" + at + ", 8 bytes of classes, for JVMs 17.0.1+2\n"));
  CHECK(i.node.files().get(at + "/classes.jsa") == "archive\n");
  CHECK(says(i.node.files().get(at + "/classes.json").value(),
             R"("class_path":["lib/a.jar","lib/flink-dist-1.20.5.jar"])"));
  const std::string calls = i.calls();
  const std::string path = " -cp lib/a.jar:lib/flink-dist-1.20.5.jar ";
  // Of the node's flags those that open modules alone.
  CHECK(says(calls,
             "/container --add-opens=java.base/java.util=ALL-UNNAMED "
             "-XX:DumpLoadedClassList="));
  CHECK(says(calls, path +
                        "org.apache.flink.client.cli.CliFrontend run -t local -Drest.port=0 -c "
                        "a.Job " +
                        (i.home / "flink/examples/streaming/WordCount.jar") + " --x b c\n"));
  CHECK(says(calls, " -Xshare:dump "));
  CHECK(says(calls, path + "-version\n"));
  CHECK(i.tidy());
}

TEST_CASE("the tar is the same whenever it is made") {
  installation i;
  REQUIRE(i.run().code == 0);
  REQUIRE(i.run().code == 0);
  const auto names = i.node.files().names("/libs");
  REQUIRE(names.size() == 3);
  const auto first = i.node.files().get("/libs/" + names[1] + "/lib.tar");
  CHECK(first == i.node.files().get("/libs/" + names[2] + "/lib.tar"));
  CHECK(first->size() > 1000);
}

TEST_CASE("for programs it prints what was made as one JSON document") {
  installation i;
  const outcome came = i.run("--json");
  CHECK(came.code == 0);
  const auto document = dm::io::parse_json(came.printed, "the output");
  REQUIRE(document);
  CHECK(dm::io::string_member(*document, "java") == "17.0.1+2");
  CHECK(dm::io::integer_member(*document, "classes_bytes") == 8);
}

TEST_CASE("a program that fails is told with what it said, and nothing stays") {
  installation i;
  std::string expected;
  SECTION("the job") {
    i.java("case \"$*\" in *CliFrontend*) echo 'cannot run this' >&2; exit 3;; esac\n");
    expected =
        "running the job: " + (i.home / "java/bin/java") + " ended with code 3: cannot run this";
  }
  SECTION("a job that runs no task") {
    // Others have names that begin like a task's.
    i.java("CLASSES=org/apache/flink/runtime/taskmanager/TaskManagerLocation\n");
    expected = "no task of a job has run";
  }
  SECTION("by a signal") {
    i.java("case \"$*\" in *Xshare:dump*) kill -9 $$;; esac\n");
    expected = "writing class data: " + (i.home / "java/bin/java") + " ended with signal 9";
  }
  SECTION("a JVM that does not take it") {
    i.java("case \"$*\" in *-version*) echo 'X VM (build 1, mixed mode)'; exit 0;; esac\n");
    expected = "does not say that it shares classes";
  }
  const outcome came = i.run();
  INFO(came.printed);
  CHECK(came.code == 1);
  CHECK(came.has(expected));
  CHECK(i.node.files().names("/libs").size() == 1);  // the libraries
  CHECK(i.tidy());
}

TEST_CASE("wrong options are told before anything is done") {
  installation i;
  CHECK(i.run("--java-home /nowhere").code == 2);
  const outcome none = i.run("--jar /nowhere/a.jar");
  CHECK(none.code == 2);
  CHECK(none.has("name the jar of a job that ends by itself"));
  CHECK(i.run("--jar relative.jar").code == 2);
  CHECK(i.node.files().names("/libs").empty());
}
