// The status verb: who is asked what, for a whole batch.
// SPDX-License-Identifier: Apache-2.0
#include "observation/status.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "component/component_name.h"
#include "observation/evaluation.h"

namespace dm::observation {

using context::session;
using input::component_data;
using input::settings;

namespace {

struct entry {
  const component_data* data;
  observed_facts facts;
};

void put_applications(std::vector<entry*>& entries,
                      const std::vector<cluster::yarn_application>& applications,
                      const std::string& address, bool confirmed) {
  // One pass over the fleet, which may be 10,000 applications, however large the batch is.
  std::unordered_map<std::string, std::vector<cluster::yarn_application>> own;
  for (const entry* e : entries) own[component::component_tag(e->data->id)];
  for (const cluster::yarn_application& application : applications) {
    for (const std::string& tag : application.tags) {
      if (const auto found = own.find(tag); found != own.end())
        found->second.push_back(application);
    }
  }
  for (entry* e : entries) {
    e->facts.yarn_answered = true;
    e->facts.yarn_source = address;
    e->facts.absence_confirmed = confirmed;
    e->facts.applications =
        component::group_by_epoch(own[component::component_tag(e->data->id)], e->data->id);
  }
}

void put_silence(std::vector<entry*>& entries, const error& problem, const std::string& address) {
  for (entry* e : entries) {
    e->facts.yarn_answered = false;
    e->facts.yarn_source = address;
    e->facts.yarn_error = problem.message;
  }
}

// The batch by namespace: one fleet tag each, nearly always one in all.
// One question to YARN each: a namespace's applications, as the user who may see them.
struct fleet {
  std::string name_space;
  std::string user;
  auto operator<=>(const fleet&) const = default;
};

std::map<fleet, std::vector<entry*>> by_fleet(std::vector<entry>& entries) {
  std::map<fleet, std::vector<entry*>> groups;
  for (entry& e : entries) groups[{e.data->name.name_space, e.data->user}].push_back(&e);
  return groups;
}

std::string user_missing(const std::string& user) {
  std::vector<char> buffer(16384);
  struct passwd found {};
  struct passwd* result = nullptr;
  if (::getpwnam_r(user.c_str(), &found, buffer.data(), buffer.size(), &result) == 0 &&
      result == nullptr) {
    return fmt::format(
        "the run-as user \"{}\" does not exist on this node any more: create it again, then start",
        user);
  }
  return {};
}

// Why a component cannot run on this node: what its guard would only tell a log that it cannot
// write.
std::string damage_of(const settings& settings, const component_data& data) {
  if (data.node != settings.node) return {};
  for (const char* needed : {"", "/guard.json", "/logs", "/work", "/package"}) {
    const std::string path = data.directory + needed;
    if (::access(path.c_str(), F_OK) != 0) {
      return fmt::format(
          "{} is missing: destroy the application and create it again (its savepoints stay)", path);
    }
  }
  return user_missing(data.user);
}

class observation {
 public:
  observation(session& session, const io::operation& op, const status_request& request)
      : session_(session), op_(op), detail_(request.detail) {
    for (const component_data& data : request.components) {
      entry e{&data, {}};
      e.facts.now = io::now();
      e.facts.damage = damage_of(session.settings(), data);
      entries_.push_back(std::move(e));
    }
  }

  std::vector<component_status> run() {
    ask_supervisor_and_yarn();
    confirm_absence();
    ask_job_managers();
    read_logs();
    ask_last_known_job_managers();
    ask_exceptions();
    std::vector<component_status> statuses;
    for (const entry& e : entries_) {
      statuses.push_back(evaluate(*e.data, e.facts, detail_));
      add_links(statuses.back());
    }
    return statuses;
  }

 private:
  void ask_supervisor_and_yarn() {
    auto groups = by_fleet(entries_);
    std::vector<io::http_request> requests{session_.supervisor().all_processes_request()};
    const bool pair = session_.settings().resource_managers.size() > 1;
    const std::string first = session_.yarn_for({}).preferred_address();
    for (const auto& [asked, group] : groups) {
      requests.push_back(
          cluster::applications_request(first, component::fleet_tag(asked.name_space), asked.user));
      // One of a pair that is silent is not waited for: the client asks both.
      if (pair) requests.back().timeout = cluster::head_start;
    }
    const auto answers = session_.http().perform_all(op_, requests);
    put_supervisor(answers.front());
    std::size_t index = 1;
    for (auto& [asked, group] : groups) {
      const auto& answer = answers[index++];
      auto applications =
          answer ? cluster::read_applications(*answer, first)
                 : result<std::vector<cluster::yarn_application>>(fail(answer.error()));
      if (applications) {
        put_applications(group, *applications, first, false);
        continue;
      }
      // A standby, silent or dead: the client knows how to find the other one.
      cluster::resource_manager yarn = session_.yarn_for(asked.user);
      auto listing = pair ? yarn.find(op_, component::fleet_tag(asked.name_space))
                          : result<cluster::application_listing>(fail(applications.error()));
      if (listing) {
        put_applications(group, listing->applications, listing->address, false);
      } else {
        put_silence(group, listing.error(), yarn.preferred_address());
      }
    }
  }

  void put_supervisor(const result<io::http_response>& answer) {
    auto processes =
        answer ? session_.supervisor().read_all_processes(*answer)
               : result<std::vector<supervisor::process_information>>(fail(answer.error()));
    for (entry& e : entries_) {
      if (e.data->node != session_.settings().node)
        continue;  // that node's supervisord is not ours to ask (D-9)
      e.facts.supervisor_source = session_.supervisor().url();
      e.facts.supervisor_answered = processes.has_value();
      if (!processes) {
        e.facts.supervisor_error = processes.error().message;
        continue;
      }
      for (const supervisor::process_information& process : *processes) {
        if (process.name == e.data->program) e.facts.process = process;
      }
    }
  }

  using request_maker = std::function<io::http_request(const entry&)>;
  using answer_taker = std::function<void(entry&, const result<io::http_response>&)>;

  // One request for each entry that passes, all side by side.
  void ask(const std::function<bool(const entry&)>& concerns, const request_maker& make,
           const answer_taker& take) {
    std::vector<entry*> asked;
    std::vector<io::http_request> requests;
    for (entry& e : entries_) {
      if (!concerns(e)) continue;
      asked.push_back(&e);
      requests.push_back(make(e));
    }
    if (requests.empty()) return;
    const auto answers = session_.http().perform_all(op_, requests);
    for (std::size_t i = 0; i < asked.size(); ++i) take(*asked[i], answers[i]);
  }

  void take_jobs(entry& e, const result<io::http_response>& answer) {
    auto jobs = answer ? flink::read_jobs_overview(*answer, e.facts.job_manager)
                       : result<std::vector<flink::job_overview>>(fail(answer.error()));
    if (!jobs) {
      e.facts.job_manager_error = jobs.error().message;
      return;
    }
    if (jobs->empty()) return;
    // A single-use cluster has one job; in application mode there may be more: the one that is not
    // over counts.
    const auto live = std::find_if(jobs->begin(), jobs->end(),
                                   [](const flink::job_overview& job) { return !job.terminal(); });
    e.facts.job = live != jobs->end() ? *live : jobs->front();
  }

  void ask_job_managers() {
    for (entry& e : entries_) {
      const cluster::yarn_application* application = chosen_application(e.facts);
      if (application != nullptr) e.facts.job_manager = component::job_manager_of(*application);
    }
    ask([](const entry& e) { return !e.facts.job_manager.empty(); },
        [](const entry& e) { return flink::jobs_overview_request(e.facts.job_manager); },
        [this](entry& e, const result<io::http_response>& answer) { take_jobs(e, answer); });
  }

  void confirm_absence() {
    auto groups = by_fleet(entries_);
    for (auto& [asked, group] : groups) {
      std::erase_if(group, [](const entry* e) { return !absence_in_question(e->facts); });
      if (group.empty()) continue;
      cluster::resource_manager yarn = session_.yarn_for(asked.user);
      auto listing = yarn.find_confirmed(op_, component::fleet_tag(asked.name_space));
      if (listing) {
        put_applications(group, listing->applications, listing->address, true);
      } else {
        put_silence(group, listing.error(), yarn.preferred_address());
      }
    }
  }

  void read_logs() {
    for (entry& e : entries_) {
      if (!detail_ && !log_needed(e.facts)) continue;
      cluster::hdfs hdfs = session_.hdfs_for(e.data->user);
      component::component_log log(hdfs,
                                   component::hdfs_directory(e.data->state_root, e.data->name));
      e.facts.log_source = fmt::format("hdfs {}/log", log.directory());
      auto snapshot = log.read(op_);
      if (snapshot) {
        e.facts.log = std::move(*snapshot);
      } else {
        e.facts.log_error = snapshot.error().message;
      }
    }
  }

  // With YARN silent, or its view of a failed-over application still without address (D-33), the
  // address last known.
  void ask_last_known_job_managers() {
    for (entry& e : entries_) {
      if (e.facts.job || !e.facts.job_manager.empty() || !e.facts.log) continue;
      const cluster::yarn_application* application = chosen_application(e.facts);
      if (e.facts.yarn_answered && (application == nullptr || application->terminal())) continue;
      const component::log_record* incarnation = e.facts.log->newest_incarnation();
      if (incarnation == nullptr) continue;
      const auto fact = e.facts.log->applications.find(incarnation->number);
      if (fact == e.facts.log->applications.end()) continue;
      if (application != nullptr && application->id != fact->second.application_id) continue;
      e.facts.job_manager = fact->second.job_manager;
    }
    ask(
        [](const entry& e) {
          return !e.facts.job && e.facts.job_manager_error.empty() && !e.facts.job_manager.empty();
        },
        [](const entry& e) { return flink::jobs_overview_request(e.facts.job_manager); },
        [this](entry& e, const result<io::http_response>& answer) { take_jobs(e, answer); });
  }

  void ask_exceptions() {
    const auto concerned = [](const entry& e) { return exceptions_needed(e.facts); };
    ask(
        concerned,
        [](const entry& e) {
          return flink::exceptions_request(e.facts.job_manager, e.facts.job->id);
        },
        [](entry& e, const result<io::http_response>& answer) {
          if (!answer) return;
          auto exceptions = flink::read_exceptions(*answer, e.facts.job_manager);
          if (exceptions) e.facts.exceptions = std::move(*exceptions);
        });
    ask(
        concerned,
        [](const entry& e) {
          return flink::restarts_request(e.facts.job_manager, e.facts.job->id);
        },
        [](entry& e, const result<io::http_response>& answer) {
          if (!answer) return;
          auto restarts = flink::read_restarts(*answer, e.facts.job_manager);
          if (restarts) e.facts.restarts = *restarts;
        });
    if (!detail_) return;
    ask([](const entry& e) { return e.facts.job.has_value(); },
        [](const entry& e) { return flink::job_request(e.facts.job_manager, e.facts.job->id); },
        [](entry& e, const result<io::http_response>& answer) {
          if (!answer) return;
          auto job = flink::read_job(*answer, e.facts.job_manager);
          if (job) e.facts.vertices = std::move(job->vertices);
        });
  }

  // The pages a person follows: the live job by YARN's proxy, the ended one by the history server.
  void add_links(component_status& status) const {
    const std::string& history = session_.settings().history_server;
    const bool live = !status.yarn_state.empty() && status.yarn_final_status == "UNDEFINED";
    if (!history.empty() && !status.job_id.empty()) {
      status.history_url = fmt::format("{}/#/jobs/{}", history, status.job_id);
    }
    if (live && !status.tracking_url.empty() && !status.job_id.empty()) {
      status.tracking_url +=
          (status.tracking_url.ends_with('/') ? "#/jobs/" : "/#/jobs/") + status.job_id;
    } else if (!live && !status.history_url.empty()) {
      status.tracking_url = status.history_url;
    }
  }

  session& session_;
  const io::operation& op_;
  bool detail_;
  std::vector<entry> entries_;
};

}  // namespace

std::vector<component_status> status(session& session, const io::operation& op,
                                     const status_request& request) {
  return observation(session, op, request).run();
}

}  // namespace dm::observation
