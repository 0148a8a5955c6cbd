// Which components there are, by whom.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/known_components.h"

#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::find_components;

namespace {
io::operation in_time() { return io::operation::within(std::chrono::seconds(30)); }
}  // namespace

TEST_CASE("the host's records, the node's directories and those on HDFS are one list") {
  planted p;
  const auto orphan = p.d.create("orphan");
  p.d.append(component::record_kind::run);
  p.d.name_node.files().put("/pnda/flink/prod/app/past/log/1.json", "{}");
  p.d.name_node.files().set_owner("/pnda/flink/prod/app/past", "somebody");
  p.records.push_back({{"prod", "app", "unread"}, std::nullopt});
  const auto known = find_components(p.session(), in_time(), p.request());
  REQUIRE(known.all.size() == 4);
  const auto* stream = known.find(p.d.data.name);
  REQUIRE(stream != nullptr);
  CHECK(stream->recorded);
  CHECK(stream->on_node);
  CHECK(stream->on_hdfs);
  CHECK(known.by_id(p.d.data.id) == stream);
  const auto* found = known.find(orphan.name);
  REQUIRE(found != nullptr);
  CHECK_FALSE(found->recorded);
  CHECK(found->has_data);
  const auto* past = known.find({"prod", "app", "past"});
  REQUIRE(past != nullptr);
  CHECK(past->on_hdfs);
  CHECK_FALSE(past->on_node);
  CHECK(past->data.user == "somebody");
  CHECK(past->data.state == component::state_policy::required);
  // Whose data cannot be read has a record all the same.
  REQUIRE(known.find({"prod", "app", "unread"}) != nullptr);
  CHECK(known.find({"prod", "app", "unread"})->recorded);
  CHECK(known.users.contains("somebody"));
  CHECK_FALSE(known.hdfs_failure);
}

TEST_CASE("a NameNode that is away is told, and hides no component of the node") {
  planted p;
  p.d.name_node.server().stop();
  const auto known = find_components(p.session(), in_time(), p.request());
  CHECK(known.hdfs_failure);
  CHECK(known.all.size() == 1);
}
