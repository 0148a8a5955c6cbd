// The guard: finds the component's YARN application or submits it, then follows it to its end.
//
// It may be killed at any instruction; the next one takes over from YARN's tags and the component's
// log (INV-5). It never submits while it is unknown whether an application lives (INV-1, INV-4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "component/observation.h"
#include "flink/client_output.h"
#include "guard/guard_log.h"
#include "guard/restore_points.h"
#include "guard/submission.h"
#include "io/http.h"

namespace dm::guard {

// Intervals of the loop; tests shorten them.
struct pace {
  io::milliseconds first_poll{500};        // while something is expected to change
  io::milliseconds longest_retry{30'000};  // while a service does not answer
  io::milliseconds accepted_limit{
      60'000};  // an application ACCEPTED, or ended, this long: its client is ended
  io::milliseconds denial_limit{60'000};   // denied this long by the same ResourceManager: lost
  io::milliseconds tidy_interval{60'000};  // between looks whether older checkpoints can go
};

// A client under way with what it holds: the lock is the client's own by inheritance.
struct submission {
  client process;
  io::unique_fd slot;
};

class guard {
 public:
  // command: argv after "--", with the placeholder in it. op carries the cancellation that SIGTERM
  // sets.
  guard(component::guard_spec spec, std::vector<std::string> command, const io::operation& op,
        guard_log& log, pace pace = {});

  // Runs until there is nothing left to do or the operation is cancelled: one of guard_exit_*.
  int run();

 private:
  struct view {
    component::log_snapshot log;
    component::applications_by_epoch applications;
    std::int64_t started_on = 0;  // of the ResourceManager that answered
  };
  // What a step leads to: an exit code, or (nullopt) another look.
  using next = std::optional<int>;

  // What is seen while the client's lock is held: no client of an earlier guard can change it any
  // more.
  struct quiet_view {
    io::unique_fd lock;
    view seen;
  };

  result<view> look();
  result<quiet_view> look_in_quiet();
  result<next> step(const view& seen);
  result<next> without_live_application(const view& seen);
  // What became of an incarnation without an end, whose guard has died.
  result<next> close_open_incarnation(const view& before);
  result<next> act_on(const component::end_fact& recorded, const view& seen);
  // Starts a client under a new epoch and watches what comes of it. before: what led to this.
  result<next> submit(const view& before);
  // The client's argv for the incarnation.
  result<std::vector<std::string>> command_of(const component::log_record& record) const;
  // nullopt: somebody else took the number; the log says so.
  result<std::optional<std::uint64_t>> claim(const component::log_record& record,
                                             std::uint64_t after);
  // Deletes what the log needs no longer, once it has grown; failing to do so changes nothing else.
  void prune_log();
  // Records an incarnation that is never submitted, and why.
  result<next> refuse(const component::log_record& record, std::uint64_t after,
                      flink::failure_class failure, const error& reason);
  void tell(const state::choice& chosen);
  // What an earlier guard knew of the epoch is this one's from now on.
  void take_over(std::uint64_t epoch, const view& seen);
  // Follows the epoch's application, and the client that submits it while there is one, until it
  // has ended.
  result<next> watch(std::uint64_t epoch, submission* running);
  // What a listing without the application means. submitted: somebody has seen it, or its client
  // announced it.
  result<bool> lost(const cluster::application_listing& listing, std::uint64_t epoch,
                    bool submitted);
  result<component::end_fact> look_up_end(std::uint64_t epoch,
                                          const cluster::yarn_application* application,
                                          int client_exit);
  result<next> conclude(std::uint64_t epoch, const cluster::yarn_application* application,
                        int client_exit);
  result<next> conclude_attached(std::uint64_t epoch,
                                 const std::optional<io::process_exit>& client_end);
  result<next> record_end(component::end_fact end);
  result<next> refuse_second_application(
      std::uint64_t epoch, const std::vector<cluster::yarn_application>& applications);

  // Asks for their end, then lets YARN have a moment for it. Nothing to kill: returns at once.
  result<void> kill_all(const std::vector<const cluster::yarn_application*>& applications,
                        std::string_view why);
  void note_application(std::uint64_t epoch, const cluster::yarn_application& application);
  // Deletes what the followed incarnation has made superfluous, now and then; failing to do so
  // changes nothing else.
  void tidy_older_checkpoints();
  std::string find_job_id(std::uint64_t epoch, const std::string& job_manager);
  void report(
      const error& problem);  // an error that is waited out: logged once, then every ten minutes
  io::milliseconds jittered(io::milliseconds interval);

  component::guard_spec spec_;
  std::vector<std::string> command_;
  const io::operation& op_;
  guard_log& log_;
  pace pace_;
  std::string id_;
  std::string tag_;
  io::http_client http_;
  cluster::resource_manager yarn_;
  cluster::hdfs hdfs_;
  component::component_log records_;
  restore_points restore_points_;
  component::application_fact fact_;               // of the incarnation at hand, as last written
  std::optional<component::log_record> followed_;  // the incarnation at hand, when it is known
  io::steady_time tidy_at_{};                      // not before
  std::minstd_rand random_;
  std::string reported_;  // the error that was logged last
  io::steady_time reported_at_{};
  // Denial: since when an active ResourceManager has said that it does not know the application.
  std::optional<io::steady_time> denied_since_;
  std::int64_t confirmed_started_on_ = 0;  // startedOn of the one that confirmed it last
};

}  // namespace dm::guard
