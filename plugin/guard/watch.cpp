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

result<void> guard::wait_for_change(submission* running, io::milliseconds interval) {
  if (running == nullptr) {
    http_.close_idle();  // nothing is kept open between polls that are seconds apart
    return http_.sleep(op_, jittered(interval));
  }
  const std::array<int, 1> descriptors{running->process.descriptor()};
  if (auto ready = http_.wait_readable(op_, descriptors, jittered(interval)); !ready) {
    running->process.end();
    log_.info("told to end during a submission: its flink client was ended first");
    return fail(ready.error());
  }
  return {};
}

bool guard::reap(std::uint64_t epoch, submission& running) {
  const auto exit = running.process.try_reap();
  if (!exit) return false;
  client_end_ = {epoch, client_end{*exit, running.timed_out}};
  if (auto written = write_client_end(spec_.log_directory, epoch, client_end_->second); !written)
    report(written.error());
  log_.info(fmt::format("the flink client has ended: {}", client_end_->second.text()));
  return true;
}

std::optional<client_end> guard::client_end_of(std::uint64_t epoch) const {
  if (client_end_ && client_end_->first == epoch) return client_end_->second;
  return read_client_end(spec_.log_directory, epoch);
}

void guard::bound_client(submission& running, const cluster::yarn_application* application) {
  const auto now = std::chrono::steady_clock::now();
  const bool attached = spec_.submission == flink::submission_mode::attached;
  if (application == nullptr) {
    if (running.timed_out || now - running.began < io::milliseconds(spec_.submission_timeout_ms)) {
      return;
    }
    log_.warning(fmt::format("the flink client has submitted nothing in {} s; it is ended",
                             spec_.submission_timeout_ms / 1000));
    running.timed_out = true;
    running.process.end();
    return;
  }
  // Whoever waits for a slot may submit now; what this client has still to do costs the node its
  // memory, but no other component its start.
  if (!waiting_in_queue(*application)) running.slot.give_back();
  if (attached) return;
  if (application->terminal()) {
    // Its client is about to say why.
    over_since_ = std::min(over_since_, now);
    if (now - over_since_ < pace_.accepted_limit) return;
    log_.warning("the flink client outlives its application; it is ended");
    running.process.end();
    return;
  }
  if (!waiting_in_queue(*application)) {
    queued_since_ = io::steady_time::max();
    return;
  }
  queued_since_ = std::min(queued_since_, now);
  if (now - queued_since_ < pace_.accepted_limit) return;
  log_.info(
      "the application waits in YARN's queue; its flink client is ended, the submission slot "
      "freed");
  running.process.end();
}

result<guard::next> guard::watch(std::uint64_t epoch, submission* running) {
  const bool attached = spec_.submission == flink::submission_mode::attached;
  bool seen = running == nullptr;
  std::string last_state;
  io::milliseconds interval = pace_.first_poll;
  queued_since_ = io::steady_time::max();
  over_since_ = io::steady_time::max();
  jobs_look_at_ = {};
  jobs_over_since_ = io::steady_time::max();
  stop_asked_for_ = false;
  denied_since_.reset();

  for (;;) {
    if (auto waited = wait_for_change(running, interval); !waited) return fail(waited.error());
    if (running != nullptr && reap(epoch, *running)) {
      running->slot.give_back();
      running = nullptr;
      interval = pace_.first_poll;
      if (attached) return conclude_attached(epoch);
    }
    if (running != nullptr) running->process.bound_output();
    auto listing = yarn_.find(op_, tag_);
    if (!listing) {
      // A silent ResourceManager is no evidence of anything (INV-4).
      if (op_.cancelled()) continue;
      report(listing.error());
      interval = std::min(interval * 2, longest_retry());
      continue;
    }
    applications_by_epoch groups = own(listing->applications);
    if (component::newest_live_epoch(groups) > epoch) return next();  // somebody newer: look again
    if (auto killed = kill_all(component::live_except(groups, epoch), "of an older epoch");
        !killed) {
      report(killed.error());
    }
    if (!run_name_.empty()) heed_stop(running, groups, epoch);
    if (groups.contains(epoch) && executes_twice(epoch, groups, running != nullptr)) {
      if (running != nullptr) running->process.end();
      return refuse_second_application(epoch, groups.at(epoch));
    }
    const cluster::yarn_application* application = pick(groups, epoch);
    if (running != nullptr) bound_client(*running, application);
    result<std::optional<cluster::yarn_application>> hidden;
    if (application == nullptr) {
      if (running != nullptr) continue;  // not submitted yet
      hidden = find_announced(epoch, followed_ ? &*followed_ : nullptr);
      if (!hidden) {
        report(hidden.error());
        continue;
      }
      if (*hidden && !tagged(**hidden, epoch)) {
        auto ended = refuse_untagged(epoch, **hidden);
        if (!ended) report(ended.error());
        if (ended && *ended) return next();
        continue;
      }
      if (*hidden) application = &**hidden;
    }
    if (application == nullptr && followed_ && followed_->direct) {
      auto sent = send_again(epoch);
      if (!sent) report(sent.error());
      if (sent && *sent == sending::over) return next();
      if (!sent || *sent == sending::again) {
        interval = std::min(interval * 2, longest_retry());
        continue;
      }
    }
    if (application == nullptr) {
      const flink::client_output said = flink::read_client_output(client_output_of(spec_, epoch));
      const bool announced = !said.application_ids.empty() && said.exception.empty();
      auto gone = lost(*listing, epoch, seen || announced);
      if (!gone) {
        report(gone.error());
        continue;
      }
      if (!*gone) continue;
      return conclude(epoch, nullptr);
    }
    seen = true;
    denied_since_.reset();
    reported_.clear();
    note_application(epoch, *application);
    log_.set_subject(epoch, application->id);
    if (application->state != last_state) {
      log_.info(fmt::format("application {}{}{}", application->state,
                            application->terminal() ? " " + application->final_status : "",
                            application->queue.empty() ? "" : " in queue " + application->queue));
      last_state = application->state;
      interval = pace_.first_poll;
    }
    if (application->terminal()) {
      if (running == nullptr) return conclude(epoch, application);
      continue;  // an attached client may execute again
    }
    if (application->state == "RUNNING") note_containers(epoch, *application);
    if (attached && application->state == "RUNNING") look_at_jobs(*application);
    const bool settled = application->state == "RUNNING" && running == nullptr;
    if (settled) {
      tidy_older_checkpoints();
      if (outlives_jobs(*application)) {
        auto over = end_lingering(epoch, *application);
        if (!over) report(over.error());
        if (over && *over) return next();
      }
    }
    interval = settled ? std::min(interval * 2, io::milliseconds(spec_.follow_interval_ms))
                       : pace_.first_poll * 2;
  }
}

result<bool> guard::lost(const cluster::application_listing& listing, std::uint64_t epoch,
                         bool submitted) {
  auto confirmed = yarn_.find_confirmed(op_, tag_);
  if (!confirmed) return fail(confirmed.error());
  if (own(confirmed->applications).contains(epoch)) {
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
    log_.warning(fmt::format(
        "the ResourceManager {} does not know {}", listing.address,
        submitted ? "the application any more" : "of an application that this epoch submitted"));
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
  if (fact.job_id.empty()) fact.job_id = find_job_id(fact);
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

std::string guard::find_job_id(const component::application_fact& fact) {
  const flink::client_output said = flink::read_client_output(client_output_of(spec_, fact.epoch));
  // Of a program with several applications each has a job of its own.
  if (said.application_ids.size() <= 1 && said.job_ids.size() == 1) return said.job_ids.front();
  if (fact.job_manager.empty()) return {};
  auto response = http_.perform(op_, flink::jobs_overview_request(fact.job_manager));
  if (!response) return {};
  auto jobs = flink::read_jobs_overview(*response, fact.job_manager);
  if (!jobs || jobs->empty()) return {};
  // One that runs says more than one that has ended, and of several the last that began.
  const auto newest = std::max_element(
      jobs->begin(), jobs->end(), [](const flink::job_overview& a, const flink::job_overview& b) {
        return std::pair(!a.terminal(), a.start_ms) < std::pair(!b.terminal(), b.start_ms);
      });
  return newest->id;
}

}  // namespace dm::guard
