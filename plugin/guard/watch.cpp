// The guard following one application, and the client that submits it, to their end.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flink/client_output.h"
#include "flink/job_manager.h"
#include "guard/guard.h"

namespace dm::guard {

using component::applications_by_epoch;

namespace {

// A NameNode that does not answer holds the following up for no longer.
constexpr io::milliseconds tidy_limit{5'000};

// The application to follow: the live one, else the last.
const cluster::yarn_application* pick(const applications_by_epoch& groups, std::uint64_t epoch) {
  const auto live = component::live_of(groups, epoch);
  if (!live.empty()) return live.front();
  const auto found = groups.find(epoch);
  return found == groups.end() ? nullptr : &found->second.back();
}

bool waiting_in_queue(const cluster::yarn_application& application) {
  return !application.terminal() && application.state != "RUNNING";
}

}  // namespace

result<guard::next> guard::watch(std::uint64_t epoch, submission* running) {
  const bool attached = spec_.submission == flink::submission_mode::attached;
  bool seen = running == nullptr;
  std::string last_state;
  int client_exit = 0;
  io::milliseconds interval = pace_.first_poll;
  io::steady_time queued_since = io::steady_time::max();  // max: not in YARN's queue
  io::steady_time over_since = io::steady_time::max();    // max: the application has not ended
  denied_since_.reset();

  for (;;) {
    result<void> waited;
    if (running != nullptr) {
      const std::array<int, 1> descriptors{running->process.descriptor()};
      auto ready = http_.wait_readable(op_, descriptors, jittered(interval));
      if (!ready) waited = fail(ready.error());
    } else {
      http_.close_idle();  // nothing is kept open between polls that are seconds apart
      waited = http_.sleep(op_, jittered(interval));
    }
    if (!waited) {
      if (running != nullptr) {
        running->process.end();
        log_.info("told to end during a submission: its flink client was ended first");
      }
      return fail(waited.error());
    }
    if (running != nullptr) {
      if (const auto exit = running->process.try_reap()) {
        client_exit = exit->signal != 0 ? 128 + exit->signal : exit->code;
        log_.info(fmt::format("the flink client has ended: exit code {}, signal {}", exit->code,
                              exit->signal));
        running->slot = io::unique_fd();
        running = nullptr;
        interval = pace_.first_poll;
        if (attached) return conclude_attached(epoch, exit);
      }
    }
    auto listing = yarn_.find(op_, tag_);
    if (!listing) {
      // A silent ResourceManager is no evidence of anything (INV-4).
      if (op_.cancelled()) continue;
      report(listing.error());
      interval = std::min(interval * 2, pace_.longest_retry);
      continue;
    }
    const applications_by_epoch groups = component::group_by_epoch(listing->applications, id_);
    if (component::newest_live_epoch(groups) > epoch) return next();  // somebody newer: look again
    if (auto killed = kill_all(component::live_except(groups, epoch), "of an older epoch");
        !killed) {
      report(killed.error());
    }
    const cluster::yarn_application* application = pick(groups, epoch);
    if (application == nullptr) {
      if (running != nullptr) continue;  // not submitted yet
      const flink::client_output said = flink::read_client_output(client_output_of(spec_, epoch));
      const bool announced = !said.application_ids.empty() && said.exception.empty();
      auto gone = lost(*listing, epoch, seen || announced);
      if (!gone) {
        report(gone.error());
        continue;
      }
      if (!*gone) continue;
      return conclude(epoch, nullptr, client_exit);
    }
    seen = true;
    denied_since_.reset();
    reported_.clear();
    if (!attached && spec_.submission == flink::submission_mode::per_job &&
        groups.at(epoch).size() > 1) {
      if (running != nullptr) running->process.end();
      return refuse_second_application(epoch, groups.at(epoch));
    }
    note_application(epoch, *application);
    log_.set_subject(epoch, application->id);
    if (application->state != last_state) {
      log_.info(fmt::format("application {}{}{}", application->state,
                            application->terminal() ? " " + application->final_status : "",
                            application->queue.empty() ? "" : " in queue " + application->queue));
      last_state = application->state;
      interval = pace_.first_poll;
    }
    const auto now = std::chrono::steady_clock::now();
    if (application->terminal()) {
      if (running == nullptr) return conclude(epoch, application, client_exit);
      // Its client is about to say why; an attached one may execute again.
      over_since = std::min(over_since, now);
      if (!attached && now - over_since >= pace_.accepted_limit) {
        log_.warning("the flink client outlives its application; it is ended");
        running->process.end();
      }
      continue;
    }
    if (!waiting_in_queue(*application)) {
      queued_since = io::steady_time::max();
    } else if (queued_since == io::steady_time::max()) {
      queued_since = now;
    } else if (running != nullptr && !attached && now - queued_since >= pace_.accepted_limit) {
      log_.info(
          "the application waits in YARN's queue; its flink client is ended, the submission slot "
          "freed");
      running->process.end();
    }
    const bool settled =
        application->state == "RUNNING" && !fact_.job_id.empty() && running == nullptr;
    if (settled) tidy_older_checkpoints();
    interval = settled ? std::min(interval * 2, io::milliseconds(spec_.follow_interval_ms))
                       : pace_.first_poll * 2;
  }
}

result<bool> guard::lost(const cluster::application_listing& listing, std::uint64_t epoch,
                         bool submitted) {
  auto confirmed = yarn_.find_confirmed(op_, tag_);
  if (!confirmed) return fail(confirmed.error());
  if (component::group_by_epoch(confirmed->applications, id_).contains(epoch)) {
    denied_since_.reset();
    confirmed_started_on_ = confirmed->started_on;
    return false;
  }
  const bool restarted =
      confirmed_started_on_ != 0 && confirmed->started_on != confirmed_started_on_;
  // The ResourceManager that was there before the client began has never heard of an application.
  if (!submitted && !restarted) return true;
  const auto now = std::chrono::steady_clock::now();
  if (!denied_since_) {
    denied_since_ = now;
    log_.warning(fmt::format("the ResourceManager {} does not know the application any more",
                             listing.address));
  }
  if (!fact_.job_manager.empty()) {
    // A JobManager that answers is counter-evidence; one that is silent is no evidence.
    auto response = http_.perform(op_, flink::jobs_overview_request(fact_.job_manager));
    if (response) {
      auto jobs = flink::read_jobs_overview(*response, fact_.job_manager);
      const bool mine =
          jobs && std::any_of(jobs->begin(), jobs->end(), [this](const flink::job_overview& job) {
            return job.id == fact_.job_id && !job.terminal();
          });
      if (mine) {
        denied_since_ = now;
        return false;
      }
    }
  }
  // One that was started since, and denies it twice, has recovered without it.
  return restarted ? now - *denied_since_ >= pace_.denial_limit / 12
                   : now - *denied_since_ >= pace_.denial_limit;
}

void guard::note_application(std::uint64_t epoch, const cluster::yarn_application& application) {
  component::application_fact fact = fact_;
  if (fact.epoch != epoch || fact.application_id != application.id) {
    fact = {};
    fact.epoch = epoch;
    fact.application_id = application.id;
  }
  // Just after a failover YARN knows no address for a while: what was known stays (D-33).
  if (std::string address = component::job_manager_of(application); !address.empty())
    fact.job_manager = address;
  if (fact.job_id.empty()) fact.job_id = find_job_id(epoch, fact.job_manager);
  const bool changed = fact.application_id != fact_.application_id ||
                       fact.job_manager != fact_.job_manager || fact.job_id != fact_.job_id ||
                       fact_.epoch != epoch;
  if (!changed) return;
  fact.seen_at = io::now();
  if (auto written = records_.write_application(op_, fact); !written) {
    report(written.error());  // tried again at the next poll
    return;
  }
  fact_ = fact;
}

void guard::tidy_older_checkpoints() {
  const auto now = std::chrono::steady_clock::now();
  if (!followed_ || now < tidy_at_) return;
  tidy_at_ = now + pace_.tidy_interval;
  auto deleted = restore_points_.tidy(op_.limited_to(tidy_limit), *followed_);
  if (!deleted) {
    if (!op_.cancelled())
      log_.info(fmt::format("older checkpoints stay for now: {}", deleted.error().text()));
    return;
  }
  if (!deleted->has_value()) return;
  tidy_at_ = io::steady_time::max();
  if (!(*deleted)->empty()) {
    log_.info(
        fmt::format("this run has a checkpoint of its own: those of older runs are deleted "
                    "(epochs {})",
                    fmt::join(**deleted, ", ")));
  }
}

std::string guard::find_job_id(std::uint64_t epoch, const std::string& job_manager) {
  const flink::client_output said = flink::read_client_output(client_output_of(spec_, epoch));
  if (!said.job_ids.empty()) return said.job_ids.front();
  if (job_manager.empty()) return {};
  auto response = http_.perform(op_, flink::jobs_overview_request(job_manager));
  if (!response) return {};
  auto jobs = flink::read_jobs_overview(*response, job_manager);
  return jobs && !jobs->empty() ? jobs->front().id : std::string();
}

}  // namespace dm::guard
