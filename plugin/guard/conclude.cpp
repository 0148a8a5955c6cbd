// The guard concluding an incarnation: how it ended, what the governor makes of it, and the end's
// record.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "component/unwritten_record.h"
#include "flink/client_output.h"
#include "guard/end_cause.h"
#include "guard/governor.h"
#include "guard/guard.h"

namespace dm::guard {

using component::end_fact;
using component::log_record;
using component::outcome;

namespace {

// A NameNode that does not answer holds an end up for no longer.
constexpr io::milliseconds staging_limit{5'000};

// The JVM was ended from outside, as by the kernel for want of memory.
bool ended_by_the_node(const client_end& end) {
  return end.exit.signal == SIGKILL || end.exit.signal == SIGTERM || end.exit.signal == SIGINT;
}

// What is known of a client that submitted nothing and said nothing.
void explain_client(end_fact& end, const client_end& client, std::int64_t limit_ms) {
  if (client.timed_out) {
    end.failure_class = flink::to_string(flink::failure_class::submission_timeout);
    end.cause = fmt::format(
        "the flink client had submitted nothing after {} s and was ended: its main() waits for "
        "something, or this node is slow (component_flink_submission_timeout_sec)",
        limit_ms / 1000);
    return;
  }
  if (client.exit.signal == 0) return;
  end.cause = fmt::format("the flink client was ended by {} and submitted nothing", client.text());
  if (ended_by_the_node(client))
    end.failure_class = flink::to_string(flink::failure_class::node_trouble);
}

std::int64_t lived_by_yarn(const cluster::yarn_application& application) {
  const bool known =
      application.started_ms > 0 && application.finished_ms >= application.started_ms;
  return known ? application.finished_ms - application.started_ms : -1;
}

}  // namespace

result<guard::next> guard::conclude(std::uint64_t epoch,
                                    const cluster::yarn_application* application) {
  auto end = look_up_end(epoch, application);
  if (!end) return fail(end.error());
  return record_end(std::move(*end), application);
}

result<end_fact> guard::look_up_end(std::uint64_t epoch,
                                    const cluster::yarn_application* application) {
  const std::optional<client_end> client = client_end_of(epoch);
  end_evidence evidence;
  evidence.epoch = epoch;
  evidence.application = application;
  evidence.client_output = client_output_of(spec_, epoch);
  evidence.client_exit = !client                    ? 0
                         : client->exit.signal != 0 ? 128 + client->exit.signal
                                                    : client->exit.code;
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  if (const auto fact = log->applications.find(epoch); fact != log->applications.end()) {
    evidence.application_id = fact->second.application_id;
    evidence.job_id = fact->second.job_id;
  }
  const auto record = log->records.find(epoch);
  if (evidence.application_id.empty() && record != log->records.end() && record->second.direct)
    evidence.application_id = record->second.direct->application_id;
  if (evidence.job_id.empty() && fact_.epoch == epoch) evidence.job_id = fact_.job_id;
  auto found = find_end(op_, http_, hdfs_, spec_, evidence);
  if (!found) return fail(found.error());
  end_fact end = std::move(*found);
  if (auto went_on = op_.check("the end's cause"); !went_on) return fail(went_on.error());
  if (application != nullptr) end.lived_ms = lived_by_yarn(*application);
  if (client && end.outcome == outcome::failed && end.application_id.empty() &&
      flink::read_client_output(evidence.client_output).exception.empty()) {
    explain_client(end, *client, spec_.submission_timeout_ms);
  }
  if (auto told = tell_stop_apart(end, *log); !told) return fail(told.error());
  return end;
}

result<void> guard::tell_stop_apart(end_fact& end, const component::log_snapshot& log) {
  // A stop without a savepoint cancels or kills. FINISHED/SUCCEEDED is what one with a savepoint
  // leaves behind, and a job that ended by itself: the savepoint tells which (D-5). When the stop
  // was asked for does not, since that is another machine's clock.
  bool stopped = end.outcome == outcome::killed && !log.wanted();
  if (end.outcome == outcome::completed) {
    // The stop may have been overtaken by the run that follows it, or be believed to have failed.
    auto by_savepoint = restore_points_.stopped_by_savepoint(op_, log, end.epoch);
    if (!by_savepoint) return fail(by_savepoint.error());
    stopped = *by_savepoint;
  }
  if (stopped) {
    end.outcome = outcome::stopped;
    end.cause.clear();
    end.source.clear();
    end.frame.clear();
  }
  return {};
}

result<guard::next> guard::conclude_attached(std::uint64_t epoch) {
  const std::optional<client_end> client = client_end_of(epoch);
  // The application leaves a moment later than its client, and is archived only if it does so by
  // itself. Without a client nobody waits for it.
  auto left = await_leaving(epoch, client ? pace_.leaving_limit : io::milliseconds(0));
  if (!left) return fail(left.error());
  std::vector<const cluster::yarn_application*> live;
  for (const cluster::yarn_application& application : *left) live.push_back(&application);
  end_fact end;
  end.epoch = epoch;
  end.ended_at = io::now();
  const std::string output = client_output_of(spec_, epoch);
  if (client && client->exit.success()) {
    end.outcome = outcome::completed;
  } else {
    const flink::client_output said = flink::read_client_output(output);
    end.outcome = outcome::failed;
    end.source = "flink client";
    end.cause = !said.exception.empty() ? said.exception
                : client ? fmt::format("the attached client ended with {}", client->text())
                         : "the attached client was lost, and with it the run";
    end.frame = said.frame;
    // Counted as a failure: the run is cancelled, not waited out.
    const auto failure = !client                      ? flink::failure_class::unknown
                         : ended_by_the_node(*client) ? flink::failure_class::node_trouble
                                                      : said.failure;
    end.failure_class = flink::to_string(failure);
  }
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  if (const auto fact = log->applications.find(epoch); fact != log->applications.end()) {
    end.application_id = fact->second.application_id;
    end.job_id = fact->second.job_id;
  }
  if (!log->wanted()) {
    end.outcome = outcome::stopped;
    end.cause.clear();
  }
  if (auto killed = kill_all(live, "whose attached client has ended"); !killed)
    return fail(killed.error());
  return record_end(std::move(end));
}

result<std::vector<cluster::yarn_application>> guard::await_leaving(std::uint64_t epoch,
                                                                    io::milliseconds limit) {
  const auto since = std::chrono::steady_clock::now();
  for (;;) {
    auto listing = yarn_.find_confirmed(op_, tag_);
    if (!listing) return fail(listing.error());
    const auto groups = own(listing->applications);
    std::vector<cluster::yarn_application> live;
    for (const cluster::yarn_application* application : component::live_of(groups, epoch))
      live.push_back(*application);
    if (live.empty() || std::chrono::steady_clock::now() - since >= limit) return live;
    if (auto slept = http_.sleep(op_, jittered(pace_.first_poll)); !slept)
      return fail(slept.error());
  }
}

result<guard::next> guard::record_end(end_fact end, const cluster::yarn_application* application) {
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  const auto now = io::now();
  if (const auto record = log->records.find(end.epoch);
      end.lived_ms < 0 && record != log->records.end()) {
    const auto lived =
        std::chrono::duration_cast<io::milliseconds>(now - record->second.written_at);
    end.lived_ms = std::max<std::int64_t>(lived.count(), 0);
  }
  const verdict judged =
      judge(spec_, *log, end, now, std::uniform_real_distribution<double>(0.0, 1.0)(random_));
  remove_staging(end);
  if (!judged.waiting.empty()) end.cause = judged.waiting + ": " + end.cause;
  end.decision = judged.decision;
  end.restart_at = judged.restart_at;
  auto written = records_.write_end(op_, end);
  note_writing(end.epoch, written);
  if (!written) return fail(std::move(written.error()));
  const auto level = end.outcome == outcome::failed ? io::log_level::error : io::log_level::info;
  log_.write(level, fmt::format("ended: {}{}{}; {}", component::to_string(end.outcome),
                                end.cause.empty() ? "" : ": ", end.cause, judged.reason));
  black_box_.ended(end, application);
  return next();
}

void guard::note_writing(std::uint64_t number, const result<void>& written) {
  if (written) return component::remove_unwritten(spec_.log_directory);
  if (op_.cancelled()) return;
  const component::unwritten_record record{number, written.error().message, io::now()};
  if (auto noted = component::write_unwritten(spec_.log_directory, record); !noted)
    report(noted.error());
}

void guard::remove_staging(const end_fact& end) {
  // One that YARN has lost may live. Flink removes it itself when a job ends well.
  if (end.application_id.empty() || end.outcome == outcome::unknown) return;
  const std::string path = fmt::format("/user/{}/.flink/{}", spec_.user, end.application_id);
  if (auto removed = hdfs_.remove(op_.limited_to(staging_limit), path, true); !removed)
    log_.info(fmt::format("{} stays: {}", path, removed.error().text()));
}

result<guard::next> guard::refuse_second_application(
    std::uint64_t epoch, const std::vector<cluster::yarn_application>& applications) {
  std::vector<const cluster::yarn_application*> live;
  std::vector<std::string> ids;
  for (const cluster::yarn_application& application : applications) {
    ids.push_back(application.id);
    if (!application.terminal()) live.push_back(&application);
  }
  if (auto killed = kill_all(live, "of a program that executes more than once"); !killed)
    return fail(killed.error());
  end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.failure_class = flink::to_string(flink::failure_class::program_invalid);
  end.cause = fmt::format(
      "the program calls execute() more than once: each call started a YARN application of its own "
      "({}); set "
      "component_flink_submission to \"attached\" or \"application\"",
      fmt::join(ids, ", "));
  end.source = "YARN";
  end.application_id = ids.front();
  end.ended_at = io::now();
  return record_end(std::move(end));
}

}  // namespace dm::guard
