// Whether a running job goes on from the restore point that it was submitted with.
// SPDX-License-Identifier: Apache-2.0
#include "observation/restore_proof.h"

#include <fmt/format.h>

#include "component/observation.h"

namespace dm::observation {

using context::component_view;

namespace {

// Of the incarnation's live application as YARN knows it now; where it does not (D-33), as last
// known.
std::string job_manager_address(component_view& view, const io::operation& op,
                                const component::log_snapshot& log, std::uint64_t epoch) {
  const input::component_data& data = view.data();
  auto listing = view.yarn().find(op, component::component_tag(data.id));
  if (listing) {
    const auto groups = component::group_by_epoch(listing->applications, data.id, data.user);
    for (const cluster::yarn_application* live : component::live_of(groups, epoch)) {
      if (std::string address = component::job_manager_of(*live); !address.empty()) return address;
    }
  }
  return component::last_known_job_manager(log, "");
}

}  // namespace

bool proves_restore(const flink::job_checkpoints& checkpoints, const std::string& path) {
  if (!checkpoints.restored) return false;
  // After a failure within Flink the newest of the job's own checkpoints is named instead.
  return checkpoints.restored->path == path || checkpoints.completed_count > 0;
}

restore_proof prove_restore(component_view& view, const io::operation& op,
                            const std::string& job_id) {
  restore_proof proof;
  auto seen = view.log().read_newest(op);
  if (!seen) {
    proof.missing = "what the job was started from could not be looked up: " + seen.error().message;
    return proof;
  }
  const component::log_record* incarnation = seen->newest_incarnation();
  if (incarnation == nullptr || incarnation->restore_path.empty()) {
    proof.given = true;
    return proof;
  }
  proof.restore_id = incarnation->restore_id;
  proof.restore_path = incarnation->restore_path;
  const std::string address = job_manager_address(view, op, *seen, incarnation->number);
  if (address.empty()) {
    proof.missing = "its JobManager's address is not known yet";
    return proof;
  }
  auto response = view.http().perform(op, flink::checkpoints_request(address, job_id));
  auto checkpoints = response ? flink::read_checkpoints(*response, address)
                              : result<flink::job_checkpoints>(fail(response.error()));
  if (!checkpoints) {
    proof.missing =
        fmt::format("the tasks run; whether they were restored from {} is not known: {}",
                    proof.restore_path, checkpoints.error().message);
    return proof;
  }
  proof.given = proves_restore(*checkpoints, proof.restore_path);
  if (!proof.given) {
    proof.missing = fmt::format(
        "the tasks run, but the JobManager {} names {} as what job {} was restored from, not {}",
        address, checkpoints->restored ? checkpoints->restored->path : "nothing", job_id,
        proof.restore_path);
  }
  return proof;
}

}  // namespace dm::observation
