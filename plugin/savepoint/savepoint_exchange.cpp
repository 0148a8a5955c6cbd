// One savepoint operation in talk with its JobManager.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/job_checkpoints.h"
#include "flink/savepoint_rest.h"

namespace dm::savepoint {

using context::component_view;
using observation::live_job;

namespace {

using standing = enum exchange_answer::standing;

constexpr std::string_view marker_prefix = ".sent-";
// The JobManager answers about checkpoints from a picture that is up to web.refresh-interval (3 s)
// old: only after that does the absence of a savepoint say that none was asked for.
constexpr std::chrono::milliseconds picture_age{4000};

// Deadline and cancellation end the call; all else may pass.
result<exchange_answer> silence(error problem) {
  if (problem.code == status_code::cancelled || problem.code == status_code::deadline_exceeded)
    return fail(std::move(problem));
  return exchange_answer{standing::silent, {}, {}, std::move(problem)};
}

exchange_answer plain(standing what) { return exchange_answer{what, {}, {}, {}}; }

}  // namespace

savepoint_exchange::savepoint_exchange(component_view& view, const io::operation& op,
                                       const state::requested_record& requested,
                                       const live_job& job, const flink::version& flink)
    : view_(view),
      op_(op),
      requested_(requested),
      job_(job),
      flink_(flink),
      marker_directory_(view.ledger().operation_directory(requested.operation)) {
  if (ids_of_ours()) trigger_id_ = flink::trigger_id_of(view.data().id, requested.operation);
}

bool savepoint_exchange::ids_of_ours() const { return flink_ >= flink::version{1, 15, 0, {}}; }

result<exchange_answer> savepoint_exchange::ask() {
  if (trigger_id_.empty()) return ask_by_checkpoints();
  auto response = view_.http().perform(
      op_, flink::savepoint_status_request(job_.job_manager, job_.job_id, trigger_id_));
  auto status = response ? flink::read_savepoint_status(*response, job_.job_manager)
                         : result<flink::operation_status>(fail(response.error()));
  if (!status) {
    if (status.error().code == status_code::not_found) return plain(standing::unknown);
    return silence(std::move(status.error()));
  }
  if (!status->completed) return plain(standing::under_way);
  exchange_answer answer;
  answer.standing = status->failure.empty() ? standing::completed : standing::failed;
  answer.location = std::move(status->location);
  answer.failure = std::move(status->failure);
  return answer;
}

result<exchange_answer> savepoint_exchange::ask_by_checkpoints() {
  auto settled = newest_marker_settled();
  if (!settled) return fail(std::move(settled.error()));
  if (markers_ == 0) return plain(standing::unknown);
  if (!*settled) return plain(standing::under_way);
  auto response =
      view_.http().perform(op_, flink::checkpoints_request(job_.job_manager, job_.job_id));
  auto seen = response ? flink::read_checkpoints(*response, job_.job_manager)
                       : result<flink::job_checkpoints>(fail(response.error()));
  if (!seen) {
    if (seen.error().code == status_code::not_found) return plain(standing::unknown);
    return silence(std::move(seen.error()));
  }
  const auto ours = [&](const flink::checkpoint& one) {
    return one.savepoint && one.path.starts_with(requested_.directory + "/");
  };
  if (seen->latest_savepoint && ours(*seen->latest_savepoint))
    return exchange_answer{standing::completed, seen->latest_savepoint->path, {}, {}};
  bool one_under_way = false;
  for (const flink::checkpoint& one : seen->history) {
    if (ours(one) && one.status == "COMPLETED")
      return exchange_answer{standing::completed, one.path, {}, {}};
    one_under_way = one_under_way || (one.savepoint && one.status == "IN_PROGRESS");
  }
  return plain(one_under_way ? standing::under_way : standing::unknown);
}

// Counts the markers. true: the newest one has been known for longer than a picture may be old.
result<bool> savepoint_exchange::newest_marker_settled() {
  auto listing = view_.hdfs().list(op_, marker_directory_);
  if (!listing) {
    if (listing.error().code != status_code::not_found) return fail(std::move(listing.error()));
    listing = std::vector<cluster::file_status>();
  }
  const auto count = std::count_if(listing->begin(), listing->end(), [](const auto& file) {
    return file.name.starts_with(marker_prefix);
  });
  const auto now = std::chrono::steady_clock::now();
  if (count != markers_) marker_seen_at_ = now;
  markers_ = static_cast<int>(count);
  return now - marker_seen_at_ >= picture_age;
}

// The right to send one request. false: another call has it.
result<bool> savepoint_exchange::take_marker() {
  if (auto made = view_.hdfs().make_directory(op_, marker_directory_); !made)
    return fail(std::move(made.error()));
  const std::string marker = fmt::format("{}/{}{}", marker_directory_, marker_prefix, markers_ + 1);
  auto created = view_.hdfs().create(op_, marker, requested_.operation);
  if (created) return true;
  if (created.error().code == status_code::already_exists) return false;
  return fail(std::move(created.error()));
}

result<exchange_answer> savepoint_exchange::send() {
  if (!ids_of_ours()) {
    auto taken = take_marker();
    if (!taken) return fail(std::move(taken.error()));
    if (!*taken) return plain(standing::unknown);
  }
  flink::savepoint_order order;
  order.job_id = job_.job_id;
  order.directory = requested_.directory;
  order.trigger_id = trigger_id_;
  order.format = requested_.format;
  order.drain = requested_.drain;
  const bool stop = requested_.kind == state::operation_kind::stop;
  auto response =
      view_.http().perform(op_, stop ? flink::stop_request(job_.job_manager, flink_, order)
                                     : flink::savepoint_request(job_.job_manager, flink_, order));
  if (!response) return silence(std::move(response.error()));
  auto trigger = flink::read_trigger(*response, job_.job_manager);
  if (trigger) {
    trigger_id_ = std::move(*trigger);
    return plain(standing::under_way);
  }
  if (trigger.error().code == status_code::not_found) return fail(std::move(trigger.error()));
  if (trigger.error().code == status_code::unavailable) return silence(std::move(trigger.error()));
  // Whatever else it says, it has refused, and will again.
  exchange_answer answer = plain(standing::failed);
  answer.failure =
      first_line(trigger.error().causes.empty() ? trigger.error().message
                                                : trigger.error().causes.front().message);
  return answer;
}

}  // namespace dm::savepoint
