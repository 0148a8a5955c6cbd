// One reading of a component's restore points: the ledger's documents and the directories, merged.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "state/document_names.h"
#include "state/savepoint_index.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

// Used once, by one thread.
class savepoint_listing {
 public:
  savepoint_listing(cluster::hdfs& hdfs, savepoint_ledger& ledger,
                    const component::log_snapshot& log);

  // The savepoints; checkpoints are the caller's to add before finish().
  result<std::vector<restore_point>> read(const io::operation& op);
  // What pins and tombstones and the log say about points, however they were found.
  void finish(std::vector<restore_point>& points) const;

 private:
  template <class Record>
  using by_id = savepoint_index::by_id<Record>;

  void take_names(const std::vector<cluster::file_status>& entries);
  void read_index(const io::operation& op);
  void write_index(const io::operation& op);
  // Best effort, some at a time.
  void fold_tombstones(const io::operation& op);
  result<void> look_for_failed(const io::operation& op, const std::string& id,
                               std::int64_t modified_ms);
  // Fills `now` from the index where a document has not changed, else from the document.
  template <class Record, class Read>
  result<void> bring_up_to_date(const io::operation& op, document_kind kind, Read read_record,
                                const by_id<Record>& before, by_id<Record>& now);
  result<restore_point> under_way(const io::operation& op, const requested_record& record);
  result<void> discover(const io::operation& op, const std::string& name, std::int64_t modified_ms);
  result<restore_point> of_result(const io::operation& op, const result_record& record);
  restore_point of_discovered(const std::string& name, const discovered_savepoint& found) const;
  std::uint64_t epoch_of_job(std::string_view job_id) const;

  cluster::hdfs& hdfs_;
  savepoint_ledger& ledger_;
  const component::log_snapshot& log_;
  std::map<document_kind, std::map<std::string, std::int64_t>> documents_;  // id, modified_ms
  std::map<std::string, std::int64_t> directories_;                         // name, modified_ms
  bool has_index_ = false;
  bool changed_ = false;
  savepoint_index before_;
  savepoint_index now_;
  std::map<std::string, std::string> unreadable_;  // results: id, why
};

}  // namespace dm::state
