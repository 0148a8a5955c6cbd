// A component's coordinators in Oozie: one for each run intent of its log, and never a second one
// whose runs submit anything.
//
// On HDFS, beside the component's log: oozie/workflow.xml and oozie/coordinator.xml;
// oozie/<n>.asked, written before Oozie is asked to take the coordinator of run intent n, so that
// whoever ends them knows which there may be; oozie/<n>.json with the coordinator's id. That one is
// placed by a rename that only one can win: whatever became of a lost answer, of two coordinators
// of one name the one that it names is the component's, and the runs of the other submit nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "oozie/server.h"

namespace dm::schedule {

class coordinators {
 public:
  // directory: the component's own on HDFS.
  coordinators(cluster::hdfs& hdfs, oozie::server& oozie, std::string directory,
               std::string component_id)
      : hdfs_(hdfs),
        oozie_(oozie),
        directory_(std::move(directory) + "/oozie"),
        id_(std::move(component_id)) {}

  const std::string& directory() const { return directory_; }

  // Both documents, whole, over those of before.
  result<void> place(const io::operation& op, const std::string& workflow,
                     const std::string& coordinator);
  // The one that is the component's under that run intent; nullopt: none is recorded.
  result<std::optional<std::string>> recorded(const io::operation& op, std::uint64_t run);
  // The same; one that Oozie has and nobody has recorded is recorded now. Surplus ones are killed.
  result<std::optional<std::string>> adopt(const io::operation& op, std::uint64_t run);
  // The same; where Oozie has none it is submitted. INVALID_ARGUMENT, PERMISSION_DENIED: Oozie
  // refuses it. UNAVAILABLE: could not tell; call it again, it looks first.
  result<std::string> ensure(const io::operation& op, std::uint64_t run,
                             const oozie::schedule& schedule, const std::string& user);
  // Kills what there may be of coordinators, and forgets those that Oozie says have ended. An
  // error: at least one may live.
  struct endings {
    bool lived = false;     // there was one to kill
    bool had_come = false;  // there was one that had come to its own end
  };
  result<endings> end_all(const io::operation& op);
  // Also the documents.
  result<void> remove(const io::operation& op);

 private:
  // What Oozie has under that run's name, recorded; the surplus killed.
  result<std::optional<std::string>> settle(const io::operation& op, std::uint64_t run,
                                            const std::vector<oozie::coordinator>& found);
  result<std::string> record(const io::operation& op, std::uint64_t run, const std::string& id);
  result<void> end_one(const io::operation& op, std::uint64_t run, endings& what);

  cluster::hdfs& hdfs_;
  oozie::server& oozie_;
  std::string directory_;
  std::string id_;
};

}  // namespace dm::schedule
