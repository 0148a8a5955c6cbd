// Checkpoints that the retention rule does not keep.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

namespace {

// Four runs with checkpoints, and one that runs.
std::vector<std::uint64_t> epochs_of(planted& p, bool running_has_one) {
  std::vector<std::uint64_t> epochs;
  for (int i = 0; i < 4; ++i) epochs.push_back(p.d.play_stopped_run());
  p.d.run();
  for (const std::uint64_t epoch : epochs) p.d.put_checkpoint(epoch, 1);
  if (running_has_one) p.d.put_checkpoint(p.d.log().newest_incarnation()->number, 1);
  return epochs;
}

}  // namespace

TEST_CASE("before the newest run has a checkpoint of its own none is left over") {
  planted p;
  epochs_of(p, false);
  CHECK(p.inspect({kind::checkpoint}).entries.empty());
}

TEST_CASE("a run that somebody is resuming meanwhile keeps its checkpoints (D-53)") {
  planted p;
  const auto epochs = epochs_of(p, true);
  auto reply = p.inspect({kind::checkpoint});
  CHECK(reply.entries.size() == 2);
  // A stop, and a run that names a checkpoint of the oldest.
  p.d.append(component::record_kind::stop);
  cluster::hdfs hdfs = p.d.session().hdfs_for(p.d.data.user);
  component::component_log log(hdfs, p.d.state_directory());
  component::log_record run;
  run.kind = component::record_kind::run;
  run.node = p.d.data.node;
  run.restore_path = fmt::format("{}/checkpoints/{}/{}/chk-1", p.d.state_directory(), epochs[0],
                                 p.d.job_manager.job().id);
  REQUIRE(log.claim({}, run, log.read({})->newest_number()));
  reply = p.clean({kind::checkpoint});
  CHECK(p.d.name_node.files().exists(run.restore_path));
  const bool refused = std::any_of(reply.entries.begin(), reply.entries.end(), [](const auto& one) {
    return one.failure && one.failure->code == status_code::failed_precondition;
  });
  CHECK(refused);
}

TEST_CASE("checkpoints of an older application that lives still are left alone") {
  planted p;
  const auto epochs = epochs_of(p, true);
  p.d.put_live(epochs[0]);
  const auto reply = p.clean({kind::checkpoint});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().path.ends_with(fmt::format("/{}", epochs[1])));
  CHECK(p.d.name_node.files().exists(
      fmt::format("{}/checkpoints/{}", p.d.state_directory(), epochs[0])));
}

TEST_CASE("what a kept run has claimed stays as long as that run's checkpoints") {
  planted p;
  const std::uint64_t oldest = p.d.play_stopped_run();
  p.d.put_checkpoint(oldest, 1);
  // Restored from the oldest, whose files are its own from then on.
  p.d.append(component::record_kind::run);
  cluster::hdfs hdfs = p.d.session().hdfs_for(p.d.data.user);
  component::component_log log(hdfs, p.d.state_directory());
  component::log_record claiming;
  claiming.kind = component::record_kind::incarnation;
  claiming.node = p.d.data.node;
  claiming.claim_mode = "claim";
  claiming.restore_path = fmt::format("{}/checkpoints/{}/{}/chk-1", p.d.state_directory(), oldest,
                                      p.d.job_manager.job().id);
  const auto seen = log.read({});
  REQUIRE(seen);
  claiming.intent = seen->newest_number();
  const auto epoch = log.claim({}, claiming, seen->newest_number());
  REQUIRE(epoch);
  REQUIRE(*epoch);
  p.d.put_end(**epoch, component::outcome::stopped, component::decision::none);
  p.d.append(component::record_kind::stop);
  p.d.put_checkpoint(**epoch, 1);
  const std::uint64_t plain = p.d.play_stopped_run();
  p.d.put_checkpoint(plain, 1);
  p.d.run();
  p.d.put_checkpoint(p.d.log().newest_incarnation()->number, 1);
  // Two runs before the newest are kept: the plain one and the claiming one.
  CHECK(p.clean({kind::checkpoint}).entries.empty());
  CHECK(p.d.name_node.files().exists(claiming.restore_path));
}
