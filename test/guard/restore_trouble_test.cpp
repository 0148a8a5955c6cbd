// Restore points while HDFS answers with what is no verdict about them: an exception that a
// NameNode or DataNode has for its own trouble. Waited out, and nothing is decided by it (INV-10,
// D-50, D-51).
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "guard/guard.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::end_fact;
using dm::component::guard_exit_done;
using dm::component::log_record;
using dm::component::outcome;
using dm::component::state_policy;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

bool running(surroundings& s) {
  return eventually([&] { return s.live_ids().size() == 1; });
}

int finished(surroundings& s) {
  for (const std::string& id : s.live_ids()) s.finish(id, "SUCCEEDED");
  return s.join();
}

std::uint64_t past_failure(surroundings& s) {
  const std::uint64_t epoch = s.claim();
  s.put_application(epoch, "application_1795438290778_1000", s.job_manager.job().id);
  end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.failure_class = "cluster_lost";
  end.application_id = "application_1795438290778_1000";
  end.job_id = s.job_manager.job().id;
  end.ended_at = io::now();
  end.decision = decision::restart;
  end.restart_at = end.ended_at;
  s.put_end(end);
  return epoch;
}

// What a NameNode says of a file none of whose DataNodes it knows at the moment.
struct refused_for_a_while {
  surroundings& s;
  std::atomic<bool> refusing{true};
  std::atomic<int> refused{0};

  refused_for_a_while(surroundings& around, const std::string& operation, const std::string& end)
      : s(around) {
    s.name_node.server().disturb([this, operation, end](const fake::request& asked)
                                     -> std::optional<fake::disturbance> {
      if (!refusing || !asked.path.ends_with(end) || !asked.argument("op").starts_with(operation)) {
        return std::nullopt;
      }
      ++refused;
      fake::disturbance d;
      d.what = fake::disturbance::kind::replace;
      d.instead = fake::json(
          403,
          R"({"RemoteException":{"exception":"IOException","javaClassName":"java.io.IOException","message":"Failed to find datanode, suggest to check cluster health."}})");
      return d;
    });
  }
  // Asked several times, and not led to anything.
  void is_waited_out() {
    REQUIRE(eventually([&] { return refused >= 3; }));
    CHECK(s.submissions() == 0);
    refusing = false;
  }
};

void went_on_from(surroundings& s, std::uint64_t before, const std::string& path) {
  REQUIRE(running(s));
  const auto log = s.log();
  CHECK(log.newest_number() == before + 1);  // no epoch was burnt on the way
  CHECK(log.records.at(before + 1).restore_path == path);
  CHECK(finished(s) == guard_exit_done);
}

}  // namespace

TEST_CASE("a savepoint's document cannot be opened for a while: waited for, not given up (D-51)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string path = s.put_savepoint("sp-1", before, 8);
  refused_for_a_while trouble(s, "OPEN", "/sp-1.result.json");
  s.start();
  trouble.is_waited_out();
  went_on_from(s, before, path);
}

TEST_CASE("the newest checkpoint cannot be opened for a while: no older one is taken (D-51)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  s.put_checkpoint(before, 8);
  const std::string newest = s.put_checkpoint(before, 9);
  const std::string how = GENERATE(as<std::string>{}, "OPEN", "LISTSTATUS");
  refused_for_a_while trouble(s, how, how == "OPEN" ? "/chk-9/_metadata" : "/chk-9");
  s.start();
  trouble.is_waited_out();
  went_on_from(s, before, newest);
}

TEST_CASE(
    "the only checkpoint cannot be opened for a while: no start without state, even where the "
    "loss is allowed (D-51)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string only = s.put_checkpoint(before, 9);
  s.unwant();
  s.want();
  s.amend([](log_record& run) { run.accept_state_loss = true; });
  const std::uint64_t newest = s.log().newest_number();
  refused_for_a_while trouble(s, "OPEN", "/chk-9/_metadata");
  s.start();
  trouble.is_waited_out();
  went_on_from(s, newest, only);
}

TEST_CASE("the checkpoints cannot be listed for a while: nothing is chosen (D-51)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string path = s.put_checkpoint(before, 8);
  refused_for_a_while trouble(s, "LISTSTATUS", "/job/checkpoints");
  s.start();
  trouble.is_waited_out();
  went_on_from(s, before, path);
}

TEST_CASE("what is disposed of between choice and claim is not started from (D-53)") {
  surroundings s;
  s.want();
  const std::uint64_t before = past_failure(s);
  const std::string older = s.put_savepoint("sp-1", before, 8);
  const std::string newest = s.put_savepoint("sp-2", before, 9);
  const std::string how = GENERATE(as<std::string>{}, "marked", "deleted");
  CAPTURE(how);
  const std::string claim = fmt::format("/log/{}.json", before + 1);
  s.name_node.server().disturb([&](const fake::request& asked) {
    const bool claims =
        asked.argument("op") == "RENAME" && asked.argument("destination").ends_with(claim);
    if (claims && how == "deleted") s.name_node.files().remove(newest, true);
    if (claims && how == "marked") {
      dm::state::disposal_record tombstone;
      tombstone.path = newest;
      tombstone.epoch = before;
      tombstone.checkpoint_id = 9;
      tombstone.disposed_at = io::now();
      const std::string savepoints = newest.substr(0, newest.find("/sp-2/"));
      s.name_node.files().put(savepoints + "/sp-2.disposal.json", to_json(tombstone));
    }
    return std::optional<fake::disturbance>();
  });
  s.start();
  REQUIRE(running(s));
  const auto log = s.log();
  CHECK(log.records.at(before + 1).restore_path == newest);
  REQUIRE(log.ends.contains(before + 1));
  CHECK_FALSE(log.ends.at(before + 1).counts);
  CHECK(log.ends.at(before + 1).cause.find("was disposed of") != std::string::npos);
  CHECK(log.records.at(before + 2).restore_path == older);
  CHECK(s.submissions() == 1);
  CHECK(finished(s) == guard_exit_done);
}
