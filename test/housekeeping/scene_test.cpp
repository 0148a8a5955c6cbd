// Ages, and the last look before something is removed.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/scene.h"

#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::day_ms;
using dm::test::planted;
using housekeeping::kind;

namespace {
io::operation in_time() { return io::operation::within(std::chrono::seconds(30)); }
}  // namespace

TEST_CASE(
    "an age is the kind's own, the request's, or the request's for the kind; never too short") {
  planted p;
  auto& session = p.session();
  auto request = p.request();
  const auto known = housekeeping::find_components(session, in_time(), request);
  housekeeping::witnesses asked(session, known);
  const housekeeping::scene s{session, request, known, asked, io::now()};
  CHECK(s.age_limit_ms(kind::staging) == day_ms);
  request.older_than_ms = 5 * day_ms;
  CHECK(s.age_limit_ms(kind::staging) == 5 * day_ms);
  CHECK(s.age_limit_ms(kind::second_application) == 0);
  request.ages_ms[kind::staging] = 2 * day_ms;
  CHECK(s.age_limit_ms(kind::staging) == 2 * day_ms);
  request.ages_ms[kind::staging] = 0;
  CHECK(s.age_limit_ms(kind::staging) == 3'600'000);
}

TEST_CASE(
    "what was written since it was seen stays, what is gone is gone, a silent HDFS is no proof") {
  planted p;
  auto& session = p.session();
  const auto request = p.request();
  const auto known = housekeeping::find_components(session, in_time(), request);
  housekeeping::witnesses asked(session, known);
  housekeeping::scene s{session, request, known, asked, io::now()};
  p.put("/pnda/a/file", 10);
  const auto seen = session.hdfs_for("pnda").status(in_time(), "/pnda/a/file");
  REQUIRE(seen);
  const auto remove = hdfs_removal(s, "pnda", "/pnda/a/file", *seen);
  p.put("/pnda/a/file", 9);
  const auto left = remove(in_time());
  REQUIRE_FALSE(left);
  CHECK(left.error().code == status_code::failed_precondition);
  p.d.name_node.server().stop();
  CHECK_FALSE(remove(in_time()));
  p.d.name_node.server().start();
  p.put("/pnda/a/file", 10);
  const auto now = session.hdfs_for("pnda").status(in_time(), "/pnda/a/file");
  REQUIRE(now);
  const auto again = hdfs_removal(s, "pnda", "/pnda/a/file", *now);
  CHECK(again(in_time()) == true);
  CHECK(again(in_time()) == false);
}

TEST_CASE("a part of a path is neither empty nor leads elsewhere") {
  for (const char* bad : {"", ".", "..", "a/b", "/"}) CHECK_FALSE(housekeeping::is_path_part(bad));
  CHECK(housekeeping::is_path_part("pnda"));
}
