// The component's log on HDFS: read as a whole, appended by claiming the next number.
// It is the only home of the desired state and of epochs; supervisord's autostart and the DM's
// registry are mirrors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cluster/hdfs.h"
#include "component/log_record.h"

namespace dm::component {

// What the log says at one moment.
struct log_snapshot {
  std::map<std::uint64_t, log_record> records;
  std::map<std::uint64_t, application_fact> applications;  // by epoch
  std::map<std::uint64_t, end_fact> ends;                  // by epoch

  const log_record* newest_intent() const;       // run or stop; nullptr: never started
  const log_record* newest_incarnation() const;  // nullptr: never submitted
  std::uint64_t newest_number() const;           // 0: empty
  bool wanted() const;                           // the newest intent is a run
  // The first of the runs that the newest intent continues, its own number when it continues none;
  // 0: the newest intent is no run. What belongs to the desired state at hand comes after it.
  std::uint64_t run_began() const;
  // The newest incarnation that belongs to the newest run intent, or to one that it continues;
  // nullptr when there is none (yet).
  const log_record* current_incarnation() const;
};

// Not thread-safe: one object per operation, or per guard. Records are immutable, so what was read
// once is not read again by the same object.
class component_log {
 public:
  // directory: <state_root>/<namespace>/<application>/<component> on HDFS.
  component_log(cluster::hdfs& hdfs, std::string directory);

  // Makes log/ and what is above it, where missing. The namespace's directory gets mode 1777
  // (several application users share it), the rest 0750.
  result<void> prepare(const io::operation& op, const std::string& state_root);

  // One listing, and what is not yet known read side by side. An absent directory is an empty log.
  // The newest 200 records are read, and the newest intent however old it is: a job that fails once
  // a day is after a year still wanted. What else is older cannot matter to any decision.
  result<log_snapshot> read(const io::operation& op);

  // Writes the record under the number after `after`, if nobody else took it: its number, or
  // nullopt when the race was lost (then read() again and decide again).
  result<std::optional<std::uint64_t>> claim(const io::operation& op, log_record record,
                                             std::uint64_t after);

  // Facts about an epoch. The first end that is written stands; an application fact may be
  // completed (job id, address).
  result<void> write_application(const io::operation& op, const application_fact& fact);
  result<void> write_end(const io::operation& op, const end_fact& fact);

  // Deletes what neither lineage nor epochs nor people need: all but the newest intent and the
  // newest `keep` numbers.
  result<void> prune(const io::operation& op, std::size_t keep);

  const std::string& directory() const { return directory_; }

 private:
  result<std::string> read_file(const io::operation& op, const std::string& name);
  result<void> read_newest_intent(const io::operation& op,
                                  const std::vector<std::uint64_t>& numbers);
  result<void> place(const io::operation& op, const std::string& name, const std::string& content,
                     cluster::hdfs::rename_option option);

  cluster::hdfs& hdfs_;
  std::string directory_;
  log_snapshot known_;
};

}  // namespace dm::component
