// The guard noting which containers its application has.
// SPDX-License-Identifier: Apache-2.0
#include "guard/container_notes.h"

#include <algorithm>

#include "cluster/container_id.h"

namespace dm::guard {

namespace {

constexpr std::chrono::seconds interval{60};
constexpr io::milliseconds limit{2'000};

}  // namespace

result<void> container_notes::look(const io::operation& op, std::uint64_t epoch,
                                   const cluster::yarn_application& application) {
  const bool other = known_.epoch != epoch || known_.application_id != application.id;
  if (other) {
    known_ = {};
    known_.epoch = epoch;
    known_.application_id = application.id;
    written_ = false;
    last_.clear();
    looked_at_ = {};
    running_ = 0;
  }
  const io::steady_time now = std::chrono::steady_clock::now();
  if (application.running_containers == running_ && looked_at_ != io::steady_time() &&
      now - looked_at_ < interval)
    return {};
  looked_at_ = now;
  running_ = application.running_containers;
  return note(op.limited_to(limit), application);
}

result<void> container_notes::note(const io::operation& op,
                                   const cluster::yarn_application& application) {
  const auto master = cluster::container_in_url(application.am_container_logs);
  if (!master) return {};  // an access list hides it
  const auto id = cluster::parse_container_id(master->id);
  if (!id || id->application != application.id) return {};
  if (!written_) {
    // A guard before this one may have noted some that have ended since.
    auto before = component::read_containers(op, hdfs_, directory_, known_.epoch);
    if (before && before->application_id == application.id) {
      known_ = std::move(*before);
      written_ = true;
    } else if (!before && before.error().code != status_code::not_found &&
               before.error().code != status_code::internal) {
      return fail(std::move(before.error()));  // a later version's is left alone (D-59)
    }
  }
  auto running = yarn_.containers(op, application.id, id->attempt);
  if (!running) return fail(std::move(running.error()));
  // The JobManager's first, which never makes room for another one.
  std::stable_partition(running->begin(), running->end(),
                        [&](const auto& one) { return one.id == master->id; });
  last_ = *running;
  if (!known_.add(*running)) return {};
  auto noted = component::write_containers(op, hdfs_, directory_, known_, !written_);
  if (noted) written_ = true;
  return noted;
}

}  // namespace dm::guard
