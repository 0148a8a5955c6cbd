// What is kept of failures before the cluster forgets them, beside the component's log on HDFS.
//
// Nothing that the guard is for depends on it: it has its own short time, comes after every record
// that decides, and what goes wrong with it is a line in the guard's log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "component/guard_spec.h"
#include "component/incident_store.h"
#include "component/log_record.h"
#include "guard/guard_log.h"
#include "io/http.h"

namespace dm::guard {

class black_box {
 public:
  // limit: how long one look, or the keeping of one end, may take in all.
  black_box(io::http_client& http, cluster::resource_manager& yarn, cluster::hdfs& hdfs,
            const component::guard_spec& spec, guard_log& log, io::milliseconds limit);

  // The job that is followed, as its JobManager has just shown it. Where that is the first sign of
  // a failure (it fails or restarts, or has done so since it was looked at last), what is known of
  // it is kept; the same cause again in the same incarnation is counted only.
  void look(const io::operation& op, const component::application_fact& fact,
            const cluster::yarn_application& application, const flink::job_overview& job);

  // The incarnation has ended, which is on record. Known only once, so it is kept even though the
  // guard has been told to end meanwhile. application: as YARN shows it; nullptr: it does not. The
  // second time, and for an end that is no failure, nothing happens.
  void ended(const component::end_fact& end, const cluster::yarn_application* application);

  // The guard ends: what was counted since the index was written is written.
  void close();

 private:
  // A cause of failure in an incarnation, as its exceptions tell it.
  struct sighting {
    component::incident_head head;  // count and last_at as far as the answer tells them
  };
  // The incarnation that is looked at.
  struct view {
    std::uint64_t epoch = 0;
    std::string job_id;
    std::int64_t modified_ms = -1;  // of the job when it was looked at last
    std::int64_t newest_ms = 0;     // of its newest exception that was seen
    io::steady_time not_before{};   // after one that could not be kept
  };

  std::vector<sighting> sightings(const component::application_fact& fact,
                                  const flink::job_overview& job,
                                  const flink::job_exceptions& exceptions) const;
  void tell_container(const io::operation& op, const cluster::yarn_application& application,
                      const flink::job_exceptions& exceptions, component::incident_head& head);
  component::listed_incident* find(const std::string& id);  // nullptr: it is not kept
  // What is kept, once in a guard's life; false: it could not be read, which was said.
  bool load(const io::operation& op);
  // Of an incarnation, but for its end's.
  std::ptrdiff_t kept_of(std::uint64_t epoch) const;
  // A job that fails for years costs the guard a bounded amount of memory.
  void forget_oldest();
  void count(const sighting& seen, component::listed_incident& known);
  void flush(const io::operation& op, bool now);
  // Whether it is there now.
  bool keep(const io::operation& op, component::incident one);
  void complain(const error& problem);

  io::http_client& http_;
  cluster::resource_manager& yarn_;
  cluster::hdfs& hdfs_;
  const component::guard_spec& spec_;
  guard_log& log_;
  io::milliseconds limit_;
  component::incident_store store_;
  std::optional<std::vector<component::listed_incident>> known_;
  bool index_outdated_ = false;
  io::steady_time index_written_at_{};
  view followed_;
  std::optional<component::incident> last_look_;  // of followed_, without its logs
  std::set<std::uint64_t> ended_;
  std::string complained_;
};

}  // namespace dm::guard
