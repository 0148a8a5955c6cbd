// What --check tells beyond single lines.
#include "queue_policy/map_check.h"

#include <catch2/catch.hpp>

#include "maps.h"

using namespace dm::queue_policy;
namespace maps = dm::test::maps;

namespace {

std::optional<bool> all_known(member_kind, const std::string&) { return true; }

std::vector<std::size_t> lines(const std::vector<map_remark>& remarks) {
  std::vector<std::size_t> found;
  for (const map_remark& one : remarks) found.push_back(one.line);
  return found;
}

}  // namespace

TEST_CASE("nothing is wrong with the original's maps") {
  CHECK(check(read_queue_map(maps::capacity_scheduler), all_known).empty());
  CHECK(check(read_queue_map(maps::fair_scheduler), all_known).empty());
}

TEST_CASE("a map that gives nobody a queue is no map") {
  const auto remarks = check(read_queue_map("# none yet\n"), all_known);
  REQUIRE(remarks.size() == 1);
  CHECK(remarks.front().unusable);
  CHECK(remarks.front().line == 0);
}

TEST_CASE("rules that are there twice, and one queue by two names") {
  const auto remarks =
      check(read_queue_map("eve: q\n:eve q\neve: q\n* root.a.q\n* root.b.q\n"), all_known);
  CHECK(lines(remarks) == std::vector<std::size_t>{3, 4, 5});
  for (const map_remark& one : remarks) CHECK_FALSE(one.unusable);
  CHECK(remarks.at(0).text.find("line 1") != std::string::npos);
}

TEST_CASE("names that this node does not know, and one of which it could not tell") {
  const auto known = [](member_kind kind, const std::string& name) -> std::optional<bool> {
    if (name == "slow") return std::nullopt;
    return kind == member_kind::group;
  };
  const auto remarks = check(read_queue_map(":eve q\neve: q\nslow: q\n* q\n"), known);
  CHECK(lines(remarks) == std::vector<std::size_t>{2});
  CHECK(known_on_this_node(member_kind::user, "root") == true);
  CHECK(known_on_this_node(member_kind::group, "no-such-group-here") == false);
}

TEST_CASE("all remarks come in the order of their lines") {
  const auto remarks = check(read_queue_map("a:\neve: q\nb:\neve: q\nc:\n"), all_known);
  CHECK(lines(remarks) == std::vector<std::size_t>{1, 3, 4, 5});
}
