// What is wrong with a restore point's files, and what says nothing about them.
// SPDX-License-Identifier: Apache-2.0
#include "state/verification.h"

#include <catch2/catch.hpp>

#include "one_ledger.h"

using namespace dm::state;
using dm::status_code;
using dm::test::one_ledger;

namespace {

verdict verified(one_ledger& l, const restore_point& point) {
  const auto found = verify(l.in_time, l.hdfs, point);
  if (!found) FAIL(found.error().text());
  CHECK((found->what == verdict::kind::intact) == found->reason.empty());
  return *found;
}

struct recorded : one_ledger {
  std::string path = complete("op", 3, 12);
  restore_point point = only();
};

}  // namespace

TEST_CASE("a savepoint as it was recorded is intact") {
  recorded l;
  const verdict found = verified(l, l.point);
  CHECK(found.what == verdict::kind::intact);
  CHECK_FALSE(found.header_only);
  CHECK(found.checkpoint_id == 12);
}

TEST_CASE("a file that somebody added is no damage") {
  recorded l;
  l.files().put(l.path + "/_SUCCESS", "");
  CHECK(verified(l, l.point).what == verdict::kind::intact);
}

TEST_CASE("a state file that is gone or has another length") {
  recorded l;
  l.files().put(l.path + "/4f1c", "short");
  CHECK(verified(l, l.point).reason == "its file 4f1c has 5 bytes, 1000 when it was completed");
  CHECK(verified(l, l.point).because == damage::file_length);
  l.files().remove(l.path + "/4f1c", false);
  CHECK(verified(l, l.point).reason == "its file 4f1c is gone");
  CHECK(verified(l, l.point).because == damage::file_gone);
}

TEST_CASE("metadata that is truncated, gone, or not Flink's") {
  recorded l;
  l.files().put(l.path + "/_metadata", std::string(72, 'x'));  // of the same length
  CHECK(verified(l, l.point).reason.find("begins with 78787878") != std::string::npos);
  CHECK(verified(l, l.point).because == damage::metadata_unreadable);
  l.files().put(l.path + "/_metadata", "short");
  CHECK(verified(l, l.point).reason.find("_metadata has 5 bytes") != std::string::npos);
  l.files().put(l.path + "/_metadata", dm::fake::metadata_bytes(13));
  CHECK(verified(l, l.point).reason == "its _metadata is of checkpoint 13, recorded was 12");
  l.files().remove(l.path + "/_metadata", false);
  CHECK(verified(l, l.point).reason == "its file _metadata is gone");
  CHECK(verified(l, l.point).what == verdict::kind::damaged);
  l.files().remove(l.path, true);
  CHECK(verified(l, l.point).reason.find("is gone") != std::string::npos);
  CHECK(verified(l, l.point).what == verdict::kind::gone);
}

TEST_CASE("a manifest that is not at hand: its totals are compared") {
  recorded l;
  l.point.manifest.clear();
  CHECK(verified(l, l.point).what == verdict::kind::intact);
  CHECK_FALSE(verified(l, l.point).header_only);
  l.files().put(l.path + "/4f1c", "short");
  CHECK(verified(l, l.point).reason.find("when it was completed") != std::string::npos);
  l.files().remove(l.path + "/4f1c", false);
  CHECK(verified(l, l.point).reason == "it has 1 files, 2 when it was completed");
}

TEST_CASE("without a record only the header is looked at, and said so") {
  one_ledger l;
  l.put_savepoint("/sp/savepoint-1", 4);
  restore_point point;
  point.path = "/sp/savepoint-1";
  CHECK(verified(l, point).header_only);
  CHECK(verified(l, point).checkpoint_id == 4);
  l.files().put("/sp/savepoint-1/_metadata", "");
  CHECK(verified(l, point).reason.find("is empty") != std::string::npos);
}

TEST_CASE("of what never came to be there is nothing to verify") {
  one_ledger l;
  CHECK(verified(l, restore_point{}).because == damage::nothing_made);
}

TEST_CASE("what cannot be looked at is neither intact nor damaged") {
  recorded l;
  l.node.server().stop();
  const auto found = verify(l.in_time, l.hdfs, l.point);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
  CHECK(found.error().message.find("verifying op") != std::string::npos);
}

TEST_CASE("an exception of HDFS, whichever it is, is no verdict about the files (INV-10)") {
  recorded l;
  const std::string operation = GENERATE(as<std::string>{}, "OPEN", "LISTSTATUS");
  dm::test::refuse(l.node, operation, l.path);
  CHECK_FALSE(verify(l.in_time, l.hdfs, l.point));
  result_record record;
  record.operation = "op";
  record.path = l.path;
  CHECK_FALSE(l.ledger.take_inventory(l.in_time, record));
  CHECK(record.checkpoint_id == 0);
}

TEST_CASE("directories that are deeper than any of Flink's are no savepoint") {
  one_ledger l;
  l.put_savepoint("/sp/savepoint-1", 4);
  l.files().put("/sp/savepoint-1/1/2/3/4/5/6/7/8/9/10", "x");
  restore_point point;
  point.path = "/sp/savepoint-1";
  CHECK(verified(l, point).because == damage::too_deep);
}
