// The figures verb: who is asked, in which order.
// SPDX-License-Identifier: Apache-2.0
#include "observation/figures.h"

#include <functional>

#include <fmt/format.h>

#include "component/observation.h"
#include "observation/figure_questions.h"
#include "observation/job_facts.h"
#include "observation/log_facts.h"
#include "observation/observed_component.h"
#include "observation/yarn_facts.h"

namespace dm::observation {

namespace {

constexpr int rounds_about_jobs = 3;
constexpr io::milliseconds longest_log_share{10'000};

bool lives(const observed_facts& facts) {
  const cluster::yarn_application* application = chosen_application(facts);
  return facts.yarn_answered && application != nullptr && !application->terminal();
}

// YARN is silent, or hides or has forgotten the address for now (D-33): the component's log knows
// the JobManager that its guard saw last.
bool log_may_tell(const observed_facts& facts) {
  if (!facts.yarn_answered) return true;
  return lives(facts) && facts.job_manager.empty() && chosen_application(facts)->state == "RUNNING";
}

error could_not_tell(std::string message) {
  error e;
  e.code = status_code::unavailable;
  e.message = std::move(message);
  return e;
}

class figures_observation {
 public:
  figures_observation(context::session& session, const io::operation& op,
                      const figures_request& request)
      : session_(session), http_(session.http()), op_(op) {
    entries_.reserve(request.components.size());
    for (const input::component_data& data : request.components) {
      entries_.push_back({&data, {}});
      entries_.back().facts.now = io::now();
    }
    for (observed_component& one : entries_) all_.push_back(&one);
  }

  std::vector<component_figures> run() {
    ask_yarn();
    ask_job_managers_of_yarn();
    ask_job_managers_of_logs();
    ask_about_jobs();
    std::vector<component_figures> all;
    all.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      all.push_back(told(entries_[i]));
      if (all.back().failure || jobs_[i] < 0) continue;
      const figure_questions& questions = questions_[static_cast<std::size_t>(jobs_[i])];
      if (questions.failure()) {
        all.back().failure = questions.failure();
      } else {
        all.back().figures = questions.figures();
      }
    }
    return all;
  }

 private:
  observed_batch those(const std::function<bool(const observed_facts&)>& concern) {
    observed_batch chosen;
    for (observed_component* one : all_) {
      if (concern(one->facts)) chosen.push_back(one);
    }
    return chosen;
  }

  void ask_yarn() {
    const io::operation share = op_.limited_to(op_.remaining() / 2);
    yarn_question yarn(session_, share, all_);
    auto answers = session_.http().perform_all(share, yarn.requests());
    yarn.take(share, answers);
    yarn_question::confirm(session_, share, those(absence_in_question));
  }

  void ask_job_managers_of_yarn() {
    for (observed_component* one : all_) {
      if (lives(one->facts))
        one->facts.job_manager = component::job_manager_of(*chosen_application(one->facts));
    }
    const io::operation share = op_.limited_to(op_.remaining() / 2);
    observation::ask_job_managers(
        http_, share, those([](const observed_facts& facts) { return !facts.job_manager.empty(); }),
        false);
  }

  void ask_job_managers_of_logs() {
    const observed_batch hidden = those(log_may_tell);
    if (hidden.empty()) return;
    const io::operation share = op_.limited_to(op_.remaining() / 2).limited_to(longest_log_share);
    read_logs(session_, http_, share, hidden, false);
    observed_batch known;
    for (observed_component* one : hidden) {
      observed_facts& facts = one->facts;
      if (!facts.log) continue;
      facts.job_manager = component::last_known_job_manager(
          *facts.log, facts.yarn_answered ? chosen_application(facts)->id : std::string());
      if (!facts.job_manager.empty()) known.push_back(one);
    }
    observation::ask_job_managers(http_, share, known, false);
    // Another component's JobManager may have taken the port over.
    for (observed_component* one : known) {
      if (one->facts.job && !is_known_job(*one->facts.log, one->facts.job->id)) {
        one->facts.job.reset();
        one->facts.job_manager_error =
            "another job answers at its last known address " + one->facts.job_manager;
      }
    }
  }

  static bool is_known_job(const component::log_snapshot& log, const std::string& job_id) {
    for (const auto& [epoch, fact] : log.applications) {
      if (fact.job_id == job_id) return true;
    }
    return false;
  }

  void ask_about_jobs() {
    jobs_.assign(entries_.size(), -1);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const observed_facts& facts = entries_[i].facts;
      if (!facts.job || facts.job->terminal()) continue;
      jobs_[i] = static_cast<int>(questions_.size());
      questions_.emplace_back(facts.job_manager, facts.job->id);
    }
    for (int round = 1; round <= rounds_about_jobs; ++round) {
      struct place {
        figure_questions* questions;
        std::size_t index;
        io::http_request request;
      };
      std::vector<place> places;
      for (figure_questions& one : questions_) {
        auto requests = one.requests(round);
        for (std::size_t i = 0; i < requests.size(); ++i)
          places.push_back({&one, i, std::move(requests[i])});
      }
      http_.perform_each(
          op_, places.size(), [&](std::size_t i) { return places[i].request; },
          [&](std::size_t i, const result<io::http_response>& answer) {
            places[i].questions->take(round, places[i].index, answer);
          });
    }
  }

  // What is known without the job's own answers: whether it could be told at all.
  static component_figures told(const observed_component& one) {
    const observed_facts& facts = one.facts;
    component_figures entry;
    entry.name = one.data->name;
    if (facts.job) return entry;
    if (!facts.job_manager_error.empty()) {
      entry.failure = could_not_tell(fmt::format("its JobManager {} does not answer: {}",
                                                 facts.job_manager, facts.job_manager_error));
    } else if (!facts.yarn_answered) {
      entry.failure =
          could_not_tell(fmt::format("whether it runs is not known: {}", facts.yarn_error));
    } else if (lives(facts) && chosen_application(facts)->state == "RUNNING" &&
               facts.job_manager.empty()) {
      entry.failure =
          could_not_tell(fmt::format("YARN does not tell the address of the JobManager of {} now",
                                     chosen_application(facts)->id));
    }
    return entry;
  }

  context::session& session_;
  io::http_client::rounds http_;
  const io::operation& op_;
  std::vector<observed_component> entries_;
  observed_batch all_;
  std::vector<figure_questions> questions_;
  std::vector<int> jobs_;  // by entry: index of its questions; -1: none
};

}  // namespace

std::vector<component_figures> figures(context::session& session, const io::operation& op,
                                       const figures_request& request) {
  return figures_observation(session, op, request).run();
}

}  // namespace dm::observation
