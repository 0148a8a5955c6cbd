// The dispose verb: what it deletes, in which order, by whom, and what it leaves alone.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>

#include "savepoint/restore_points.h"
#include "savepoint/savepoint_dispose.h"
#include "savepoint/savepoint_pin.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::status_code;
using dm::component::record_kind;
using dm::state::restore_point_state;
using dm::test::deployment;
using dm::test::require_good;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

dispose_reply dispose_it(deployment& d, const std::string& id, bool force = false) {
  dispose_request request;
  request.data = d.data;
  request.user = "alice";
  request.savepoint = id;
  request.force = force;
  return dispose(d.session(), io::operation::within(std::chrono::seconds(30)), request);
}

std::string refusal(const dispose_reply& reply) {
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
  CHECK_FALSE(reply.failure->hint.empty());
  CHECK_FALSE(reply.changed);
  return reply.failure->message;
}

std::vector<dm::state::restore_point> points(deployment& d) {
  component_view view(d.session(), d.data);
  const auto known = read_points(view, {});
  REQUIRE(known);
  return known->points;
}

// A live job, started from the newest savepoint.
void run_from_newest(deployment& d) {
  d.append(record_kind::run);
  d.play_guard();
}

}  // namespace

TEST_CASE("dispose removes one savepoint's directory, and repeated finds nothing to do (INV-5)") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string gone = d.put_savepoint("sp-1", epoch, 3);
  const std::string stays = d.put_savepoint("sp-2", epoch, 5);
  const dispose_reply reply = dispose_it(d, "sp-1");
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.path == gone);
  CHECK_FALSE(d.name_node.files().exists(gone));
  CHECK_FALSE(d.name_node.files().exists(d.state_directory() + "/savepoints/sp-1"));
  CHECK(d.name_node.files().exists(stays + "/_metadata"));
  CHECK(d.name_node.files().exists(stays + "/state-1"));
  const dispose_reply again = dispose_it(d, "sp-1");
  require_good(again);
  CHECK_FALSE(again.changed);
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::disposed);
}

TEST_CASE("a disposal that was killed after its mark is finished by the next one") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch, 3);
  auto hdfs = d.session().hdfs_for(d.data.user);
  dm::state::savepoint_ledger ledger(hdfs, d.state_directory());
  dm::state::disposal_record mark;
  mark.path = path;
  mark.user = "alice";
  mark.disposed_at = io::now();
  REQUIRE(ledger.begin_disposal({}, "sp-1", mark));
  // A start does not take what is marked.
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::disposing);
  SECTION("its files are there") {}
  SECTION("its files are gone") { d.name_node.files().remove(path, true); }
  require_good(dispose_it(d, "sp-1"));
  CHECK_FALSE(d.name_node.files().exists(path));
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::disposed);
}

TEST_CASE("an id that never was is NOT_FOUND") {
  deployment d;
  d.play_stopped_run();
  const dispose_reply reply = dispose_it(d, "sp-9");
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::not_found);
  CHECK(reply.failure->component == "prod/app/stream");
}

TEST_CASE("one made by hand is disposed of like any other") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 9);
  const std::string id = "savepoint-79027c-aaaaaaaaaaaa";
  const std::string path = d.state_directory() + "/savepoints/" + id;
  d.name_node.files().put(path + "/_metadata", deployment::metadata(6));
  const dispose_reply reply = dispose_it(d, id);
  require_good(reply);
  CHECK(reply.path == path);
  CHECK_FALSE(d.name_node.files().exists(path + "/_metadata"));
  // Where it stood in the lineage outlives it.
  const auto left = points(d);
  const auto* tombstone = find_by_id(left, id);
  REQUIRE(tombstone != nullptr);
  CHECK(tombstone->state == restore_point_state::disposed);
  CHECK(tombstone->checkpoint_id == 6);
}

TEST_CASE("what the running job was started from is refused until its first checkpoint") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  run_from_newest(d);
  CHECK(refusal(dispose_it(d, "sp-1")).find("has not completed a checkpoint") != std::string::npos);
  CHECK_FALSE(dispose_it(d, "sp-1", true).changed);
  CHECK(d.name_node.files().exists(path));
  SECTION("a checkpoint in the component's directory frees it") {
    d.put_checkpoint(d.log().newest_incarnation()->number, 7);
  }
  SECTION("its JobManager's word frees it") {
    d.job_manager.change([](fake::flink_job& job) {
      job.completed_path = "hdfs://nn:8020/elsewhere/79027c5e5ce9d22420e092835033910c/chk-7";
      job.completed_ms = job.started_ms + 1;
    });
  }
  require_good(dispose_it(d, "sp-1"));
  CHECK_FALSE(d.name_node.files().exists(path));
}

TEST_CASE("claimed, pinned and last good ones are refused, each by its rule") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  SECTION("pinned: force does not help") {
    pin_request request{d.data, "alice", "sp-1", "keep"};
    REQUIRE_FALSE(pin(d.session(), {}, request).failure);
    CHECK(refusal(dispose_it(d, "sp-1", true)).find("pinned (keep)") != std::string::npos);
    CHECK(d.name_node.files().exists(path));
  }
  SECTION("last good of a required component: force does, and is recorded") {
    d.data.state = dm::component::state_policy::required;
    CHECK(refusal(dispose_it(d, "sp-1")).find("last usable one") != std::string::npos);
    CHECK(d.name_node.files().exists(path));
    require_good(dispose_it(d, "sp-1", true));
    const auto tombstone =
        d.name_node.files().get(d.state_directory() + "/savepoints/sp-1.disposal.json");
    REQUIRE(tombstone);
    const auto record = dm::state::read_disposal_record(*tombstone);
    REQUIRE(record);
    CHECK(record->force);
    CHECK(record->user == "alice");
  }
  SECTION("a damaged other one is none") {
    d.data.state = dm::component::state_policy::required;
    const std::string other = d.put_savepoint("sp-2", epoch, 7);
    d.name_node.files().put(other + "/_metadata", "no");
    CHECK(refusal(dispose_it(d, "sp-1")).find("last usable one") != std::string::npos);
    require_good(dispose_it(d, "sp-2"));
  }
}

TEST_CASE("a retained checkpoint: its own directory only, and only once its job has ended") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string older = d.put_checkpoint(epoch, 7);
  const std::string newer = d.put_checkpoint(epoch, 8);
  CHECK(refusal(dispose_it(d, "checkpoint-2-7")).find("checkpoint-2-8") != std::string::npos);
  const dispose_reply reply = dispose_it(d, "checkpoint-2-8");
  require_good(reply);
  CHECK(reply.changed);
  CHECK(reply.path == newer);
  CHECK_FALSE(d.name_node.files().exists(newer));
  CHECK(d.name_node.files().exists(older + "/_metadata"));
  const dispose_reply again = dispose_it(d, "checkpoint-2-8");
  require_good(again);
  CHECK_FALSE(again.changed);
}

TEST_CASE("with a job's last checkpoint goes what belonged to it, unless a later job may use it") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string only = d.put_checkpoint(epoch, 7);
  const std::string shared = only.substr(0, only.rfind('/')) + "/shared/1f";
  d.name_node.files().put(shared, "state");
  bool goes = true;
  SECTION("nobody was restored from it") {}
  SECTION("one that claimed it was") {
    d.append(dm::component::record_kind::run);
    dm::component::log_record record;
    record.kind = dm::component::record_kind::incarnation;
    record.restore_path = only.substr(0, only.rfind('/')) + "/chk-3";
    record.claim_mode = "claim";
    d.name_node.files().put(
        d.state_directory() + "/log/" + std::to_string(d.log().newest_number() + 1) + ".json",
        to_json(record));
    d.append(dm::component::record_kind::stop);
    goes = false;
  }
  require_good(dispose_it(d, "checkpoint-2-7"));
  CHECK_FALSE(d.name_node.files().exists(only));
  CHECK(d.name_node.files().exists(shared) == !goes);
}

TEST_CASE("nothing is deleted while it is unknown what lives (INV-4)") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  d.resource_manager.server().stop();
  const dispose_reply reply = dispose_it(d, "sp-1", true);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
  CHECK_FALSE(reply.changed);
  CHECK(d.name_node.files().exists(path));
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::completed);
}

TEST_CASE("a JobManager deletes where one lives; where it cannot, HDFS does") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch, 3);
  d.put_savepoint("sp-2", epoch, 5);
  run_from_newest(d);
  const auto asked_for = [&](const std::string& what) {
    const auto requests = d.job_manager.server().requests();
    return std::any_of(requests.begin(), requests.end(), [&](const fake::request& one) {
      return one.path.find(what) != std::string::npos;
    });
  };
  require_good(dispose_it(d, "sp-1"));
  CHECK(asked_for("/savepoint-disposal"));
  CHECK_FALSE(d.name_node.files().exists(path));
}

TEST_CASE("on another node than the component's own it works as well (D-9)") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string path = d.put_savepoint("sp-1", epoch);
  const auto elsewhere = d.session_on("edge2");
  dispose_request request;
  request.data = d.data;
  request.savepoint = "sp-1";
  require_good(dispose(*elsewhere, io::operation::within(std::chrono::seconds(30)), request));
  CHECK_FALSE(d.name_node.files().exists(path));
}

TEST_CASE("pin and dispose at once: one of the two sees the other (D-53)") {
  deployment d;
  const std::string path = d.put_savepoint("sp-1", d.play_stopped_run());
  const pin_request request{d.data, "bob", "sp-1", "keep"};
  pin_reply pinned;
  dispose_reply disposed;
  // At the moment the first one writes its mark the second one is carried out whole.
  const auto at_mark = [&](const std::string& mark, const std::function<void()>& other) {
    const auto done = std::make_shared<std::atomic<bool>>(false);
    d.name_node.server().disturb([mark, other, done](const fake::request& asked) {
      if (asked.target.find("op=RENAME") != std::string::npos &&
          asked.target.find(mark) != std::string::npos && !done->exchange(true)) {
        other();
      }
      return std::optional<fake::disturbance>();
    });
  };
  SECTION("pinned while it is being marked") {
    at_mark("sp-1.disposal.json", [&] { pinned = pin(d.session(), {}, request); });
    disposed = dispose_it(d, "sp-1");
    CHECK_FALSE(pinned.failure);
    CHECK(refusal(disposed).find("pinned meanwhile by bob") != std::string::npos);
    d.name_node.server().disturb(nullptr);
    const auto known = points(d);
    CHECK(find_by_id(known, "sp-1")->state == restore_point_state::completed);
    CHECK(find_by_id(known, "sp-1")->pinned);
    CHECK(d.name_node.files().exists(path + "/_metadata"));
  }
  SECTION("disposed of while the pin is written") {
    at_mark("sp-1.pin.json", [&] { disposed = dispose_it(d, "sp-1"); });
    pinned = pin(d.session(), {}, request);
    require_good(disposed);
    REQUIRE(pinned.failure);
    CHECK(pinned.failure->code == status_code::failed_precondition);
    CHECK_FALSE(d.name_node.files().exists(path));
    d.name_node.server().disturb(nullptr);
    CHECK_FALSE(d.name_node.files().exists(d.state_directory() + "/savepoints/sp-1.pin.json"));
  }
}

TEST_CASE("what a run has named meanwhile is left, and is no ruin (D-53)") {
  deployment d;
  const std::string path = d.put_savepoint("sp-1", d.play_stopped_run());
  std::atomic<bool> done{false};
  d.name_node.server().disturb([&](const fake::request& asked) {
    if (asked.target.find("op=RENAME") != std::string::npos &&
        asked.target.find("sp-1.disposal.json") != std::string::npos && !done.exchange(true)) {
      auto hdfs = d.session().hdfs_for(d.data.user);
      dm::component::component_log log(hdfs, d.state_directory());
      dm::component::log_record run;
      run.kind = record_kind::run;
      run.node = d.data.node;
      run.user = "bob";
      run.restore_path = path;
      CHECK(log.claim({}, run, log.read({})->newest_number()));
    }
    return std::optional<fake::disturbance>();
  });
  CHECK(refusal(dispose_it(d, "sp-1")).find("bob has asked for starts from it") !=
        std::string::npos);
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::completed);
  CHECK(d.name_node.files().exists(path + "/_metadata"));
}

TEST_CASE("no room for the tombstone: what makes room is deleted first, and is recorded then") {
  deployment d;
  const std::string path = d.put_savepoint("sp-1", d.play_stopped_run());
  d.name_node.server().disturb([&](const fake::request& asked) {
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.instead = fake::json(
        403,
        R"({"RemoteException":{"exception":"DSQuotaExceededException","javaClassName":"org.apache.hadoop.hdfs.protocol.DSQuotaExceededException","message":"The DiskSpace quota of /pnda is exceeded"}})");
    const bool writes = asked.target.find("op=CREATE") != std::string::npos;
    return writes && d.files->exists(path) ? std::optional(full) : std::nullopt;
  });
  require_good(dispose_it(d, "sp-1"));
  CHECK_FALSE(d.files->exists(path));
  CHECK(find_by_id(points(d), "sp-1")->state == restore_point_state::disposed);
}
