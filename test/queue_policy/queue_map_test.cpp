// Maps: the original platform's, by all that they were written for, and what may be wrong in one.
#include "queue_policy/queue_map.h"

#include <catch2/catch.hpp>

#include "maps.h"

using namespace dm::queue_policy;
using dm::io::account_groups;
using names = std::vector<std::string>;
namespace maps = dm::test::maps;

namespace {

names queues(std::string_view text, const account_groups& submitter) {
  return queues_of(read_queue_map(text), submitter);
}

// The line that a remark is about, and whether the line is of no use.
std::vector<std::pair<std::size_t, bool>> remarked(const queue_map& map) {
  std::vector<std::pair<std::size_t, bool>> lines;
  for (const map_remark& one : map.remarks) lines.emplace_back(one.line, one.unusable);
  return lines;
}

}  // namespace

TEST_CASE("the original's maps place each of its accounts as they did") {
  struct row {
    account_groups submitter;
    names by_leaf;
    names by_path;
  };
  const std::vector<row> rows = {
      {{"pnda", {"pnda", "hadoop"}}, {"default"}, {"root.default"}},
      {{"alice", {"alice", "prod"}},
       {"prod", "dev"},
       {"root.applications.prod", "root.applications.dev"}},
      {{"bob", {"users", "dev"}}, {"dev"}, {"root.applications.dev"}},
      // In both: what is written first is its own.
      {{"carol", {"dev", "prod"}},
       {"prod", "dev"},
       {"root.applications.prod", "root.applications.dev"}},
      {{"mallory", {"users"}}, {}, {}},
      // The account named prod is in no group of that name.
      {{"prod", {"users"}}, {}, {}},
  };
  for (const row& one : rows) {
    INFO(one.submitter.account);
    CHECK(queues(maps::capacity_scheduler, one.submitter) == one.by_leaf);
    CHECK(queues(maps::fair_scheduler, one.submitter) == one.by_path);
  }
  CHECK(read_queue_map(maps::capacity_scheduler).remarks.empty());
  CHECK(read_queue_map(maps::fair_scheduler).remarks.empty());
}

TEST_CASE("a group's name is compared whole, where the original looked for it as a word") {
  CHECK(queues(maps::capacity_scheduler, {"eve", {"dev-ops", "prod.readers", "nodev"}}).empty());
  CHECK(queues(":dev.ops q\n", {"eve", {"dev-ops"}}).empty());  // nor is it a pattern
  CHECK(queues(":dev-ops q\n", {"eve", {"dev-ops"}}) == names{"q"});
  CHECK(queues(":Dev q\n", {"eve", {"dev"}}).empty());
}

TEST_CASE("everybody, and the order of the rules") {
  const account_groups eve{"eve", {"users"}};
  CHECK(queues("* misc\n", eve) == names{"misc"});
  CHECK(queues("eve: own\n* misc\n", eve) == names{"own", "misc"});
  CHECK(queues("* misc\neve: own\n", eve) == names{"misc", "own"});
  CHECK(queues("* misc\n:users misc\n", eve) == names{"misc"});
}

TEST_CASE("what the original read, is read: blanks, comments, users without a colon, both names") {
  const account_groups eve{"eve", {"users"}};
  CHECK(queues("\n  \t\n#eve: no\n   # eve: no\n\t eve:\t own \t\n", eve) == names{"own"});
  CHECK(queues("eve own\n", eve) == names{"own"});
  CHECK(queues("eve:nobodys own\n", eve) == names{"own"});
  CHECK(queues("bob:users own\n", eve).empty());
  CHECK(queues("#!/usr/bin/flink-queue-policy --map\neve: own\n", eve) == names{"own"});
}

TEST_CASE("what the original lost without a word, counts: the last line's end, foreign line ends") {
  const account_groups eve{"eve", {"users"}};
  CHECK(queues("eve: own", eve) == names{"own"});
  CHECK(queues("eve: own\r\n:users misc\r\n", eve) == names{"own", "misc"});
  const queue_map marked = read_queue_map(
      "\xEF\xBB\xBF"
      "eve: own\n");
  CHECK(queues_of(marked, eve) == names{"own"});
  CHECK(remarked(marked) == std::vector<std::pair<std::size_t, bool>>{{1, false}});
}

TEST_CASE("a line that is no rule counts for nobody, and all are told, with what would be right") {
  const std::string text =
      "eve:own\n"         // 1: no blank
      "eve:\n"            // 2: no queue
      ": q\n"             // 3: nobody
      "*: q\n"            // 4: nobody's name
      ":* q\n"            // 5
      "eve: a b\n"        // 6: two words
      "eve: q # mine\n"   // 7: a comment after a rule
      "eve: -q\n"         // 8: an option
      "eve: q;reboot\n"   // 9
      "eve: root..q\n"    // 10
      "eve: q\x1b[2J\n"   // 11
      "eve: \xff\xfe\n"   // 12
      "eve: good\n"       // 13
      "*\n"               // 14
      "e\x1bve: q\n"      // 15
      "e\xC2\x9Bve: q\n"  // 16: a control character of Unicode
      "e\xffve: q\n";     // 17
  const queue_map map = read_queue_map(text);
  REQUIRE(map.rules.size() == 1);
  CHECK(map.rules.front().line == 13);
  std::vector<std::size_t> lines;
  for (const map_remark& one : map.remarks) {
    CHECK(one.unusable);
    CHECK(one.text.find('\x1b') == std::string::npos);
    lines.push_back(one.line);
  }
  CHECK(lines == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17});
  CHECK(map.remarks.front().text.find("blank") != std::string::npos);
}

TEST_CASE("what is read otherwise than it may have been meant is noted") {
  const queue_map map =
      read_queue_map("prod dev\neve:users q\n:root:x root.b\n:users: q\neve:users:x q\n");
  CHECK(remarked(map) ==
        std::vector<std::pair<std::size_t, bool>>{{1, false}, {2, false}, {3, false}, {5, false}});
  CHECK(map.rules.size() == 5);
  CHECK(map.rules.at(2).member == "root");
  CHECK(map.remarks.at(2).text.find("\":x\"") != std::string::npos);
}

TEST_CASE("no text is too odd to be read") {
  CHECK(read_queue_map("").rules.empty());
  CHECK(read_queue_map("\n\n\n").rules.empty());
  CHECK(read_queue_map(std::string(100'000, ':')).rules.empty());
  CHECK(read_queue_map(std::string("a: q\0\n", 6)).rules.empty());
  CHECK(read_queue_map("a: " + std::string(255, 'q')).rules.size() == 1);
  CHECK(read_queue_map("a: " + std::string(256, 'q')).rules.empty());
}
