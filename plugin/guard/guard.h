// The guard: finds the component's YARN application or submits it, then follows it to its end.
//
// It may be killed at any instruction; the next one takes over from YARN's tags and the component's
// log (INV-5). It never submits while it is unknown whether an application lives (INV-1, INV-4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "component/observation.h"
#include "flink/client_output.h"
#include "flink/job_manager.h"
#include "guard/black_box.h"
#include "guard/class_sharing.h"
#include "guard/client_end.h"
#include "guard/container_notes.h"
#include "guard/direct_submitter.h"
#include "guard/guard_log.h"
#include "guard/provided_libraries.h"
#include "guard/restore_points.h"
#include "guard/run_report.h"
#include "guard/submission.h"
#include "guard/submission_slot.h"
#include "io/http.h"
#include "oozie/server.h"
#include "schedule/coordinators.h"

namespace dm::guard {

// Intervals of the loop; tests shorten them.
struct pace {
  io::milliseconds first_poll{500};        // while something is expected to change
  io::milliseconds longest_retry{30'000};  // while a service does not answer
  io::milliseconds accepted_limit{
      60'000};  // an application ACCEPTED, or ended, this long: its client is ended
  io::milliseconds denial_limit{60'000};   // denied this long by the same ResourceManager: lost
  io::milliseconds leaving_limit{60'000};  // an application whose work is done leaves by itself
  io::milliseconds job_look{30'000};       // between looks whether its job has ended
  io::milliseconds log_look{30'000};       // between looks at the log while a restart is waited for
  io::milliseconds tidy_interval{60'000};  // between looks whether older checkpoints can go
  io::milliseconds policy_limit{10'000};   // the queue policy answers in that time
  io::milliseconds wish_look{2'000};       // between looks whether a scheduled run is still wanted
  io::milliseconds take_back_limit{10'000};  // so long a stop has for ending it itself
  io::milliseconds keeping_limit{5'000};     // what is known of a failure is kept in that time
};

// A client under way with what it holds: the lock is the client's own by inheritance. The slot is
// given back when its application runs.
struct submission {
  client process;
  submission_slot slot;
  io::steady_time began = std::chrono::steady_clock::now();
  bool timed_out = false;
};

class guard {
 public:
  // command: argv after "--", with the placeholder in it. op carries the cancellation that SIGTERM
  // sets.
  guard(component::guard_spec spec, std::vector<std::string> command, const io::operation& op,
        guard_log& log, submission_slots slots, pace pace = {});

  // Runs until there is nothing left to do or the operation is cancelled: one of guard_exit_*. Of a
  // scheduled component it submits nothing: it sees to the coordinator, and ends runs whose
  // workflow is over in Oozie.
  int run();

  // One run of a scheduled component, from its submission, or wherever an earlier guard of the same
  // run has left it, to its end: the exit code is the job's own outcome. The same run is never
  // submitted twice.
  int run_once(const oozie::run_name& run, run_report& report);

 private:
  int watch_over();
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
  // The component's own applications by epoch; what carries its tags beside them is told once, and
  // left alone.
  component::applications_by_epoch own(const std::vector<cluster::yarn_application>& listed);
  void set_aside(const cluster::yarn_application& application, const std::string& why);
  // The same for epochs that are not in the log.
  void set_unclaimed_aside(view& seen);
  // An application of the epoch that a listing does not show, though its id is known from its
  // client or from the log: access lists and filters hide it, or it has not got its tags.
  // record: the epoch's, where it is known.
  result<std::optional<cluster::yarn_application>> find_announced(
      std::uint64_t epoch, const component::log_record* record);
  bool tagged(const cluster::yarn_application& application, std::uint64_t epoch) const;
  // Ends it, and says what keeps its tags away. false: it has not ended yet.
  result<bool> refuse_untagged(std::uint64_t epoch, const cluster::yarn_application& application);
  // Whether several applications of a per-job epoch are its program's. One that was submitted from
  // elsewhere after the client had ended is none of them: it is ended, and taken out of the groups.
  bool executes_twice(std::uint64_t epoch, component::applications_by_epoch& groups,
                      bool client_lives);
  result<quiet_view> look_in_quiet();
  result<next> step(const view& seen);

  // A scheduled component (scheduled.cpp).
  result<next> step_of_run(const view& seen);
  // Whether the run may submit: it is wanted, and Oozie says that its workflow is under way and of
  // this component's coordinator. nullopt: it may; else the exit code.
  result<next> check_run(const view& seen);
  // The end of an incarnation of the run as the guard's own end.
  next end_of_run(const component::end_fact& end);
  // A stop has nobody else to end the client of a run with: whoever runs it looks at the log.
  void heed_stop(submission* running, const component::applications_by_epoch& groups,
                 std::uint64_t epoch);
  result<next> keep_schedule(const view& seen);
  // Ends an incarnation whose workflow is over in Oozie.
  result<next> end_abandoned(const component::log_record& incarnation, const std::string& why);
  // The run's workflow as Oozie has it; nullopt: Oozie says that it has none.
  result<std::optional<oozie::workflow>> workflow_of(const std::string& run_name);
  // The incarnation that this guard is about: that of its run, else the current one.
  const component::log_record* own_incarnation(const component::log_snapshot& log) const;
  result<next> without_live_application(const view& seen);
  // What became of an incarnation without an end, whose guard has died.
  result<next> close_open_incarnation(const view& before);
  result<next> act_on(const component::end_fact& recorded, const view& seen);
  result<next> act_on_give_up(const component::end_fact& end, const view& seen);
  // Waits until `due`, or until somebody writes to the log; then what is to be done is judged
  // afresh. Due already: submits.
  result<next> submit_when_due(io::wall_time due, io::milliseconds longest, const view& seen);
  // Starts a client under a new epoch and watches what comes of it. before: what led to this.
  result<next> submit(const view& before);
  // The client's argv for the incarnation.
  result<std::vector<std::string>> command_of(const component::log_record& record,
                                              const library_supply& libraries) const;
  // The incarnation is submitted by this guard itself: its id and all else that is needed to send
  // it again are on HDFS before it is claimed (direct.cpp).
  result<next> submit_directly(component::log_record record, std::uint64_t after,
                               const direct_preparation& ready, const state::choice& chosen,
                               quiet_view& quiet, submission_slot slot);
  // Whether Flink's client submits what was asked to be submitted by whichever can.
  bool client_may(const direct_order& order, const direct_refusal& refusal) const;
  // Of an epoch without an application: sends what was prepared for it again. gone: it has run, or
  // can have, and is looked for as any other that YARN does not know any more. over: nothing is to
  // be sent any more; what is to be done is judged afresh.
  enum class sending { again, gone, over };
  result<sending> send_again(std::uint64_t epoch);
  result<sending> give_up_sending(const component::log_snapshot& log, std::uint64_t epoch);
  // Whether the epoch is still the one to be submitted, and by this guard.
  bool still_to_submit(const component::log_snapshot& log, std::uint64_t epoch) const;
  // Records a definite no of YARN's to what was claimed.
  result<next> record_refusal(std::uint64_t epoch, const direct_refusal& refusal);
  // What is known of the claimed epoch is this guard's; what it starts from stands still.
  result<bool> begin_epoch(const component::log_record& record, std::uint64_t epoch,
                           const state::choice& chosen, const view& seen);
  // What the node's queue policy says now, in the record. A value: nothing is submitted, and why is
  // recorded.
  result<std::optional<next>> place_in_queue(component::log_record& record, std::uint64_t after);
  // nullopt: somebody else took the number; the log says so.
  result<std::optional<std::uint64_t>> claim(const component::log_record& record,
                                             std::uint64_t after);
  // Deletes what the log needs no longer, once it has grown; failing to do so changes nothing else.
  void prune_log();
  // Records an incarnation that is never submitted, and why.
  result<next> refuse(const component::log_record& record, std::uint64_t after,
                      flink::failure_class failure, const error& reason,
                      std::string_view source = "guard");
  // Records that nothing is submitted for the claimed epoch, and why.
  result<next> record_unsubmitted(std::uint64_t epoch, flink::failure_class failure,
                                  const error& reason, std::string_view source);
  // On this node, for status: what HDFS does not take; an earlier one is outdated otherwise.
  void note_writing(std::uint64_t number, const result<void>& written);
  // Records that nothing is submitted for the claimed epoch, since what it was to start from has
  // gone.
  result<next> give_epoch_back(std::uint64_t epoch, const std::string& path);
  // Records that the client could not be started, and why.
  result<next> refuse_start(std::uint64_t epoch, const error& reason);
  result<submission_slot> wait_for_slot();
  // UNAVAILABLE while no NodeManager is active: Flink's client would take that for a fault of the
  // job's size.
  result<void> require_node_managers();
  void tell(const state::choice& chosen);
  // What an earlier guard knew of the epoch is this one's from now on.
  void take_over(std::uint64_t epoch, const view& seen);
  // Follows the epoch's application, and the client that submits it while there is one, until it
  // has ended.
  result<next> watch(std::uint64_t epoch, submission* running);
  // One wait of the watch: the interval, the client's end, or a cancellation, which ends the
  // client.
  result<void> wait_for_change(submission* running, io::milliseconds interval);
  // Whether the client has ended; then that is on disk.
  bool reap(std::uint64_t epoch, submission& running);
  // Ends the client where it has outlived its purpose or its time.
  void bound_client(submission& running, const cluster::yarn_application* application);
  // Whether its jobs have ended, and the application has had its time to leave (looked at now and
  // then). On the way its first sign of a failure is kept.
  bool outlives_jobs(const cluster::yarn_application& application);
  // The same for an attached run, whose jobs come and go while its client lives.
  void look_at_jobs(const cluster::yarn_application& application);
  // The jobs of the followed application, by its JobManager; nullopt: it is silent, or another's.
  std::optional<std::vector<flink::job_overview>> ask_for_jobs();
  void look_for_trouble(const cluster::yarn_application& application,
                        const std::vector<flink::job_overview>& jobs);
  bool main_may_go_on();
  // Records that its job has completed checkpoints, and where the newest is when that is not where
  // the component's own are looked for (D-57); best effort.
  void note_checkpoints();
  // Records how a job ended whose application lives on, and ends that. false: not yet.
  result<bool> end_lingering(std::uint64_t epoch, const cluster::yarn_application& application);
  // How the epoch's client ended; nullopt: nobody saw it.
  std::optional<client_end> client_end_of(std::uint64_t epoch) const;
  // What a listing without the application means. submitted: somebody has seen it, or its client
  // announced it.
  result<bool> lost(const cluster::application_listing& listing, std::uint64_t epoch,
                    bool submitted);
  result<component::end_fact> look_up_end(std::uint64_t epoch,
                                          const cluster::yarn_application* application);
  result<next> conclude(std::uint64_t epoch, const cluster::yarn_application* application);
  // Ends an attached run by what is known of its client.
  result<next> conclude_attached(std::uint64_t epoch);
  // What still lives of the epoch once it has had the time to leave by itself.
  result<std::vector<cluster::yarn_application>> await_leaving(std::uint64_t epoch,
                                                               io::milliseconds limit);
  // Whether a job that completed or was cancelled was stopped.
  result<void> tell_stop_apart(component::end_fact& end, const component::log_snapshot& log);
  // application: as YARN shows it; nullptr: it does not.
  result<next> record_end(component::end_fact end,
                          const cluster::yarn_application* application = nullptr);
  // What Flink's client uploaded for the application; best effort.
  void remove_staging(const component::end_fact& end);
  result<next> refuse_second_application(
      std::uint64_t epoch, const std::vector<cluster::yarn_application>& applications);

  // Asks for their end, then lets YARN have a moment for it. Nothing to kill: returns at once.
  result<void> kill_all(const std::vector<const cluster::yarn_application*>& applications,
                        std::string_view why);
  void note_application(std::uint64_t epoch, const cluster::yarn_application& application);
  void note_containers(std::uint64_t epoch, const cluster::yarn_application& application);
  // Deletes what the followed incarnation has made superfluous, now and then; failing to do so
  // changes nothing else.
  void tidy_older_checkpoints();
  std::string find_job_id(const component::application_fact& fact);
  void report(
      const error& problem);  // an error that is waited out: logged once, then every ten minutes
  io::milliseconds jittered(io::milliseconds interval);
  io::milliseconds longest_retry() const;

  component::guard_spec spec_;
  std::vector<std::string> command_;
  const io::operation& op_;
  guard_log& log_;
  submission_slots slots_;
  pace pace_;
  std::string id_;
  std::string tag_;
  io::http_client http_;
  cluster::resource_manager yarn_;
  cluster::hdfs hdfs_;
  component::component_log records_;
  direct_submitter direct_;
  restore_points restore_points_;
  container_notes containers_;
  class_sharing class_sharing_;
  bool reason_told_ = false;          // why it is not submitted directly
  std::string containers_not_noted_;  // why not, as it was logged last
  std::string libraries_told_;        // why they could not be provided, as it was logged last
  black_box black_box_;
  // Of a scheduled component alone.
  std::optional<oozie::server> oozie_;
  std::optional<schedule::coordinators> coordinators_;
  std::string run_name_;  // the one run that this guard is for; empty: it keeps the schedule
  run_report* report_ = nullptr;
  bool run_over_ = false;                            // the exit code says how the run ended
  io::steady_time coordinator_look_at_{};            // not before
  io::steady_time wish_look_at_{};                   // not before
  std::optional<io::steady_time> taken_back_since_;  // the run is not wanted any more
  std::string waiting_for_;                          // the run that was told to be waited for last
  component::application_fact fact_;                 // of the incarnation at hand, as last written
  std::optional<component::log_record> followed_;    // the incarnation at hand, when it is known
  io::steady_time tidy_at_{};                        // not before
  std::minstd_rand random_;
  std::string reported_;  // the error that was logged last
  io::steady_time reported_at_{};
  // Of the client that ended last, for as long as its file could not be written.
  std::optional<std::pair<std::uint64_t, client_end>> client_end_;
  io::steady_time queued_since_ = io::steady_time::max();  // max: not in YARN's queue
  io::steady_time over_since_ = io::steady_time::max();    // max: the application has not ended
  std::set<std::string> strangers_;  // ids of applications that were set aside
  io::steady_time jobs_look_at_{};   // not before
  io::steady_time jobs_over_since_ = io::steady_time::max();  // max: a job runs, or none is known
  std::vector<flink::job_overview> ended_jobs_;
  component::checkpoint_fact checkpoints_;  // as last written
  bool stop_asked_for_ = false;             // whether a stop has left its result unrecorded
  // Denial: since when an active ResourceManager has said that it does not know the application.
  std::optional<io::steady_time> denied_since_;
  std::int64_t confirmed_started_on_ = 0;  // startedOn of the one that confirmed it last
};

}  // namespace dm::guard
