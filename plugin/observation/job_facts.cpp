// What the JobManagers say of the components' jobs.
// SPDX-License-Identifier: Apache-2.0
#include "observation/job_facts.h"

#include <algorithm>
#include <functional>

#include "observation/live_job.h"

namespace dm::observation {

namespace {

using request_maker = std::function<io::http_request(const observed_facts&)>;
using answer_taker = std::function<void(observed_facts&, const io::http_response&)>;
using failure_taker = std::function<void(observed_facts&, const error&)>;

struct question {
  request_maker make;
  answer_taker take;
};

// Their requests and answers are in memory at once.
constexpr std::size_t components_at_once = 2000;

// The questions about each of the batch, all side by side.
void ask(context::session& session, const io::operation& op, const observed_batch& batch,
         const std::vector<question>& questions, const failure_taker& failed) {
  if (batch.size() > components_at_once) {
    for (std::size_t first = 0; first < batch.size(); first += components_at_once) {
      const std::size_t last = std::min(first + components_at_once, batch.size());
      ask(session, op,
          {batch.begin() + static_cast<std::ptrdiff_t>(first),
           batch.begin() + static_cast<std::ptrdiff_t>(last)},
          questions, failed);
    }
    return;
  }
  if (batch.empty()) return;
  std::vector<io::http_request> requests;
  requests.reserve(batch.size() * questions.size());
  for (const observed_component* one : batch) {
    for (const question& asked : questions) requests.push_back(asked.make(one->facts));
  }
  const auto answers = session.http().perform_all(op, requests);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    observed_facts& facts = batch[i / questions.size()]->facts;
    if (answers[i]) {
      questions[i % questions.size()].take(facts, *answers[i]);
    } else {
      failed(facts, answers[i].error());
    }
  }
}

observed_batch those(const observed_batch& batch,
                     const std::function<bool(const observed_facts&)>& concern) {
  observed_batch chosen;
  for (observed_component* one : batch) {
    if (concern(one->facts)) chosen.push_back(one);
  }
  return chosen;
}

void take_jobs(observed_facts& facts, const io::http_response& answer) {
  auto jobs = flink::read_jobs_overview(answer, facts.job_manager);
  if (!jobs) {
    facts.job_manager_error = jobs.error().message;
    return;
  }
  const cluster::yarn_application* application = chosen_application(facts);
  const component::application_fact* fact =
      application == nullptr ? nullptr : fact_of(facts, *application);
  const flink::job_overview* chosen =
      chosen_job(*jobs, fact == nullptr ? std::string() : fact->job_id);
  if (chosen != nullptr) facts.job = *chosen;
}

// The whole job in one answer: its state and its vertices' are of one moment.
void take_job(observed_facts& facts, const io::http_response& answer) {
  auto job = flink::read_job(answer, facts.job_manager);
  if (!job) return;  // the overview stands
  facts.job = std::move(job->overview);
  facts.vertices = std::move(job->vertices);
}

void take_exceptions(observed_facts& facts, const io::http_response& answer) {
  auto exceptions = flink::read_exceptions(answer, facts.job_manager);
  if (exceptions) {
    facts.exceptions = std::move(*exceptions);
  } else {
    facts.exceptions_error = exceptions.error().message;
  }
}

// A metric that Flink does not show (yet) leaves the exceptions to count.
void take_restarts(observed_facts& facts, const io::http_response& answer) {
  auto restarts = flink::read_restarts(answer, facts.job_manager);
  if (restarts) facts.restarts = *restarts;
}

}  // namespace

void ask_job_managers(context::session& session, const io::operation& op,
                      const observed_batch& batch, bool detail) {
  ask(session, op, batch,
      {{[](const observed_facts& facts) { return flink::jobs_overview_request(facts.job_manager); },
        take_jobs}},
      [](observed_facts& facts, const error& problem) {
        facts.job_manager_error = problem.message;
      });
  ask(session, op,
      those(batch,
            [detail](const observed_facts& facts) {
              return (detail && facts.job) || end_in_question(facts);
            }),
      {{[](const observed_facts& facts) {
          return flink::job_request(facts.job_manager, facts.job->id);
        },
        take_job}},
      [](observed_facts&, const error&) {});
  ask(session, op,
      those(batch,
            [detail](const observed_facts& facts) {
              return exceptions_needed(facts) || (detail && facts.job && !facts.job->terminal());
            }),
      {{[](const observed_facts& facts) {
          return flink::exceptions_request(facts.job_manager, facts.job->id);
        },
        take_exceptions},
       {[](const observed_facts& facts) {
          return flink::restarts_request(facts.job_manager, facts.job->id);
        },
        take_restarts}},
      [](observed_facts& facts, const error& problem) {
        facts.exceptions_error = problem.message;
      });
}

}  // namespace dm::observation
