// The component's log on HDFS: read as a whole, appended by claiming the next number.
// It is the only home of the desired state and of epochs; the DM's registry is a mirror.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

#include "cluster/hdfs.h"
#include "component/log_reader.h"
#include "component/log_record.h"
#include "component/log_snapshot.h"

namespace dm::component {

// Not thread-safe: one object per operation, or per guard. Records are immutable, so what was read
// once is not read again by the same object.
class component_log {
 public:
  // directory: <state_root>/<namespace>/<application>/<component> on HDFS.
  component_log(cluster::hdfs& hdfs, std::string directory);

  // Makes log/ and what is above it, where missing. The namespace's directory gets mode 1777
  // (several application users share it), also when its owner finds it with another one; the rest
  // 0750.
  result<void> prepare(const io::operation& op, const std::string& state_root);

  // One listing, and what is not yet known read side by side. An absent directory is an empty log.
  // The newest 200 records are read with their facts, and the newest intent and the newest
  // incarnation with its facts however old they are. What else is older cannot matter to any
  // decision. An old file that cannot be read is reported in the snapshot; an error: what decides
  // could not be read.
  result<log_snapshot> read(const io::operation& op);
  // The newest intent, the newest incarnation and its end, or its application while it has none:
  // for whoever needs no lineage. One listing and at most three files, two rounds; more only where
  // a record of an earlier version does not say what was before it. What was read before stays in
  // the snapshot: there may be more in it than that, and nothing follows from its absence.
  result<log_snapshot> read_newest(const io::operation& op);
  // Of the last listing, all records after this number as well.
  result<log_snapshot> read_after(const io::operation& op, std::uint64_t number);
  // Of the last listing, what is recorded of the epoch's application, which need not be the newest
  // one. nullopt: nothing, or it is damaged.
  result<std::optional<application_fact>> application_of(const io::operation& op,
                                                         std::uint64_t epoch);

  // Writes the record under the number after `after`, if nobody else took it: its number, or
  // nullopt when the race was lost (then read again and decide again). What the record repeats of
  // older ones comes from what was read before; where that does not tell it, the log is read.
  result<std::optional<std::uint64_t>> claim(const io::operation& op, log_record record,
                                             std::uint64_t after);

  // Facts about an epoch. The first end that is written stands; an application fact may be
  // completed (job id, address).
  result<void> write_application(const io::operation& op, const application_fact& fact);
  result<void> write_end(const io::operation& op, const end_fact& fact);
  // What Flink says of the job's checkpoints; replaces what was written of them before (D-57).
  result<void> write_checkpoints(const io::operation& op, const checkpoint_fact& fact);

  // Deletes what neither lineage nor epochs nor budgets nor people need: all but the newest `keep`
  // numbers, the newest intent, the newest incarnation and those that its state comes from; and
  // temporary files that somebody has left for an hour. The newest numbers stay, so epochs never
  // restart. At most 500 files at a time; the number of them.
  result<std::size_t> prune(const io::operation& op, std::size_t keep);
  // How many records the last listing showed: whether there is anything to prune.
  std::size_t record_count() const { return reader_.numbers().size(); }

  const std::string& directory() const { return directory_; }

 private:
  // What stood before it, as far as it is known.
  void complete(log_record& record);
  result<void> place(const io::operation& op, const std::string& name, const std::string& content,
                     cluster::hdfs::rename_option option);

  cluster::hdfs& hdfs_;
  std::string directory_;
  log_reader reader_;
};

}  // namespace dm::component
