// The verbs pin and unpin.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "savepoint/restore_points.h"
#include "savepoint/savepoint_pin.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::status_code;
using dm::test::deployment;
namespace io = dm::io;

namespace {

pin_request request_for(deployment& d, const std::string& id) {
  pin_request request;
  request.data = d.data;
  request.user = "alice";
  request.savepoint = id;
  request.reason = "before the migration";
  return request;
}

pin_reply pin_it(deployment& d, const std::string& id) {
  return pin(d.session(), io::operation::within(std::chrono::seconds(30)), request_for(d, id));
}

pin_reply unpin_it(deployment& d, const std::string& id) {
  return unpin(d.session(), io::operation::within(std::chrono::seconds(30)), request_for(d, id));
}

dm::state::restore_point seen(deployment& d, const std::string& id) {
  component_view view(d.session(), d.data);
  const auto known = read_points(view, {});
  REQUIRE(known);
  const auto* point = find_by_id(known->points, id);
  REQUIRE(point != nullptr);
  return *point;
}

}  // namespace

TEST_CASE("a pin is set and taken off; repeating either changes nothing (INV-5)") {
  deployment d;
  d.put_savepoint("sp-1", d.play_stopped_run());
  const pin_reply pinned = pin_it(d, "sp-1");
  REQUIRE_FALSE(pinned.failure);
  CHECK(pinned.changed);
  CHECK(pinned.pinned);
  CHECK(seen(d, "sp-1").pinned);
  CHECK(seen(d, "sp-1").pin_reason == "before the migration");
  CHECK_FALSE(pin_it(d, "sp-1").changed);
  const pin_reply unpinned = unpin_it(d, "sp-1");
  REQUIRE_FALSE(unpinned.failure);
  CHECK(unpinned.changed);
  CHECK_FALSE(unpinned.pinned);
  CHECK_FALSE(seen(d, "sp-1").pinned);
  CHECK_FALSE(unpin_it(d, "sp-1").changed);
}

TEST_CASE("a savepoint made by hand can be pinned too") {
  deployment d;
  d.play_stopped_run();
  const std::string id = "savepoint-79027c-aaaaaaaaaaaa";
  d.name_node.files().put(d.state_directory() + "/savepoints/" + id + "/_metadata",
                          deployment::metadata(6));
  const pin_reply pinned = pin_it(d, id);
  if (pinned.failure) FAIL(pinned.failure->text());
  CHECK(seen(d, id).pinned);
}

TEST_CASE("what cannot be pinned is refused, saying why") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_checkpoint(epoch, 4);
  const pin_reply unknown = pin_it(d, "sp-9");
  REQUIRE(unknown.failure);
  CHECK(unknown.failure->code == status_code::not_found);
  CHECK(unknown.failure->component == "prod/app/stream");
  CHECK_FALSE(unknown.pinned);
  const pin_reply checkpoint = pin_it(d, "checkpoint-2-4");
  REQUIRE(checkpoint.failure);
  CHECK(checkpoint.failure->code == status_code::failed_precondition);
  CHECK(checkpoint.failure->message.find("retained checkpoint") != std::string::npos);
  d.name_node.server().stop();
  CHECK(pin_it(d, "sp-1").failure->code == status_code::unavailable);
}
