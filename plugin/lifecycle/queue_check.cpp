// Whether YARN has the queue, and lets the account submit there.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/queue_check.h"

#include <fmt/format.h>

#include "io/account_groups.h"
#include "package/queue_plan.h"

namespace dm::lifecycle {

using cluster::queue_access;
using cluster::queue_capacity;
using input::settings;
using package::descriptor_reading;

namespace {

std::string running_queues(const cluster::queue_listing& queues) {
  std::string running;
  for (const queue_capacity& queue : queues.leaves) {
    if (queue.running && running.size() < 200)
      running += (running.empty() ? "" : ", ") + queue.path;
  }
  return running;
}

std::string untold(const std::string& user, const std::string& queue, const std::string& why) {
  return fmt::format("whether {} may submit to {} could not be checked: {}", user, queue, why);
}

// By the lists that the scheduler shows, since YARN itself tells its administrators alone. Empty:
// they let it.
std::string by_lists(const std::string& user, const queue_capacity& queue) {
  if (!queue.submitters) {
    return untold(
        user, queue.path,
        "YARN tells that to administrators of the queue alone, and shows no access lists");
  }
  const cluster::access_list& lists = *queue.submitters;
  if (lists.everybody || lists.names_user(user)) return {};
  if (lists.groups.empty())
    return fmt::format("{} may not submit to {}: YARN's access lists do not name it", user,
                       queue.path);
  const auto known = io::groups_of(user);
  if (!known) return untold(user, queue.path, known.error().message);
  if (lists.names_one_of(known->groups)) return {};
  return fmt::format(
      "{} may not submit to {}: YARN's access lists name neither it nor one of the groups that it "
      "has on this node ({})",
      user, queue.path, fmt::join(known->groups, ", "));
}

void check_access(cluster::resource_manager& yarn, const io::operation& op, const std::string& user,
                  const std::string& path, const queue_capacity& queue,
                  descriptor_reading& reading) {
  const auto said = yarn.may_submit(op, queue.path);
  std::string warning;
  if (!said) {
    warning = untold(user, queue.path, said.error().message);
  } else if (*said == queue_access::denied) {
    warning = fmt::format("{} may not submit to {}, as YARN says", user, queue.path);
  } else if (*said == queue_access::untold) {
    warning = by_lists(user, queue);
  }
  if (!warning.empty()) reading.warnings.push_back({path, std::move(warning)});
}

}  // namespace

void check_queue(cluster::resource_manager& yarn, const io::operation& op, const settings& settings,
                 const std::string& user, descriptor_reading& reading) {
  const package::queue_plan plan = package::plan_queue(settings, reading.descriptor);
  const std::string& wanted = plan.requested.empty() ? plan.fallback : plan.requested;
  if (wanted.empty()) return;
  const bool policy = !settings.queue_policy.empty();
  const auto queues = yarn.queues(op);
  if (!queues) {
    reading.warnings.push_back({plan.path, "could not be checked: " + queues.error().message});
    return;
  }
  if (queues->leaves.empty()) return;  // a scheduler that is not known
  const queue_capacity* found = queues->find(wanted);
  const std::string missing = found == nullptr ? "which YARN does not have" : "which is stopped";
  if (found == nullptr && queues->makes_queues) {
    reading.warnings.push_back(
        {plan.path, fmt::format("YARN has no queue {} now; its scheduler may make it", wanted)});
  } else if (found != nullptr && found->running) {
    // Where the policy is asked for nothing, it has not said yet where the job goes.
    const bool known = !policy || !plan.requested.empty();
    if (known && !user.empty()) check_access(yarn, op, user, plan.path, *found, reading);
  } else if (policy) {
    reading.warnings.push_back(
        {plan.path,
         fmt::format("{}, {}; this node's queue policy has the last word", wanted, missing)});
  } else {
    reading.problems.push_back(
        {plan.path, wanted + ", " + missing, "a queue that runs: " + running_queues(*queues)});
  }
}

}  // namespace dm::lifecycle
