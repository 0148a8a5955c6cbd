// Values of properties: numbers, memory sizes, argument lists.
#include "input/property_values.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "package/property_names.h"

using namespace dm::input;
using namespace dm::package;
using words = std::vector<std::string>;

TEST_CASE("memory sizes are Flink's, and a bare number is in megabytes") {
  constexpr std::int64_t mb = 1 << 20;
  CHECK(parse_memory_bytes("512") == 512 * mb);
  CHECK(parse_memory_bytes("512m") == 512 * mb);
  CHECK(parse_memory_bytes("512 MB") == 512 * mb);
  CHECK(parse_memory_bytes("1g") == 1024 * mb);
  CHECK(parse_memory_bytes("2 gibibytes") == 2048 * mb);
  CHECK(parse_memory_bytes("1024kb") == mb);
  CHECK(parse_memory_bytes("1048576b") == mb);
  for (const char* text :
       {"", "m", "1.5g", "-1m", "+1m", "1 m b", "1x", "0x10", "9999999999t", "1\nm"}) {
    INFO(text);
    CHECK(parse_memory_bytes(text) == std::nullopt);
  }
  CHECK(flink_memory(512 * mb) == "512m");
  CHECK(flink_memory(512 * mb + 1) == "536870913b");
}

TEST_CASE("arguments are split as a shell splits words, and nothing is expanded") {
  CHECK(split_arguments("") == words{});
  CHECK(split_arguments("  a  b\tc ") == words{"a", "b", "c"});
  CHECK(split_arguments("'a b' \"c d\" e' 'f") == words{"a b", "c d", "e f"});
  CHECK(split_arguments("'' \"\"") == words{"", ""});
  CHECK(split_arguments(R"(a\ b \" \\ "x\"y" "x\ny" 'x\y')") ==
        words{"a b", "\"", "\\", "x\"y", "x\\ny", "x\\y"});
  CHECK(split_arguments("$HOME `id` $(id) *; rm -rf / | > x") ==
        words{"$HOME", "`id`", "$(id)", "*;", "rm", "-rf", "/", "|", ">", "x"});
  CHECK(split_arguments("a 'b") == std::nullopt);
  CHECK(split_arguments("a \"b") == std::nullopt);
  CHECK(split_arguments("a\\") == std::nullopt);
}

TEST_CASE("lists are split at commas") {
  CHECK(split_list("") == words{});
  CHECK(split_list(" a , b,,c ") == words{"a", "b", "c"});
}

TEST_CASE("names have the characters they may have") {
  CHECK(is_class_name("Job"));
  CHECK(is_class_name("com.example.Größe$1"));
  CHECK_FALSE(is_class_name(""));
  CHECK_FALSE(is_class_name(".Job"));
  CHECK_FALSE(is_class_name("Job."));
  CHECK_FALSE(is_class_name("\xFF"));
  CHECK(is_package_file("a/b-c_1.0+x.jar"));
  CHECK_FALSE(is_package_file("a/..b/../c"));
  CHECK(is_package_file("..a"));
  CHECK_FALSE(is_package_file("a/"));
  CHECK(is_environment_name("_X1"));
  CHECK_FALSE(is_environment_name("1X"));
  CHECK(refused_environment_reason("JAVA_HOME").empty());
  CHECK(refused_environment_reason("HADOOP_CLASSPATH").empty());
  CHECK_FALSE(refused_environment_reason("LD_AUDIT").empty());
  for (const char* name : {"FLINK_LOG_DIR", "FLINK_BIN_DIR", "FLINK_LIB_DIR", "YARN_CONF_DIR"})
    CHECK_FALSE(refused_environment_reason(name).empty());
  CHECK(refused_environment_reason("JAVA_HOME").empty());
  CHECK(is_user_tag("team:a/b=c@d"));
  CHECK_FALSE(is_user_tag("Dm-x"));
  CHECK_FALSE(is_user_tag(std::string(101, 'a')));
  CHECK(is_queue("root.a-b"));
  for (const char* queue : {"", ".default", "root..default", "root.default.", "-a", "a b"}) {
    INFO(queue);
    CHECK_FALSE(is_queue(queue));
  }
  CHECK_FALSE(is_executable("../python"));
}

TEST_CASE("integers are digits and nothing else") {
  CHECK(parse_integer("-5") == -5);
  for (const char* text : {"", "+5", " 5", "5 ", "5.0", "5e1", "0x5", "99999999999999999999"}) {
    INFO(text);
    CHECK(parse_integer(text) == std::nullopt);
  }
}

TEST_CASE("the table of properties is complete in itself") {
  for (const property_name& entry : property_names()) {
    INFO(entry.name);
    CHECK(entry.name.starts_with("component_"));
    CHECK(find_property_name(entry.name) == &entry);  // no name twice
    CHECK_FALSE(entry.default_value.empty());
    CHECK_FALSE(entry.allowed.empty());
    CHECK_FALSE(entry.description.empty());
    CHECK_FALSE(entry.flink.empty());
    const bool bounded = entry.kind == property_kind::integer || entry.kind == property_kind::size;
    CHECK(bounded == (entry.most != 0));
  }
  CHECK(nearest_property_name("component_flink_paralelism") == "component_flink_parallelism");
}

TEST_CASE("documents.md has the table of properties, row by row") {
  std::stringstream documents;
  documents << std::ifstream(DM_DOCUMENTS).rdbuf();
  for (const property_name& entry : property_names()) {
    std::stringstream row;
    row << "| `" << entry.name << "` | " << entry.default_value << " | " << entry.allowed << " | "
        << entry.flink << " | " << entry.description << " |";
    INFO(row.str());
    CHECK(documents.str().find(row.str()) != std::string::npos);
  }
}
