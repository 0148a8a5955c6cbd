// How an incarnation ended and why.
// SPDX-License-Identifier: Apache-2.0
#include "guard/end_cause.h"

#include <fmt/format.h>

#include "flink/client_output.h"
#include "flink/container_failure.h"
#include "flink/yarn_diagnostics.h"
#include "guard/container_cause.h"
#include "guard/job_archives.h"
#include "guard/task_manager_end.h"

namespace dm::guard {

using component::end_fact;
using component::outcome;

namespace {

// A NodeManager forgets how a container ended ten seconds after it.
constexpr io::milliseconds task_manager_limit{11'000};

void set_cause(end_fact& end, std::string cause, std::string source,
               flink::failure_class failure = flink::failure_class::unknown,
               std::string frame = {}) {
  end.cause = std::move(cause);
  end.source = std::move(source);
  end.frame = std::move(frame);
  end.failure_class = flink::to_string(failure);
}

void set_cause(end_fact& end, const flink::client_output& client) {
  set_cause(end, client.exception, "flink client", client.failure, client.frame);
}

// Whether YARN's word on the end is Flink's own: the JobManager reported it before it went.
bool reported_by_flink(const cluster::yarn_application* application) {
  return application != nullptr && application->state == "FINISHED";
}

// A job alone in its application that YARN says nothing of: forgotten, or its JobManager's
// container failed, perhaps after the job had ended.
bool archive_decides(const component::guard_spec& spec, const end_evidence& evidence,
                     const end_fact& end) {
  if (flink::main_in_cluster(spec.submission)) return false;
  if (evidence.application == nullptr) return !end.application_id.empty();
  return end.outcome == outcome::unknown || evidence.application->state == "FAILED";
}

void decide_by_archive(const flink::job_archive& archive, end_fact& end) {
  if (archive.overview.state == "FINISHED") end.outcome = outcome::completed;
  if (archive.overview.state == "CANCELED") end.outcome = outcome::killed;
  if (archive.overview.state == "FAILED") end.outcome = outcome::failed;
  if (archive.overview.end_ms > 0) end.ended_at = io::from_epoch_ms(archive.overview.end_ms);
}

// No application: the client is the only witness.
void set_cause_of_client(const flink::client_output& client, int exit, end_fact& end) {
  constexpr int signal_base = 128;
  end.outcome = outcome::failed;
  if (!client.exception.empty()) {
    set_cause(end, client);
  } else if (exit == 0) {
    // Today there may have been nothing to do; tomorrow there may be.
    set_cause(end, "The program didn't contain a Flink job: it ended without calling execute()",
              "flink client", flink::failure_class::user_exception);
  } else if (exit > signal_base) {
    set_cause(end,
              fmt::format("flink run was killed by signal {} on this node and submitted nothing{}",
                          exit - signal_base,
                          exit - signal_base == 9
                              ? "; the kernel does that where memory is short (see dmesg)"
                              : ""),
              "flink client");
  } else {
    set_cause(end, fmt::format("flink run ended with exit code {} and submitted nothing", exit),
              "flink client");
  }
}

// Kinds of which YARN knows the whole reason; of the others the container's files know more.
bool known_by_yarn(flink::yarn_failure_kind kind) {
  return kind != flink::yarn_failure_kind::other && kind != flink::yarn_failure_kind::exit_code;
}

class end_finder {
 public:
  end_finder(const io::operation& op, io::http_client& http, cluster::hdfs& hdfs,
             const component::guard_spec& spec, const end_evidence& evidence)
      : op_(op),
        http_(http),
        hdfs_(hdfs),
        spec_(spec),
        evidence_(evidence),
        client_(flink::read_client_output(evidence.client_output)) {}

  result<end_fact> find() {
    begin();
    const bool waiting = evidence_.application != nullptr && end_.outcome == outcome::failed;
    archive_look look = look_for_archive(op_, http_, hdfs_, spec_, end_.job_id, waiting);
    if (archive_decides(spec_, evidence_, end_)) {
      if (look.unavailable) return fail(*look.unavailable);
      if (look.archive) decide_by_archive(*look.archive, end_);
    }
    if (end_.outcome == outcome::failed && look.archive) set_cause_of_archive(*look.archive);
    if (evidence_.application == nullptr && end_.application_id.empty())
      set_cause_of_client(client_, evidence_.client_exit, end_);
    if (end_.outcome == outcome::failed && end_.cause.empty()) set_cause_of_failure(look);
    if (end_.outcome == outcome::killed && end_.cause.empty()) set_cause_of_kill();
    if (end_.outcome == outcome::unknown && end_.cause.empty()) set_cause_of_unknown(look);
    if (end_.outcome != outcome::failed) end_.failure_class.clear();
    return std::move(end_);
  }

 private:
  void begin() {
    end_.epoch = evidence_.epoch;
    end_.application_id = evidence_.application_id;
    end_.job_id = evidence_.job_id;
    end_.ended_at = io::now();
    if (const cluster::yarn_application* application = evidence_.application) {
      end_.application_id = application->id;
      end_.outcome = component::outcome_of(*application);
      if (application->finished_ms > 0) end_.ended_at = io::from_epoch_ms(application->finished_ms);
    }
    if (end_.job_id.empty() && !client_.job_ids.empty()) end_.job_id = client_.job_ids.front();
    // A client that failed names the application that YARN refused.
    if (end_.application_id.empty() && client_.exception.empty() &&
        !client_.application_ids.empty()) {
      end_.application_id = client_.application_ids.front();
    }
  }

  void set_cause_of_archive(const flink::job_archive& archive) {
    const std::string& trace = archive.exceptions.root_exception;
    if (trace.empty()) return;
    const flink::failure_class failure = flink::classify_failure(trace);
    set_cause(
        end_, flink::failure_summary(trace), "job archive",
        failure == flink::failure_class::unknown ? flink::failure_class::user_exception : failure,
        flink::telling_frame(trace));
    if (failure == flink::failure_class::cluster_lost) look_for_task_manager(archive.exceptions);
  }

  // A container that has gone says less of it than whoever ended it.
  void look_for_task_manager(const flink::job_exceptions& exceptions) {
    const flink::exception_entry* failure = flink::newest_with_container(exceptions);
    if (evidence_.application == nullptr || failure == nullptr) return;
    const auto ended = find_task_manager_end(op_.limited_to(task_manager_limit), http_, spec_.user,
                                             evidence_.application->am_container_logs, *failure);
    if (ended) set_cause(end_, ended->sentence, "NodeManager", ended->failure);
  }

  void set_cause_of_failure(const archive_look& look) {
    const cluster::yarn_application* application = evidence_.application;
    const bool by_yarn = application != nullptr && !reported_by_flink(application);
    const flink::yarn_failure told =
        flink::read_yarn_diagnostics(by_yarn ? application->diagnostics : std::string());
    if (known_by_yarn(told.kind)) {
      set_cause(end_, told.sentence, "YARN diagnostics", told.failure);
      return;
    }
    // The client's words, if they say more than that the deployment failed.
    if (client_.failure != flink::failure_class::unknown) {
      set_cause(end_, client_);
      return;
    }
    if (application != nullptr) {
      container_cause found = find_container_cause(op_, http_, *application);
      if (!found.sentence.empty()) {
        const bool not_started =
            found.before_log && told.kind == flink::yarn_failure_kind::exit_code;
        set_cause(end_, std::move(found.sentence), std::move(found.source),
                  not_started ? flink::failure_class::not_started : found.failure,
                  std::move(found.frame));
      } else if (by_yarn) {
        set_cause(end_, told.sentence, "YARN diagnostics", told.failure);
      } else {
        set_cause(end_, flink::exception_summary(application->diagnostics), "YARN diagnostics",
                  flink::classify_failure(application->diagnostics),
                  flink::telling_frame(application->diagnostics));
      }
    }
    if (end_.cause.empty() && !client_.exception.empty()) set_cause(end_, client_);
    if (end_.cause.empty()) {
      set_cause(end_,
                look.obstacle.empty() ? "the job failed; no exception could be found"
                                      : "the job failed; " + look.obstacle,
                "YARN");
    }
  }

  void set_cause_of_kill() {
    const cluster::yarn_application* application = evidence_.application;
    const bool by_yarn = application != nullptr && application->state == "KILLED";
    set_cause(end_,
              by_yarn && !application->diagnostics.empty() ? first_line(application->diagnostics)
                                                           : "the job was cancelled",
              by_yarn ? "YARN diagnostics" : "Flink");
  }

  void set_cause_of_unknown(const archive_look& look) {
    std::string rest = "Flink left no archive of the job";
    if (!look.obstacle.empty()) rest = look.obstacle;
    if (look.archive) {
      rest = fmt::format("its job {} is {} by Flink's archive, which says nothing of the program",
                         end_.job_id, look.archive->overview.state);
    }
    set_cause(end_, "YARN does not know the application any more and " + rest, "YARN");
  }

  const io::operation& op_;
  io::http_client& http_;
  cluster::hdfs& hdfs_;
  const component::guard_spec& spec_;
  const end_evidence& evidence_;
  flink::client_output client_;
  end_fact end_;
};

}  // namespace

result<end_fact> find_end(const io::operation& op, io::http_client& http, cluster::hdfs& hdfs,
                          const component::guard_spec& spec, const end_evidence& evidence) {
  return end_finder(op, http, hdfs, spec, evidence).find();
}

}  // namespace dm::guard
