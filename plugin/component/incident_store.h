// The incidents of a component on HDFS: <component's directory>/incidents/<id>.json, whole or not
// at all, and index.json with their heads, so that a list costs one listing and one small file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "component/incident.h"

namespace dm::component {

struct listed_incident {
  incident_head head;
  bool kept = false;    // its document is there
  std::string problem;  // why of one that is there no more is known than its name
};

struct whole_incident {
  incident_head head;
  std::string document;  // a JSON object
};

// How many documents stay, and for how long after they were written; 0 days: for ever.
struct incident_limits {
  std::int64_t count = 20;
  std::int64_t age_ms = 0;
};

// Not thread-safe. Only a component's guard keeps incidents; anybody may delete documents.
class incident_store {
 public:
  incident_store(cluster::hdfs& hdfs, const std::string& component_directory);

  // Newest first. One listing and the index; at most four documents that the index, whose writer
  // may have been killed, does not know yet are read for it, of others their names tell. Heads of
  // documents that are gone stay for a while.
  result<std::vector<listed_incident>> list(const io::operation& op);
  // NOT_FOUND; INTERNAL, FAILED_PRECONDITION: it is there and cannot be read.
  result<whole_incident> read(const io::operation& op, const std::string& id);

  // Writes the document, then the index. One of that id that is there already stays as it is:
  // false.
  result<bool> keep(const io::operation& op, const incident& one);
  // Writes the heads that the index is to have now, unless list() has found one of a later version.
  result<void> write_index(const io::operation& op, const std::vector<listed_incident>& heads);
  // Deletes documents beyond the limits, and what an earlier writer did not live to rename. At most
  // 50 at a time; how many.
  result<std::size_t> tidy(const io::operation& op, const incident_limits& limits);

  const std::string& directory() const { return directory_; }

 private:
  std::string path_of(const std::string& id) const;
  result<std::vector<incident_head>> read_index(const io::operation& op);

  cluster::hdfs& hdfs_;
  std::string directory_;
  bool newer_index_ = false;  // of a later version, by the last list: it is left alone (D-59)
};

}  // namespace dm::component
