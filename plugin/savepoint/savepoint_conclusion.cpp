// The end of a savepoint operation.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_conclusion.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "flink/job_checkpoints.h"
#include "flink/job_manager.h"

namespace dm::savepoint {

namespace {

constexpr io::milliseconds first_retry{20};
constexpr io::milliseconds longest_retry{1000};
// What is asked beside the result may take this long, no longer: a stopped JobManager leaves.
constexpr io::milliseconds aside_limit{500};

}  // namespace

result<state::result_record> savepoint_conclusion::completed(std::string path) {
  state::result_record record = blank();
  record.completed = true;
  record.path = std::move(path);
  if (job_ && !job_->job_manager.empty()) ask_aside(record);
  state::verdict looked;
  auto counted = persistently([&]() -> result<void> {
    auto found = view_.ledger().take_inventory(op_, record);
    if (!found) return fail(std::move(found.error()));
    looked = std::move(*found);
    return {};
  });
  if (!counted) {
    return fail_while(
        fmt::format("Flink has written it to {}, its files could not be looked at", record.path),
        std::move(counted.error()));
  }
  if (looked.intact()) return this->record(record);
  return failed(
      fmt::format("Flink says that it was written to {}, but {}", record.path, looked.reason));
}

result<state::result_record> savepoint_conclusion::failed(std::string reason) {
  state::result_record record = blank();
  record.failure = std::move(reason);
  result<state::result_record> written = record;
  auto done = persistently([&]() -> result<void> {
    written = view_.ledger().conclude_failed(op_, requested_, record);
    if (!written) return fail(written.error());
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return written;
}

state::result_record savepoint_conclusion::blank() const {
  state::result_record record;
  record.operation = requested_.operation;
  record.kind = requested_.kind;
  record.epoch = requested_.epoch;
  record.job_id = requested_.job_id;
  record.format = requested_.format;
  record.flink_version = view_.data().flink_version;
  record.user = requested_.user;
  record.requested_at = requested_.requested_at;
  record.completed_at = io::now();
  return record;
}

result<state::result_record> savepoint_conclusion::record(const state::result_record& record) {
  result<state::result_record> written = record;
  auto done = persistently([&]() -> result<void> {
    written = view_.ledger().write_result(op_, record);
    if (!written) return fail(written.error());
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return written;
}

// Again while HDFS does not answer, until the deadline.
template <class Step>
result<void> savepoint_conclusion::persistently(const Step& step) {
  io::milliseconds interval = first_retry;
  for (;;) {
    result<void> done = step();
    if (done || done.error().code != status_code::unavailable) return done;
    if (auto slept = view_.http().sleep(op_, interval); !slept) {
      slept.error().causes.push_back({"HDFS", done.error().message});
      return slept;
    }
    interval = std::min(interval * 3 / 2, longest_retry);
  }
}

// Duration and parallelism, best effort. Both come from one picture of the job that the JobManager
// keeps for seconds: asked for before the end, it would not show the savepoint.
void savepoint_conclusion::ask_aside(state::result_record& record) {
  std::array<io::http_request, 2> requests{
      flink::checkpoints_request(job_->job_manager, job_->job_id),
      flink::job_request(job_->job_manager, job_->job_id)};
  for (io::http_request& request : requests) request.timeout = aside_limit;
  const auto answers = view_.http().perform_all(op_, requests);
  if (answers[0]) {
    if (const auto seen = flink::read_checkpoints(*answers[0], job_->job_manager)) {
      const auto take = [&](const flink::checkpoint& one) {
        if (one.savepoint && one.path == record.path) record.duration_ms = one.duration_ms;
      };
      if (seen->latest_savepoint) take(*seen->latest_savepoint);
      std::for_each(seen->history.begin(), seen->history.end(), take);
    }
  }
  if (!answers[1]) return;
  if (const auto detail = flink::read_job(*answers[1], job_->job_manager)) {
    for (const flink::vertex& vertex : detail->vertices)
      record.parallelism = std::max(record.parallelism, vertex.parallelism);
  }
}

}  // namespace dm::savepoint
