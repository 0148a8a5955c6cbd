// flink-guard libraries: the program as an administrator runs it.
#include "guard/libraries_command.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"
#include "guard_command.h"
#include "io/json.h"

namespace fs = std::filesystem;

namespace {

using dm::test::outcome;

struct installation {
  dm::test::temporary_directory home;
  dm::fake::name_node node;

  installation() {
    put("lib/flink-dist-1.20.5.jar", std::string(1000, 'd'));
    put("plugins/jmx/jmx.jar", "jmx");
  }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(home / name).parent_path());
    std::ofstream(home / name) << content;
  }
  outcome run(const std::string& options) const {
    return dm::test::run_guard("libraries " + options);
  }
  std::string usual() const {
    return "--flink-home " + home.path() + " --name-node " + node.address() + " --root /libs" +
           dm::test::as_own_user();
  }
};

}  // namespace

TEST_CASE("the command uploads, shows each file, and says what to write where") {
  installation i;
  const outcome first = i.run(i.usual());
  INFO(first.printed);
  CHECK(first.code == 0);
  CHECK(first.has(" 99 %  1000 bytes  lib/flink-dist-1.20.5.jar\n"));
  CHECK(first.has("100 %     3 bytes  plugins/jmx/jmx.jar\n"));
  const std::string name = i.node.files().names("/libs").front();
  CHECK(first.has("uploaded: hdfs:///libs/" + name + ", 2 files, 1003 bytes\n"));
  CHECK(first.has("yarn.provided.lib.dirs: hdfs:///libs/" + name + "/lib;hdfs:///libs/" + name +
                  "/plugins\n"));
  const outcome second = i.run(i.usual());
  CHECK(second.code == 0);
  CHECK(second.has("there already: hdfs:///libs/" + name));
  CHECK_FALSE(second.has("%"));
}

TEST_CASE("for programs it prints one JSON document") {
  installation i;
  const outcome came = i.run(i.usual() + " --json");
  CHECK(came.code == 0);
  const auto document = dm::io::parse_json(came.printed, "the output");
  REQUIRE(document);
  CHECK(dm::io::bool_member(*document, "uploaded") == true);
  CHECK(dm::io::integer_member(*document, "bytes") == 1003);
  CHECK(dm::io::integer_member(*document, "files") == 2);
  i.node.server().stop();
  const outcome failed = i.run(i.usual() + " --json");
  CHECK(failed.code == 1);
  const auto told = dm::io::parse_json(failed.printed, "the output");
  REQUIRE(told);
  const auto* problem = dm::io::member(*told, "error");
  REQUIRE(problem != nullptr);
  CHECK(dm::io::string_member(*problem, "code") == "UNAVAILABLE");
}

TEST_CASE("what is wrong is told with the exit code") {
  const installation i;
  CHECK(i.run("--root /libs --name-node http://x:1").code == 2);
  CHECK(i.run("--root /libs --flink-home /nowhere").code == 2);
  CHECK(i.run("--root libs --flink-home /nowhere --name-node http://x:1").code == 2);
  CHECK(i.run("--spec /no/guard.json").code == 2);
  CHECK(i.run("--help").code == 0);
  if (::geteuid() == 0) {
    const outcome nobodys =
        i.run("--flink-home " + i.home.path() + " --name-node http://x:1 --root /libs");
    CHECK(nobodys.code == 2);
    CHECK(nobodys.has("--user (or --spec)"));
  }
  const outcome none = i.run("--root /libs --flink-home /nowhere --name-node http://127.0.0.1:1" +
                             dm::test::as_own_user());
  CHECK(none.code == 1);
  CHECK(none.has("no Flink installation at /nowhere"));
}
