// The guard submitting by itself, without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "guard/direct_submitter.h"
#include "guard/guard.h"
#include "state/restore_choice.h"

namespace dm::guard {

using component::end_fact;
using component::log_record;

bool guard::client_may(const direct_order& order, const direct_refusal& refusal) const {
  if (!spec_.submission_auto || !refusal.client_can) return false;
  // The command shows on one line what only a configuration file can carry.
  const auto& arguments = spec_.arguments;
  return !arguments || (arguments->size() <= order.argv.size() &&
                        std::equal(arguments->rbegin(), arguments->rend(), order.argv.rbegin()));
}

result<guard::next> guard::submit_directly(log_record record, std::uint64_t after,
                                           const direct_preparation& ready,
                                           const state::choice& chosen, quiet_view& quiet,
                                           submission_slot slot) {
  record.direct = ready.submission;

  auto claimed = claim(record, after);
  if (!claimed) return fail(claimed.error());  // it may be on record: what was prepared stays
  if (!*claimed) {
    direct_.discard(ready.submission);
    return next();
  }
  const std::uint64_t epoch = **claimed;
  auto stands = begin_epoch(record, epoch, chosen, quiet.seen);
  if (!stands) return fail(stands.error());
  if (!*stands) {
    direct_.discard(ready.submission);
    return give_epoch_back(epoch, chosen.point->path);
  }
  auto sent = direct_.send(op_, ready.submission, ready.document);
  if (sent && *sent) return record_refusal(epoch, **sent);
  if (sent) {
    log_.info(fmt::format("submitted as {}", ready.submission.application_id));
  } else {
    // Whether it has arrived is seen by its id; it is sent again where it has not.
    report(sent.error());
  }
  slot.give_back();
  quiet.lock = {};  // a client's, and there is none
  return watch(epoch, nullptr);
}

bool guard::still_to_submit(const component::log_snapshot& log, std::uint64_t epoch) const {
  const log_record* intent = log.newest_intent();
  if (intent == nullptr || intent->kind != component::record_kind::run) return false;
  if (!intent->node.empty() && intent->node != spec_.node) return false;
  const log_record* newest = own_incarnation(log);
  return newest != nullptr && newest->number == epoch && !log.ends.contains(epoch);
}

result<guard::sending> guard::send_again(std::uint64_t epoch) {
  // One that was seen once has run.
  if (!fact_.application_id.empty()) return sending::gone;
  const component::direct_submission& submission = *followed_->direct;
  // A ResourceManager may be away for hours, in which a stop, or another node, has been asked for.
  auto log = records_.read(op_);
  if (!log) return fail_while("looking whether it is still wanted", log.error());
  if (!still_to_submit(*log, epoch)) return give_up_sending(*log, epoch);
  auto known = yarn_.find_application(op_, submission.application_id);
  if (!known) return fail_while("asking YARN for " + submission.application_id, known.error());
  if (const auto& there = known->application) {
    if (there->user.empty() || there->user == spec_.user) return sending::again;
    // YARN takes an id from whoever names it first, and answers all others as if they were it.
    error reason;
    reason.message = fmt::format("the id {} that YARN gave is that of an application of {}",
                                 submission.application_id, first_line(there->user, 80));
    auto recorded =
        record_refusal(epoch, {flink::failure_class::cluster_not_ready, std::move(reason), false});
    if (!recorded) return fail(std::move(recorded.error()));
    return sending::over;
  }
  auto document = direct_.kept(op_, submission);
  if (!document) return fail_while("looking for what was submitted", document.error());
  if (!*document) {
    log_.warning(
        fmt::format("YARN does not know {}, and what was submitted is gone from hdfs:{}, "
                    "as after an application that has ended in order",
                    submission.application_id, submission.staging));
    return sending::gone;
  }
  // It may have been disposed of since whoever claimed the epoch has looked.
  if (const std::string& restored = followed_->restore_path; restored.starts_with('/')) {
    const auto there = hdfs_.status(op_, restored);
    if (!there && there.error().code == status_code::not_found) {
      direct_.discard(submission);
      if (auto given_back = give_epoch_back(epoch, restored); !given_back)
        return fail(std::move(given_back.error()));
      return sending::over;
    }
    if (!there) return fail_while("looking again at what the job starts from", there.error());
  }
  auto sent = direct_.send(op_, submission, **document);
  if (!sent) return fail_while("submitting " + submission.application_id + " again", sent.error());
  if (*sent) {
    auto recorded = record_refusal(epoch, **sent);
    if (!recorded) return fail(std::move(recorded.error()));
    return sending::over;
  }
  log_.info(fmt::format("submitted again as {}, under the same id", submission.application_id));
  return sending::again;
}

result<guard::sending> guard::give_up_sending(const component::log_snapshot& log,
                                              std::uint64_t epoch) {
  if (log.ends.contains(epoch)) return sending::over;
  log_.info(fmt::format("{} is not submitted any more: the component's log has changed",
                        followed_->direct->application_id));
  direct_.discard(*followed_->direct);
  end_fact end = component::unsubmitted_end(
      epoch, "it was not wanted any more before YARN had taken it", "guard");
  if (!log.wanted()) end.outcome = component::outcome::stopped;
  if (auto recorded = record_end(std::move(end)); !recorded)
    return fail(std::move(recorded.error()));
  return sending::over;
}

result<guard::next> guard::record_refusal(std::uint64_t epoch, const direct_refusal& refusal) {
  if (followed_ && followed_->direct) direct_.discard(*followed_->direct);
  return record_unsubmitted(epoch, refusal.failure, refusal.reason, "direct submission");
}

}  // namespace dm::guard
