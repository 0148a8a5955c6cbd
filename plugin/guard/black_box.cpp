// What is kept of failures before the cluster forgets them.
// SPDX-License-Identifier: Apache-2.0
#include "guard/black_box.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "flink/container_failure.h"
#include "flink/exception_text.h"
#include "flink/failure_class.h"
#include "guard/failure_evidence.h"
#include "guard/job_archives.h"
#include "guard/submission.h"
#include "guard/task_manager_end.h"

namespace dm::guard {

using component::end_fact;
using component::incident;
using component::incident_head;
using component::listed_incident;
using component::outcome;

namespace {

// A job whose every failure has another cause fills neither HDFS nor the guard's time.
constexpr std::ptrdiff_t most_of_an_incarnation = 5;
constexpr std::size_t most_of_a_look = 2;
// In memory: of older ones the index has no heads either, and nobody asks for their ids any more.
constexpr std::size_t most_known = 200;
constexpr std::chrono::minutes index_interval{1};  // between writings for counts alone
constexpr std::chrono::minutes pause_after_trouble{10};

bool is_failing(const flink::job_overview& job) {
  return job.state == "FAILING" || job.state == "RESTARTING" || job.state == "FAILED";
}

std::string cause_of(const flink::yarn_failure& ended) {
  return fmt::format("container's exit code {}", ended.exit_code.value_or(0));
}

// What tells one cause from another: who threw what where, and no words; of a container's end its
// code, since Flink throws all of these at one place.
std::string cause_of(const std::string& outline) {
  if (const auto ended = flink::container_failure(outline)) return cause_of(*ended);
  const auto chain = flink::exception_chain(outline);
  if (chain.empty()) return {};
  return fmt::format("{}\n{}", chain.back().class_name, flink::telling_frame(outline));
}

std::string class_of(const std::string& outline) {
  return std::string(flink::to_string(flink::classify_failure(outline)));
}

bool is_failure(const end_fact& end) {
  if (end.outcome == outcome::failed || end.outcome == outcome::killed) return true;
  return end.outcome == outcome::unknown && !end.application_id.empty();
}

// What a later document does not repeat.
incident without_logs(incident one) {
  one.logs.clear();
  one.missing.clear();
  return one;
}

}  // namespace

black_box::black_box(io::http_client& http, cluster::resource_manager& yarn, cluster::hdfs& hdfs,
                     const component::guard_spec& spec, guard_log& log, io::milliseconds limit)
    : http_(http),
      yarn_(yarn),
      hdfs_(hdfs),
      spec_(spec),
      log_(log),
      limit_(limit),
      store_(hdfs, component::hdfs_directory(spec.state_root, spec.name)) {}

void black_box::complain(const error& problem) {
  const std::string text = problem.text();
  if (text == complained_) return;
  complained_ = text;
  log_.warning(fmt::format("what is known of a failure is not kept: {}", text));
}

bool black_box::load(const io::operation& op) {
  if (known_) return true;
  auto listed = store_.list(op);
  if (!listed) {
    complain(listed.error());
    return false;
  }
  known_ = std::move(*listed);
  return true;
}

listed_incident* black_box::find(const std::string& id) {
  const auto found = std::find_if(known_->begin(), known_->end(),
                                  [&](const auto& one) { return one.head.id == id; });
  return found == known_->end() ? nullptr : &*found;
}

std::ptrdiff_t black_box::kept_of(std::uint64_t epoch) const {
  return std::count_if(known_->begin(), known_->end(), [&](const auto& one) {
    return one.head.epoch == epoch && one.head.id != component::end_incident_id(epoch);
  });
}

void black_box::forget_oldest() {
  const auto oldest =
      std::min_element(known_->begin(), known_->end(), [](const auto& a, const auto& b) {
        return std::pair(a.head.epoch, a.head.at) < std::pair(b.head.epoch, b.head.at);
      });
  known_->erase(oldest);
}

void black_box::flush(const io::operation& op, bool now) {
  const auto time = std::chrono::steady_clock::now();
  if (!index_outdated_ || (!now && time - index_written_at_ < index_interval)) return;
  index_written_at_ = time;
  if (auto written = store_.write_index(op, *known_); !written) return complain(written.error());
  index_outdated_ = false;
}

bool black_box::keep(const io::operation& op, incident one) {
  auto kept = store_.keep(op, one);
  if (!kept) {
    complain(kept.error());
    return false;
  }
  listed_incident listed;
  listed.head = std::move(one.head);
  listed.kept = true;
  log_.info(fmt::format("what is known of it is kept as incident {}", listed.head.id));
  if (known_->size() >= most_known) forget_oldest();
  known_->push_back(std::move(listed));
  index_outdated_ = true;
  flush(op, true);
  const component::incident_limits limits{spec_.incident_retention_count,
                                          spec_.incident_retention_age_ms};
  if (auto removed = store_.tidy(op, limits); !removed)
    log_.info(fmt::format("older incidents stay for now: {}", removed.error().text()));
  return true;
}

std::vector<black_box::sighting> black_box::sightings(
    const component::application_fact& fact, const flink::job_overview& job,
    const flink::job_exceptions& exceptions) const {
  std::vector<sighting> seen;
  const auto add = [&](const std::string& outline, const std::string& message, std::int64_t at_ms) {
    if (at_ms <= followed_.newest_ms || at_ms > io::latest_ms) return;
    incident_head head;
    head.id = component::incident_id(fact.epoch, cause_of(outline));
    const auto known = std::find_if(seen.begin(), seen.end(),
                                    [&](const auto& one) { return one.head.id == head.id; });
    if (known != seen.end()) {
      ++known->head.count;
      return;
    }
    head.epoch = fact.epoch;
    head.at = head.last_at = io::from_epoch_ms(at_ms);
    head.application_id = fact.application_id;
    head.job_id = job.id;
    head.failure_class = class_of(outline);
    head.source = "JobManager";
    head.message = message;
    head.frame = flink::telling_frame(outline);
    seen.push_back({std::move(head)});
  };
  // Newest first, so that the newest of a cause tells of it.
  for (const flink::exception_entry& entry : exceptions.history)
    add(entry.outline, entry.message, entry.timestamp_ms);
  if (exceptions.history.empty() && !exceptions.root_exception.empty()) {
    add(exceptions.root_exception, flink::failure_summary(exceptions.root_exception),
        exceptions.timestamp_ms);
  }
  if (seen.empty() && exceptions.history.empty() && exceptions.root_exception.empty() &&
      is_failing(job)) {
    add({}, fmt::format("the job is {}, and its JobManager names no exception", job.state),
        job.last_modified_ms);
  }
  return seen;
}

// An answer tells again what an earlier guard has counted: only what is newer than that counts.
void black_box::count(const sighting& seen, listed_incident& known) {
  if (seen.head.last_at <= known.head.last_at) return;
  known.head.count += known.head.last_at == io::wall_time{} ? 1 : seen.head.count;
  known.head.last_at = seen.head.last_at;
  index_outdated_ = true;
}

// A TaskManager's goodbye says less than whoever ended it. Its code is the cause, then.
void black_box::tell_container(const io::operation& op,
                               const cluster::yarn_application& application,
                               const flink::job_exceptions& exceptions, incident_head& head) {
  const flink::exception_entry* failure = flink::newest_with_container(exceptions);
  const bool its_own = failure != nullptr && io::from_epoch_ms(failure->timestamp_ms) == head.at;
  if (!its_own || head.failure_class != flink::to_string(flink::failure_class::cluster_lost))
    return;
  const auto ended = find_task_manager_end(op.limited_to(op.remaining() / 2), http_, spec_.user,
                                           application.am_container_logs, *failure);
  if (!ended) return;
  head.id = component::incident_id(head.epoch, cause_of(*ended));
  head.message = ended->sentence;
  head.source = "NodeManager";
  head.failure_class = flink::to_string(ended->failure);
  head.frame.clear();
}

void black_box::look(const io::operation& op, const component::application_fact& fact,
                     const cluster::yarn_application& application, const flink::job_overview& job) {
  if (spec_.incident_retention_count == 0) return;
  if (followed_.epoch != fact.epoch || followed_.job_id != job.id) {
    followed_ = {};
    followed_.epoch = fact.epoch;
    followed_.job_id = job.id;
    last_look_.reset();
  }
  const auto now = std::chrono::steady_clock::now();
  const bool changed = job.last_modified_ms != followed_.modified_ms;
  if ((!changed && !is_failing(job)) || now < followed_.not_before) return;
  const io::operation bounded = op.limited_to(limit_);
  const auto answer = http_.perform(bounded, flink::exceptions_request(fact.job_manager, job.id));
  auto exceptions = answer ? flink::read_exceptions(*answer, fact.job_manager)
                           : result<flink::job_exceptions>(fail(answer.error()));
  if (!exceptions) return;  // asked again at the next look
  followed_.modified_ms = job.last_modified_ms;
  const std::vector<sighting> seen = sightings(fact, job, *exceptions);
  if (seen.empty()) return;
  if (!load(bounded)) {
    followed_.modified_ms = -1;
    followed_.not_before = now + pause_after_trouble;
    return;
  }
  std::int64_t newest_ms = followed_.newest_ms;
  for (const sighting& one : seen) {
    newest_ms = std::max(newest_ms, one.head.last_at.time_since_epoch().count());
    if (listed_incident* known = find(one.head.id)) count(one, *known);
  }
  std::optional<incident> evidence;
  std::size_t kept = 0;
  bool more = false;
  for (const sighting& one : seen) {
    if (find(one.head.id) != nullptr) continue;
    sighting told = one;
    tell_container(bounded, application, *exceptions, told.head);
    if (listed_incident* known = find(told.head.id)) {
      count(told, *known);
      continue;
    }
    if (kept_of(fact.epoch) >= most_of_an_incarnation) break;
    more = kept >= most_of_a_look;
    if (more) break;
    if (!evidence) {
      evidence.emplace();
      evidence->exceptions = *exceptions;
      evidence->application_diagnostics = application.diagnostics;
      gather_evidence(bounded.limited_to(bounded.remaining() / 2), http_, yarn_, spec_.user,
                      {application.id, job.id, fact.job_manager, application.am_container_logs},
                      *evidence);
      last_look_ = without_logs(*evidence);
    }
    evidence->head = told.head;
    if (!keep(bounded, *evidence)) {
      if (op.cancelled()) return;
      followed_.modified_ms = -1;
      followed_.not_before = now + pause_after_trouble;
      return;
    }
    ++kept;
  }
  // The others are seen again at the next look.
  if (more) {
    followed_.modified_ms = -1;
  } else {
    followed_.newest_ms = newest_ms;
  }
  flush(bounded, false);
}

void black_box::close() {
  // Not under the guard's cancellation, as in ended().
  if (known_) flush(io::operation::within(limit_), true);
}

void black_box::ended(const end_fact& end, const cluster::yarn_application* application) {
  if (spec_.incident_retention_count == 0) return;
  // Of what was never submitted all that is known stands in its record; a policy that refuses for a
  // night must not push out what was a failure.
  if (!is_failure(end) || !end.counts) return close();
  // Not under the guard's cancellation: a start that has failed ends its guard at once.
  const io::operation op = io::operation::within(limit_);
  if (ended_.contains(end.epoch) || !load(op)) return;
  ended_.insert(end.epoch);
  const std::string id = component::end_incident_id(end.epoch);
  if (find(id) != nullptr) return;
  incident one;
  if (last_look_ && followed_.epoch == end.epoch) one = *last_look_;
  incident_head& head = one.head;
  head = {};
  head.id = id;
  head.epoch = end.epoch;
  head.at = head.last_at = end.ended_at;
  head.application_id = end.application_id;
  head.job_id = end.job_id;
  head.failure_class = end.outcome == outcome::failed
                           ? (end.failure_class.empty() ? "unknown" : end.failure_class)
                           : std::string(component::to_string(end.outcome));
  head.source = end.source;
  head.message = end.cause;
  head.frame = end.frame;

  const io::operation asking = op.limited_to(limit_ / 2);
  const archive_look archived = look_for_archive(asking, http_, hdfs_, spec_, end.job_id, false);
  if (archived.archive) {
    if (!archived.archive->exceptions.root_exception.empty() ||
        !archived.archive->exceptions.history.empty()) {
      one.exceptions = archived.archive->exceptions;
    }
    if (archived.archive->checkpoints) one.checkpoints = archived.archive->checkpoints;
    if (one.vertices.empty()) {
      for (const flink::vertex& vertex : archived.archive->vertices)
        one.vertices.push_back({vertex, {}, {}, {}});
    }
  } else if (!archived.obstacle.empty()) {
    one.missing.push_back(archived.obstacle);
  }
  evidence_places places{end.application_id, end.job_id, {}, {}};
  if (application != nullptr) {
    one.application_diagnostics = application->diagnostics;
    places.job_manager_logs = application->am_container_logs;
  } else if (!end.application_id.empty()) {
    one.missing.push_back("YARN does not know the application any more");
  }
  gather_evidence(asking, http_, yarn_, spec_.user, places, one);
  one.logs.push_back({client_log_name(end.epoch), client_output_of(spec_, end.epoch), {}});
  keep(op, std::move(one));
}

}  // namespace dm::guard
