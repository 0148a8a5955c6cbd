// A ResourceManager's REST API, active or standby, over an imaginary YARN cluster. Answers as
// recorded from Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fake/http_server.h"
#include "fake/yarn_cluster.h"

namespace dm::fake {

// Give two of them the same cluster for a pair with high availability.
class resource_manager {
 public:
  resource_manager() : resource_manager(std::make_shared<yarn_cluster>()) {}
  explicit resource_manager(std::shared_ptr<yarn_cluster> cluster);

  std::string address() const { return server_.address(); }  // "http://127.0.0.1:<port>"
  yarn_cluster& cluster() { return *cluster_; }
  http_server& server() { return server_; }  // to stop, disturb, or look at what it was asked

  void set_active();
  void set_standby(
      const std::string& address_of_active);  // 307 with Location; "" for 307 without one

  std::int64_t started_on() const;
  void set_started_on(std::int64_t ms);  // of the epoch
  // As after a restart: another startedOn; the next `empty_answers` questions for applications are
  // answered with none.
  void restart(int empty_answers = 0);

  // What an access list leaves of other people's applications to a reader who is not their user:
  // all of it; names and states only, as with yarn.acl.enable; nothing in a list, as with
  // yarn.webapp.filter-entity-list-by-user too.
  enum class view { all, restricted, filtered };
  void set_view_of_others(view what);

  enum class kill_behaviour {
    at_once,  // 202 KILLING, then KILLED
    lost,     // 202 with the state unchanged, and nothing happens: a kill that a failover swallowed
              // (D-32)
    refused,  // 403 ForbiddenException
    denied,   // 403 in plain words, as for an application of another user
  };
  void set_kill(kill_behaviour behaviour,
                int times = -1);  // the next `times` kills; then at once again. -1: all
  int kills_asked() const;

  // yarn.webapp.enable-rest-app-submissions.
  void set_takes_submissions(bool takes);
  // What comes of the next ones that are submitted by REST: ACCEPTED, unless it says otherwise.
  void on_submission(std::function<void(yarn_application&)> change);
  // The documents that were taken, as they came, those of an id that was there already among them.
  std::vector<std::string> submissions() const;
  int ids_given() const;  // by new-application

 private:
  response answer(const request& asked);
  response kill(const request& asked, const std::string& id);
  response new_application();
  response submit(const request& asked);
  bool sees(const request& asked, const yarn_application& application) const;
  std::string info() const;
  response attempts(const request& asked) const;
  std::string applications(const request& asked);

  std::shared_ptr<yarn_cluster> cluster_;
  mutable std::mutex mutex_;
  bool active_ = true;
  std::string other_;
  std::int64_t started_on_;
  int empty_answers_ = 0;
  view others_ = view::all;
  kill_behaviour kill_ = kill_behaviour::at_once;
  int kill_times_ = -1;
  int kills_ = 0;
  bool takes_submissions_ = true;
  std::function<void(yarn_application&)> on_submission_;
  std::vector<std::string> submissions_;
  int ids_given_ = 0;
  http_server server_;
};

// One application as the REST API shows it, to who may see all of it or not.
std::string application_json(const yarn_application& application,
                             const std::string& resource_manager_address, bool all = true);

}  // namespace dm::fake
