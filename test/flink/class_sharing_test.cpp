// Flags of class data sharing, and what a JVM says of itself.
#include "flink/class_sharing.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::test::flink;

namespace {

const std::string ours =
    "-XX:+IgnoreUnrecognizedVMOptions -XX:+VerifySharedSpaces "
    "-XX:SharedArchiveFile=flink-classes.jsa -showversion";

// java -showversion, of the builds they name.
constexpr std::string_view debian_17 =
    "openjdk version \"17.0.15\" 2025-04-15\n"
    "OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)\n"
    "OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode, sharing)\n";
constexpr std::string_view temurin_25 =
    "openjdk version \"25.0.3\" 2026-04-21 LTS\n"
    "OpenJDK Runtime Environment Temurin-25.0.3+9 (build 25.0.3+9-LTS)\n"
    "OpenJDK 64-Bit Server VM Temurin-25.0.3+9 (build 25.0.3+9-LTS, mixed mode)\n";

}  // namespace

TEST_CASE("the flags stand before whatever a process has already, in the version's keys") {
  configuration_map old{{"env.java.opts.taskmanager", "-Da"}, {"env.java.opts", "-Db"}};
  CHECK(share_classes(flink("1.18.1"), old).empty());
  CHECK(old["env.java.opts.jobmanager"] == ours);
  CHECK(old["env.java.opts.taskmanager"] == ours + " -Da");
  CHECK(old["env.java.opts"] == "-Db");
  configuration_map present{{"env.java.default-opts.jobmanager", "-Da"}};
  CHECK(share_classes(flink("1.19.3"), present).empty());
  CHECK(present["env.java.default-opts.jobmanager"] == ours + " -Da");
  CHECK(present["env.java.default-opts.taskmanager"] == ours);
  CHECK(present.size() == 2);
}

TEST_CASE("who has flags of sharing is left alone, and named") {
  for (const char* flags : {"-Da -XX:SharedArchiveFile=/a.jsa", "-Xshare:off",
                            "-XX:-UseSharedSpaces", "-XX:ArchiveClassesAtExit=/a.jsa"}) {
    configuration_map keys{{"env.java.opts.all", flags}};
    CHECK(share_classes(flink("1.20.5"), keys) ==
          "env.java.opts.all has flags of class data sharing");
    CHECK(keys.size() == 1);
  }
}

TEST_CASE("a JVM's build and whether it shares") {
  const auto shares = read_jvm_version(debian_17);
  REQUIRE(shares);
  CHECK(shares->build == "17.0.15+6-Debian-1deb12u1");
  CHECK(shares->shares);
  const auto alone = read_jvm_version(temurin_25);
  REQUIRE(alone);
  CHECK(alone->build == "25.0.3+9-LTS");
  CHECK_FALSE(alone->shares);
  // A word of the build is no word of java.vm.info.
  CHECK_FALSE(read_jvm_version("X VM (build sharing)\n")->shares);
  CHECK(read_jvm_version("X VM (build 8, mixed mode, sharing, more)\r\n")->shares);
}

TEST_CASE("what is no version of a JVM says nothing") {
  for (const char* text :
       {"", "SLF4J: x\n", "OpenJDK 64-Bit Server VM (build 17, mixed mode, sharing",
        "OpenJDK 64-Bit Server VM warning: sharing is only supported for boot loader classes\n"}) {
    CHECK_FALSE(read_jvm_version(text));
  }
}
