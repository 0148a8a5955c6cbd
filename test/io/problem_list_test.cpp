// Problems, kept up to a hundred and counted.
#include "io/problem_list.h"

#include <catch2/catch.hpp>

TEST_CASE("a list of problems ends after a hundred, and counts the others") {
  dm::problem_list list;
  CHECK(list.empty());
  CHECK(list.details().empty());
  for (int i = 0; i < 250; ++i) list.push_back({std::to_string(i), "x", "y"});
  CHECK(list.size() == 100);
  CHECK(list.count() == 250);
  REQUIRE(list.details().size() == 101);
  CHECK(list.details()[99].path == "99");
  CHECK(list.details().back().found == "and 150 more");
  dm::problem_list whole;
  whole.push_back({"first", "x", "y"});
  whole.append(list);
  CHECK(whole.count() == 251);
  CHECK(whole.front().path == "first");
  CHECK(whole.details().size() == 101);
}
