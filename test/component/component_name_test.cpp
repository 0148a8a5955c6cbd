// Names, ids, tags and what is derived from them.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_name.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace dm::component;

namespace {

std::vector<std::string> wrong_paths(const component_name& name) {
  std::vector<std::string> paths;
  for (const dm::problem& problem : check_name(name)) paths.push_back(problem.path);
  return paths;
}

}  // namespace

TEST_CASE("names as long and as odd as the rules allow are accepted (D-44)") {
  const component_name longest{std::string(63, 'a'), std::string(100, 'B'), std::string(100, '9')};
  CHECK(check_name(longest).empty());
  const std::vector<component_name> odd = {
      {"_", "_", "_"}, {"0", "0", "0"}, {"a-", "A-", "Z-_-"}, {"_-_", "__", "9_9-"}};
  for (const component_name& name : odd) CHECK(check_name(name).empty());
}

TEST_CASE("all three names are judged, and every problem is reported at once") {
  CHECK(wrong_paths({"", "", ""}) ==
        std::vector<std::string>{"$.namespace", "$.application", "$.component"});
  CHECK(wrong_paths({"Prod", "app", "job"}) == std::vector<std::string>{"$.namespace"});
  CHECK(wrong_paths({std::string(64, 'a'), std::string(101, 'a'), std::string(101, 'a')}).size() ==
        3);
}

TEST_CASE("no character that means something elsewhere is part of a name (E17, E54, E57)") {
  const std::vector<std::string> bad = {
      "job\n",     "\njob", "job\r", "a b", "a.b",  "a/b",     "..",      ".",   "-job", "a,b",
      "a:b",       "a%b",   "a$b",   "a;b", "a'b",  "a\"b",    "a\\b",    "a=b", "[a]",  "a\tb",
      "j\xC3\xA4", "a*b",   "a@b",   "a#b", "a`b`", "$(date)", "job\x7f", "a&b", "a|b",  "~a"};
  for (const std::string& name : bad) {
    CAPTURE(name);
    CHECK(wrong_paths({"prod", "app", name}) == std::vector<std::string>{"$.component"});
    CHECK(wrong_paths({"prod", name, "job"}) == std::vector<std::string>{"$.application"});
    CHECK(wrong_paths({name, "app", "job"}) == std::vector<std::string>{"$.namespace"});
  }
  CHECK(wrong_paths({"prod", "app", std::string("job\0x", 5)}).size() == 1);
}

TEST_CASE("what is shown of a bad name is short and printable") {
  const auto problems = check_name({"prod", "app", "a\n\x1b[2J" + std::string(10'000, 'x')});
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].found.size() < 120);
  CHECK(problems[0].found.find("a\\x0a\\x1b[2J") == 0);
  CHECK(problems[0].allowed.find("100") != std::string::npos);
}

TEST_CASE("the id is of the three names, not of their text") {
  const std::string id = component_id({"prod", "app", "job"});
  CHECK(id == "783bc7c038534e53");  // printf 'prod\0app\0job' | sha256sum
  CHECK(component_id({"prod", "app", "Job"}) != id);
  // Joined without a separator, or by one that a name may contain, these would be the same.
  CHECK(component_id({"a", "b_c", "d"}) != component_id({"a_b", "c", "d"}));
  CHECK(component_id({"ab", "c", "d"}) != component_id({"a", "bc", "d"}));
}

TEST_CASE("tags are lower case and within YARN's limit, whatever the names") {
  const component_name longest{std::string(63, 'z'), std::string(100, 'A'), std::string(100, 'B')};
  const std::string id = component_id(longest);
  for (const std::string& tag :
       {fleet_tag(longest.name_space), component_tag(id), epoch_tag(id, UINT64_MAX)}) {
    CAPTURE(tag);
    CHECK(tag.size() <= 100);
    CHECK(std::all_of(tag.begin(), tag.end(), [](unsigned char c) {
      return c < 0x80 && c > 0x20 && c != ',' && !(c >= 'A' && c <= 'Z');
    }));
  }
  CHECK(fleet_tag("prod") == "dm-fleet-prod");
  CHECK(component_tag("0123456789abcdef") == "dm-component-0123456789abcdef");
  CHECK(epoch_tag("0123456789abcdef", 7) == "dm-epoch-0123456789abcdef-7");
}

TEST_CASE("the epoch is read from one's own tag alone") {
  const std::string id = "0123456789abcdef";
  const std::string other = "fedcba9876543210";
  CHECK(epoch_of({"dm-fleet-prod", epoch_tag(other, 9), epoch_tag(id, 12)}, id) == 12);
  CHECK(epoch_of({epoch_tag(id, UINT64_MAX)}, id) == UINT64_MAX);
  CHECK_FALSE(epoch_of({}, id));
  CHECK_FALSE(epoch_of({epoch_tag(other, 9)}, id));
  for (const std::string tail : {"", "x", "7x", "-7", " 7", "7 ", "99999999999999999999999"}) {
    CAPTURE(tail);
    CHECK_FALSE(epoch_of({"dm-epoch-" + id + "-" + tail}, id));
  }
}

TEST_CASE("no two components share a program or a directory (E17)") {
  std::set<std::string> programs;
  std::set<std::string> directories;
  const std::vector<component_name> names = {
      {"a", "b-c", "d"}, {"a-b", "c", "d"}, {"a", "b", "c-d"},  {"a", "b_c", "d"},
      {"a_b", "c", "d"}, {"a", "b", "c_d"}, {"a", "flink", "d"}};
  for (const component_name& name : names) {
    programs.insert(program_name(name));
    directories.insert(hdfs_directory("/state", name));
  }
  CHECK(programs.size() == names.size());
  CHECK(directories.size() == names.size());
  CHECK(program_name({"prod", "app", "job"}) == "flink.prod.app.job");
  CHECK(hdfs_directory("/pnda/flink", {"prod", "app", "job"}) == "/pnda/flink/prod/app/job");
  CHECK(local_directory("/opt", {"prod", "app", "job"}) == "/opt/prod/app/job");
}
