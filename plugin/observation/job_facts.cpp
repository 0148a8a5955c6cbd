// What the JobManagers say of the components' jobs.
// SPDX-License-Identifier: Apache-2.0
#include "observation/job_facts.h"

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

// The questions about each of the batch, all side by side.
void ask(io::http_client::rounds& http, const io::operation& op, const observed_batch& batch,
         const std::vector<question>& questions, const failure_taker& failed) {
  http.perform_each(
      op, batch.size() * questions.size(),
      [&](std::size_t i) {
        return questions[i % questions.size()].make(batch[i / questions.size()]->facts);
      },
      [&](std::size_t i, const result<io::http_response>& answer) {
        observed_facts& facts = batch[i / questions.size()]->facts;
        if (answer) {
          questions[i % questions.size()].take(facts, *answer);
        } else {
          failed(facts, answer.error());
        }
      });
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

void ask_job_managers(io::http_client::rounds& http, const io::operation& op,
                      const observed_batch& batch, bool detail) {
  ask(http, op, batch,
      {{[](const observed_facts& facts) { return flink::jobs_overview_request(facts.job_manager); },
        take_jobs}},
      [](observed_facts& facts, const error& problem) {
        facts.job_manager_error = problem.message;
      });
  ask(http, op,
      those(batch,
            [detail](const observed_facts& facts) {
              return (detail && facts.job) || end_in_question(facts);
            }),
      {{[](const observed_facts& facts) {
          return flink::job_request(facts.job_manager, facts.job->id);
        },
        take_job}},
      [](observed_facts&, const error&) {});
  ask(http, op,
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
