// The release file of a Java installation.
#include "package/java_release.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::package;

TEST_CASE("a release file tells the Java's version, old and new numbering") {
  CHECK(java_release_in("JAVA_VERSION=\"17.0.12\"\n") == 17);
  CHECK(java_release_in("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"1.8.0_402\"\n") == 8);
  CHECK(java_release_in("JAVA_VERSION=\"25\"") == 25);
  for (const char* text : {"", "JAVA_VERSION=17\n", "JAVA_VERSION=\"x\"\n",
                           "MY_JAVA_VERSION=\"9\"\n", "JAVA_VERSION=\"99999999999\"\n"}) {
    INFO(text);
    CHECK(java_release_in(text) == 0);
  }
}

TEST_CASE("a Java's home may be a link; a directory without the file tells nothing") {
  const dm::test::temporary_directory folder;
  dm::test::write_text(folder / "jdk/release", "JAVA_VERSION=\"11.0.1\"\n");
  REQUIRE(::symlink((folder / "jdk").c_str(), (folder / "link").c_str()) == 0);
  CHECK(java_release_at(folder / "link") == 11);
  CHECK(java_release_at(folder / "absent") == 0);
  CHECK(java_release_at("") == 0);
}
