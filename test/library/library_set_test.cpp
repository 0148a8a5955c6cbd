// The libraries of an installation: which there are, and what they are called together.
#include "library/library_set.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"
#include "io/hash.h"

using namespace dm::library;
using dm::status_code;
using dm::io::operation;
namespace fs = std::filesystem;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

struct installation {
  dm::test::temporary_directory directory;
  local_digests digests;

  installation() { put("lib/flink-dist-1.20.5.jar", "dist"); }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(directory / name).parent_path());
    std::ofstream(directory / name) << content;
  }
  dm::result<library_set> read() { return read_library_set(in_time, directory.path(), digests); }
};

}  // namespace

TEST_CASE("a set has all files below lib and plugins, in the order of their names") {
  installation i;
  i.put("plugins/jmx/a.jar", "a");
  i.put("plugins/README.txt", "read me");
  i.put("lib/log4j-api.jar", "log");
  i.put("opt/other.jar", "no");
  i.put("conf/flink-conf.yaml", "no");
  const auto set = i.read();
  REQUIRE(set);
  std::vector<std::string> names;
  for (const auto& file : set->files) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{"lib/flink-dist-1.20.5.jar", "lib/log4j-api.jar",
                                          "plugins/README.txt", "plugins/jmx/a.jar"});
  CHECK(set->bytes() == 4 + 3 + 7 + 1);
  CHECK(set->version == "1.20.5");
  CHECK(set->directories() == std::vector<std::string>{"lib", "plugins", "plugins/jmx"});
  CHECK(set->name() == "1.20.5-" + set->digest().substr(0, 16));
  CHECK(set->manifest().find(R"({"name":"plugins/jmx/a.jar","bytes":1,"sha256":")" +
                             dm::io::sha256_hex("a")) != std::string::npos);
}

TEST_CASE("the name is that of names, sizes and contents") {
  installation one;
  installation other;
  CHECK(one.read()->name() == other.read()->name());
  other.put("lib/b.jar", "x");
  const std::string more = other.read()->name();
  CHECK(one.read()->name() != more);
  other.put("lib/b.jar", "y");
  CHECK(other.read()->name() != more);
  fs::rename(other.directory / "lib/b.jar", other.directory / "lib/c.jar");
  CHECK(other.read()->name() != more);
}

TEST_CASE("links are followed, and none without end") {
  installation i;
  fs::create_directories(i.directory / "site");
  i.put("site/guava.jar", "guava");
  fs::create_symlink(i.directory / "site/guava.jar", i.directory / "lib/guava.jar");
  REQUIRE(i.read());
  CHECK(i.read()->files.back().bytes == 5);
  fs::create_directories(i.directory / "plugins");
  fs::create_symlink(i.directory / "plugins", i.directory / "plugins/again");
  CHECK(i.read().error().code == status_code::failed_precondition);
}

TEST_CASE("what YARN cannot be given is told by its path") {
  installation i;
  i.put("lib/a:b.jar", "x");
  const auto set = i.read();
  REQUIRE_FALSE(set);
  CHECK(set.error().code == status_code::failed_precondition);
  CHECK(set.error().message.find("a:b.jar") != std::string::npos);
}

TEST_CASE("no installation is NOT_FOUND") {
  installation i;
  fs::remove(i.directory / "lib/flink-dist-1.20.5.jar");
  CHECK(i.read().error().code == status_code::not_found);
}
