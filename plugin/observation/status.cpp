// The status verb: who is asked, in which order, and how much of the time each may take.
// SPDX-License-Identifier: Apache-2.0
#include "observation/status.h"

#include <functional>
#include <span>

#include <fmt/format.h>

#include "component/observation.h"
#include "observation/evaluation.h"
#include "observation/job_facts.h"
#include "observation/log_facts.h"
#include "observation/node_facts.h"
#include "observation/observed_component.h"
#include "observation/schedule_facts.h"
#include "observation/yarn_facts.h"

namespace dm::observation {

using context::session;

namespace {

constexpr io::milliseconds longest_log_share{10'000};

// Half of the time that is left: whoever is silent takes no more of it from those who answer.
io::operation share_of(const io::operation& op) { return op.limited_to(op.remaining() / 2); }

// With YARN silent, its view of an application without address (a failover, D-33; an access list),
// or an application that it denies, the JobManager may tell at the address last known.
bool last_known_may_tell(const observed_facts& facts) {
  if (!facts.log) return false;
  if (!facts.yarn_answered || denied_application(facts) != nullptr) return true;
  const cluster::yarn_application* application = chosen_application(facts);
  return application != nullptr && !application->terminal();
}

// Empty: that of the newest incarnation.
std::string application_to_ask(const observed_facts& facts) {
  const bool known = facts.yarn_answered && denied_application(facts) == nullptr;
  return known ? chosen_application(facts)->id : std::string();
}

class observation {
 public:
  observation(session& session, const io::operation& op, const status_request& request)
      : session_(session), http_(session.http()), op_(op), detail_(request.detail) {
    entries_.reserve(request.components.size());
    for (const input::component_data& data : request.components) {
      entries_.push_back({&data, {}});
      entries_.back().facts.now = io::now();
      entries_.back().facts.remembered = session.last_known().of(data.id);
    }
    for (observed_component& one : entries_) all_.push_back(&one);
  }

  std::vector<component_status> run() {
    look();
    std::vector<component_status> statuses;
    statuses.reserve(entries_.size());
    for (const observed_component& one : entries_) statuses.push_back(judged(one));
    return statuses;
  }

  // Of the one component that was asked for.
  explained_status run_one() {
    look();
    return {judged(entries_.front()), std::move(entries_.front().facts)};
  }

 private:
  void look() {
    ask_supervisor_and_yarn();
    ask_known_job_managers();
    ask_logs();
    ask_oozie(session_, http_, share_of(op_),
              those([](observed_facts& facts) { return facts.log && facts.log->wanted(); }),
              detail_);
    ask_last_known_job_managers();
    look_at_files(session_, op_, all_);
  }

  component_status judged(const observed_component& one) {
    component_status found = evaluate(*one.data, one.facts, detail_);
    add_links(found);
    remember(one, found);
    return found;
  }

  observed_batch those(const std::function<bool(observed_facts&)>& concern) {
    observed_batch chosen;
    for (observed_component* one : all_) {
      if (concern(one->facts)) chosen.push_back(one);
    }
    return chosen;
  }

  void ask_supervisor_and_yarn() {
    const io::operation share = share_of(op_);
    supervisor_question supervisor(session_, all_);
    yarn_question yarn(session_, share, all_);
    std::vector<io::http_request> requests = supervisor.requests();
    const std::size_t programs = requests.size();
    requests.insert(requests.end(), yarn.requests().begin(), yarn.requests().end());
    auto answers = session_.http().perform_all(share, requests);
    supervisor.take(std::span(answers).first(programs));
    // A time of its own: whoever was silent above has used up that one, and a supervisord that
    // hangs is no silence of YARN's (INV-10).
    const io::operation next = share_of(op_);
    yarn.take(next, std::span(answers).subspan(programs));
    yarn_question::confirm(session_, next, those(absence_in_question));
  }

  void ask_known_job_managers() {
    // The logs are asked after them, however many JobManagers are silent.
    const io::operation share = op_.limited_to(op_.remaining() * 3 / 4);
    ask_job_managers(http_, share, those([](observed_facts& facts) {
                       const cluster::yarn_application* application = chosen_application(facts);
                       if (application == nullptr) return false;
                       facts.job_manager = component::job_manager_of(*application);
                       return !facts.job_manager.empty();
                     }),
                     detail_);
  }

  void ask_logs() {
    const io::operation share = share_of(op_).limited_to(longest_log_share);
    read_logs(session_, http_, share, all_, detail_);
  }

  void ask_last_known_job_managers() {
    ask_job_managers(http_, op_, those([](observed_facts& facts) {
                       if (!facts.job_manager.empty() || !last_known_may_tell(facts)) return false;
                       facts.job_manager =
                           component::last_known_job_manager(*facts.log, application_to_ask(facts));
                       return !facts.job_manager.empty();
                     }),
                     detail_);
  }

  // The pages a person follows: the live job by YARN's proxy, the ended one by the history server.
  void add_links(component_status& status) const {
    const std::string& history = session_.settings().history_server;
    const bool live = !status.yarn_state.empty() && status.yarn_final_status == "UNDEFINED";
    if (!history.empty() && !status.job_id.empty()) {
      status.history_url = fmt::format("{}/#/jobs/{}", history, status.job_id);
    }
    for (incarnation_report& one : status.incarnations) {
      if (!history.empty() && !one.job_id.empty() && one.ended_at != io::wall_time{})
        one.history_url = fmt::format("{}/#/jobs/{}", history, one.job_id);
    }
    if (live && !status.tracking_url.empty() && !status.job_id.empty()) {
      status.tracking_url +=
          (status.tracking_url.ends_with('/') ? "#/jobs/" : "/#/jobs/") + status.job_id;
    } else if (!live && !status.history_url.empty()) {
      status.tracking_url = status.history_url;
    }
  }

  void remember(const observed_component& one, const component_status& status) {
    if (!one.facts.yarn_answered || status.confidence != confidence::confirmed) return;
    session_.last_known().remember(
        one.data->id, {status.state, status.application_id, status.job_id, status.observed_at});
  }

  session& session_;
  io::http_client::rounds http_;
  const io::operation& op_;
  bool detail_;
  std::vector<observed_component> entries_;
  observed_batch all_;
};

}  // namespace

std::vector<component_status> status(session& session, const io::operation& op,
                                     const status_request& request) {
  return observation(session, op, request).run();
}

explained_status status_with_facts(session& session, const io::operation& op,
                                   const input::component_data& data) {
  const status_request request{{data}, true};
  return observation(session, op, request).run_one();
}

}  // namespace dm::observation
