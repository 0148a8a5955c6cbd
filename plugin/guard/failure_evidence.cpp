// What can still be had of a failure.
// SPDX-License-Identifier: Apache-2.0
#include "guard/failure_evidence.h"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/application_attempts.h"
#include "flink/back_pressure.h"
#include "flink/container_log.h"
#include "guard/question_rounds.h"

namespace dm::guard {

namespace {

constexpr std::size_t largest_answer = std::size_t{4} << 20;
constexpr std::size_t most_vertices_asked = 16;
constexpr int most_redirects = 2;

class evidence {
 public:
  evidence(io::http_client& http, cluster::resource_manager& yarn, std::string user,
           const evidence_places& places, component::incident& kept)
      : rounds_(http),
        address_(yarn.preferred_address()),
        user_(std::move(user)),
        places_(places),
        kept_(kept) {}

  void gather(const io::operation& op) {
    ask_yarn();
    ask_job_manager();
    if (!places_.job_manager_logs.empty()) {
      for (const std::string_view file : {flink::job_manager_log, flink::job_manager_err})
        ask_log(places_.job_manager_logs, file, std::string(file));
    }
    ask_task_manager();
    rounds_.run(op);
  }

 private:
  void miss(std::string what, std::string_view why) {
    kept_.missing.push_back(fmt::format("{}: {}", what, why));
  }

  void ask_yarn() {
    if (address_.empty() || !cluster::is_application_id(places_.application_id)) return;
    rounds_.ask(cluster::attempts_request(address_, places_.application_id, user_),
                [this](const result<io::http_response>& answer) {
                  const auto attempt = answer ? cluster::read_newest_attempt(*answer, address_)
                                              : result<std::int64_t>(fail(answer.error()));
                  if (!attempt) return miss("YARN's words on the attempt", attempt.error().message);
                  ask_attempt(*attempt);
                });
  }

  void ask_attempt(std::int64_t attempt) {
    rounds_.ask(cluster::attempt_request(address_, places_.application_id, attempt, user_),
                [this](const result<io::http_response>& answer) {
                  auto words = answer ? cluster::read_attempt_diagnostics(*answer, address_)
                                      : result<std::string>(fail(answer.error()));
                  if (!words) return miss("YARN's words on the attempt", words.error().message);
                  kept_.attempt_diagnostics = std::move(*words);
                });
  }

  void ask_job_manager() {
    const std::string& address = places_.job_manager;
    if (address.empty() || !flink::is_flink_id(places_.job_id)) return;
    io::http_request job = flink::job_request(address, places_.job_id);
    job.max_body_bytes = largest_answer;
    rounds_.ask(std::move(job), [this](const result<io::http_response>& answer) {
      const auto detail = answer ? flink::read_job(*answer, places_.job_manager)
                                 : result<flink::job_detail>(fail(answer.error()));
      if (!detail) return miss("the job's vertices", detail.error().message);
      for (const flink::vertex& vertex : detail->vertices)
        kept_.vertices.push_back({vertex, {}, {}, {}});
      for (std::size_t i = 0; i < std::min(kept_.vertices.size(), most_vertices_asked); ++i)
        ask_back_pressure(i);
    });
    io::http_request checkpoints = flink::checkpoints_request(address, places_.job_id);
    checkpoints.max_body_bytes = largest_answer;
    rounds_.ask(std::move(checkpoints), [this](const result<io::http_response>& answer) {
      auto said = answer ? flink::read_checkpoints(*answer, places_.job_manager)
                         : result<flink::job_checkpoints>(fail(answer.error()));
      if (!said) return miss("the job's checkpoints", said.error().message);
      kept_.checkpoints = std::move(*said);
    });
  }

  // A job that restarts has no measurements: that is no loss worth telling.
  void ask_back_pressure(std::size_t index) {
    const std::string& vertex = kept_.vertices[index].vertex.id;
    if (!flink::is_flink_id(vertex)) return;
    rounds_.ask(flink::back_pressure_request(places_.job_manager, places_.job_id, vertex),
                [this, index](const result<io::http_response>& answer) {
                  if (!answer) return;
                  const auto read = flink::read_back_pressure(*answer, places_.job_manager);
                  if (!read) return;
                  component::kept_vertex& one = kept_.vertices[index];
                  one.back_pressure = read->level;
                  one.back_pressured_permille = read->permille;
                  one.busy_permille = read->busy_permille;
                });
  }

  // Of the newest failure that names one.
  void ask_task_manager() {
    const flink::exception_entry* named = flink::newest_with_container(kept_.exceptions);
    if (named == nullptr || places_.job_manager_logs.empty()) return;
    const std::string host = named->location.substr(0, named->location.rfind(':'));
    const std::string page =
        flink::container_logs_url(places_.job_manager_logs, named->task_manager, host);
    if (page.empty()) return miss("the TaskManager's log", "its host is not known");
    for (const std::string_view file : {flink::task_manager_log, flink::task_manager_err})
      ask_log(page, file, fmt::format("{}/{}", named->task_manager, file));
  }

  void ask_log(const std::string& page, std::string_view file, const std::string& source) {
    ask_page(flink::container_file_request(page, file), file, source, 0);
  }

  void ask_page(io::http_request request, std::string_view file, const std::string& source,
                int redirects) {
    rounds_.ask(std::move(request),
                [this, file, source, redirects](const result<io::http_response>& answer) {
                  if (answer && redirects < most_redirects) {
                    if (auto next = flink::log_server_request(*answer, file))
                      return ask_page(std::move(*next), file, source, redirects + 1);
                  }
                  auto text = answer ? flink::read_container_log(*answer)
                                     : result<std::string>(fail(answer.error()));
                  kept_.logs.push_back({source, text ? std::move(*text) : std::string(),
                                        text ? std::string() : text.error().message});
                });
  }

  question_rounds rounds_;
  std::string address_;
  std::string user_;
  const evidence_places& places_;
  component::incident& kept_;
};

}  // namespace

void gather_evidence(const io::operation& op, io::http_client& http,
                     cluster::resource_manager& yarn, const std::string& user,
                     const evidence_places& places, component::incident& kept) {
  evidence(http, yarn, user, places, kept).gather(op);
}

}  // namespace dm::guard
