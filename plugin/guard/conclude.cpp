// The guard concluding an incarnation: how it ended, what the governor makes of it, and the end's
// record.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flink/client_output.h"
#include "guard/end_cause.h"
#include "guard/governor.h"
#include "guard/guard.h"

namespace dm::guard {

using component::end_fact;
using component::log_record;
using component::outcome;

result<guard::next> guard::conclude(std::uint64_t epoch,
                                    const cluster::yarn_application* application, int client_exit) {
  auto end = look_up_end(epoch, application, client_exit);
  if (!end) return fail(end.error());
  return record_end(std::move(*end));
}

result<end_fact> guard::look_up_end(std::uint64_t epoch,
                                    const cluster::yarn_application* application, int client_exit) {
  end_evidence evidence;
  evidence.epoch = epoch;
  evidence.application = application;
  evidence.client_output = client_output_of(spec_, epoch);
  evidence.client_exit = client_exit;
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  if (const auto fact = log->applications.find(epoch); fact != log->applications.end()) {
    evidence.application_id = fact->second.application_id;
    evidence.job_id = fact->second.job_id;
  }
  if (evidence.job_id.empty() && fact_.epoch == epoch) evidence.job_id = fact_.job_id;
  auto found = find_end(op_, http_, hdfs_, spec_, evidence);
  if (!found) return fail(found.error());
  end_fact end = std::move(*found);
  if (auto went_on = op_.check("the end's cause"); !went_on) return fail(went_on.error());
  // FINISHED/SUCCEEDED is what a stop leaves behind as well; the log says which it was (D-5). A job
  // that had ended before the stop was asked for has ended by itself.
  const log_record* intent = log->newest_intent();
  const bool asked_to_stop =
      !log->wanted() && (intent == nullptr || end.ended_at > intent->written_at);
  bool stopped =
      asked_to_stop && (end.outcome == outcome::completed || end.outcome == outcome::killed);
  if (!stopped && end.outcome == outcome::completed) {
    // The stop may have been overtaken by the run that follows it, or be believed to have failed.
    auto by_savepoint = restore_points_.stopped_by_savepoint(op_, *log, epoch);
    if (!by_savepoint) return fail(by_savepoint.error());
    stopped = *by_savepoint;
  }
  if (stopped) {
    end.outcome = outcome::stopped;
    end.cause.clear();
    end.source.clear();
  }
  return end;
}

result<guard::next> guard::conclude_attached(std::uint64_t epoch,
                                             const std::optional<io::process_exit>& client_end) {
  auto listing = yarn_.find_confirmed(op_, tag_);
  if (!listing) return fail(listing.error());
  const auto groups = component::group_by_epoch(listing->applications, id_);
  const auto live = component::live_of(groups, epoch);
  end_fact end;
  end.epoch = epoch;
  end.ended_at = io::now();
  const std::string output = client_output_of(spec_, epoch);
  if (client_end && client_end->success()) {
    end.outcome = outcome::completed;
  } else {
    const flink::client_output said = flink::read_client_output(output);
    end.outcome = outcome::failed;
    end.source = "flink client";
    end.cause = !said.exception.empty() ? said.exception
                : client_end ? fmt::format("the attached client ended with exit code {}, signal {}",
                                           client_end->code, client_end->signal)
                             : "the attached client was lost, and with it the run";
    const auto failure = client_end ? said.failure : flink::failure_class::cluster_lost;
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

result<guard::next> guard::record_end(end_fact end) {
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  const verdict judged =
      judge(spec_, *log, end, std::uniform_real_distribution<double>(0.0, 1.0)(random_));
  end.decision = judged.decision;
  end.restart_at = judged.restart_at;
  if (auto written = records_.write_end(op_, end); !written) return fail(written.error());
  const auto level = end.outcome == outcome::failed ? io::log_level::error : io::log_level::info;
  log_.write(level, fmt::format("ended: {}{}{}; {}", component::to_string(end.outcome),
                                end.cause.empty() ? "" : ": ", end.cause, judged.reason));
  return next();
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
