// How an incarnation ended and why.
// SPDX-License-Identifier: Apache-2.0
#include "guard/end_cause.h"

#include <fmt/format.h>

#include "flink/client_output.h"
#include "flink/container_log.h"
#include "flink/job_archive.h"
#include "flink/yarn_diagnostics.h"

namespace dm::guard {

using component::end_fact;
using component::outcome;

namespace {

// The JobManager writes the archive while it shuts down; YARN may say FINISHED a moment earlier.
constexpr int archive_attempts = 4;
constexpr io::milliseconds archive_interval{500};

// "hdfs://localhost:9000/a/b" or "/a/b" as WebHDFS wants it.
std::string without_scheme(const std::string& path) {
  const std::size_t scheme = path.find("://");
  if (scheme == std::string::npos) return path;
  const std::size_t root = path.find('/', scheme + 3);
  return root == std::string::npos ? "/" : path.substr(root);
}

std::optional<flink::job_archive> job_archive(const io::operation& op, io::http_client& http,
                                              cluster::hdfs& hdfs,
                                              const component::guard_spec& spec,
                                              const std::string& job_id, bool wait) {
  if (spec.archive_directory.empty() || job_id.empty()) return std::nullopt;
  const std::string path = without_scheme(spec.archive_directory) + "/" + job_id;
  for (int attempt = 0; attempt < (wait ? archive_attempts : 1); ++attempt) {
    if (attempt > 0 && !http.sleep(op, archive_interval)) return std::nullopt;
    auto text = hdfs.read(op, path, flink::job_archive_limit_bytes);
    if (!text) continue;
    auto archive = flink::read_job_archive(*text, job_id);
    if (archive) return std::move(*archive);
  }
  return std::nullopt;
}

std::string job_manager_log_failure(const io::operation& op, io::http_client& http,
                                    const cluster::yarn_application& application) {
  if (application.am_container_logs.empty()) return {};
  auto response = http.perform(op, flink::jobmanager_log_request(application.am_container_logs));
  if (!response) return {};
  auto text = flink::read_container_log(*response);
  return text ? flink::failure_in_log(*text) : std::string();
}

void set_cause(end_fact& end, std::string cause, std::string source,
               flink::failure_class failure = flink::failure_class::unknown) {
  end.cause = std::move(cause);
  end.source = std::move(source);
  end.failure_class = flink::to_string(failure);
}

void set_cause(end_fact& end, const flink::client_output& client) {
  set_cause(end, client.exception, "flink client", client.failure);
}

// A stack trace that Flink wrote itself.
void set_cause_of_trace(end_fact& end, std::string_view trace, std::string source) {
  set_cause(end, flink::exception_summary(trace), std::move(source),
            flink::classify_failure(trace));
}

// What YARN says of an application that failed: its own words where it ended it, and Flink's last
// words where the JobManager reported the failure.
void set_cause_of_diagnostics(end_fact& end, const cluster::yarn_application& application) {
  if (application.state == "FAILED") {
    const flink::yarn_failure told = flink::read_yarn_diagnostics(application.diagnostics);
    set_cause(end, told.sentence, "YARN diagnostics", told.failure);
  } else {
    set_cause_of_trace(end, application.diagnostics, "YARN diagnostics");
  }
}

}  // namespace

end_fact find_end(const io::operation& op, io::http_client& http, cluster::hdfs& hdfs,
                  const component::guard_spec& spec, const end_evidence& evidence) {
  end_fact end;
  end.epoch = evidence.epoch;
  end.application_id = evidence.application_id;
  end.job_id = evidence.job_id;
  end.ended_at = io::now();
  const cluster::yarn_application* application = evidence.application;
  if (application != nullptr) {
    end.application_id = application->id;
    end.outcome = component::outcome_of(*application);
    if (application->finished_ms > 0) end.ended_at = io::from_epoch_ms(application->finished_ms);
  }
  const flink::client_output client = flink::read_client_output(evidence.client_output);
  if (end.job_id.empty() && !client.job_ids.empty()) end.job_id = client.job_ids.front();
  // A client that failed names the application that YARN refused.
  if (end.application_id.empty() && client.exception.empty() && !client.application_ids.empty()) {
    end.application_id = client.application_ids.front();
  }

  const auto archive = job_archive(op, http, hdfs, spec, end.job_id,
                                   application != nullptr && end.outcome == outcome::failed);
  if (archive && (end.outcome == outcome::unknown || end.outcome == outcome::failed)) {
    if (archive->overview.state == "FINISHED") end.outcome = outcome::completed;
    if (archive->overview.state == "CANCELED") end.outcome = outcome::killed;
    if (archive->overview.state == "FAILED") end.outcome = outcome::failed;
    if (archive->overview.end_ms > 0) end.ended_at = io::from_epoch_ms(archive->overview.end_ms);
    if (end.outcome == outcome::failed && !archive->exceptions.root_exception.empty()) {
      set_cause_of_trace(end, archive->exceptions.root_exception, "job archive");
    }
  }
  if (application == nullptr && end.application_id.empty()) {
    // No application: the client is the only witness.
    end.outcome = outcome::failed;
    if (!client.exception.empty()) {
      set_cause(end, client);
    } else if (evidence.client_exit == 0) {
      // Today there may have been nothing to do; tomorrow there may be.
      set_cause(end, "The program didn't contain a Flink job: it ended without calling execute()",
                "flink client", flink::failure_class::user_exception);
    } else {
      set_cause(end,
                fmt::format("flink run ended with exit code {} and submitted nothing",
                            evidence.client_exit),
                "flink client");
    }
  }
  if (end.outcome == outcome::failed && end.cause.empty()) {
    // The client's words, if they say more than that the deployment failed.
    const bool telling = client.failure != flink::failure_class::unknown;
    if (telling) set_cause(end, client);
    if (end.cause.empty() && application != nullptr) {
      if (std::string failure = job_manager_log_failure(op, http, *application); !failure.empty()) {
        set_cause_of_trace(end, failure, "JobManager log");
      } else if (!application->diagnostics.empty()) {
        set_cause_of_diagnostics(end, *application);
      }
    }
    if (end.cause.empty() && !client.exception.empty()) set_cause(end, client);
    if (end.cause.empty()) set_cause(end, "the job failed; no exception could be found", "YARN");
  }
  if (end.outcome == outcome::killed && end.cause.empty()) {
    const bool by_yarn = application != nullptr && application->state == "KILLED";
    set_cause(end,
              by_yarn && !application->diagnostics.empty() ? first_line(application->diagnostics)
                                                           : "the job was cancelled",
              by_yarn ? "YARN diagnostics" : "Flink");
  }
  if (end.outcome == outcome::unknown && end.cause.empty()) {
    set_cause(end,
              "YARN does not know the application any more and Flink left no archive of the job",
              "YARN");
  }
  if (end.outcome != outcome::failed) end.failure_class.clear();
  if (end.source == "job archive" && end.failure_class == "unknown")
    end.failure_class = flink::to_string(flink::failure_class::user_exception);
  return end;
}

}  // namespace dm::guard
