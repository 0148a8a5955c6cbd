// Reads a component's log from HDFS: as a whole, or the newest of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "component/log_file.h"
#include "component/log_snapshot.h"

namespace dm::component {

// Remembers what it has read: records and ends never change, the other facts are read again when
// their file has changed. Not thread-safe.
class log_reader {
 public:
  log_reader(cluster::hdfs& hdfs, std::string directory);  // directory: the component's, on HDFS

  // See component_log.
  result<log_snapshot> read(const io::operation& op);
  result<log_snapshot> read_newest(const io::operation& op);
  result<log_snapshot> read_after(const io::operation& op, std::uint64_t number);
  result<std::optional<application_fact>> application_of(const io::operation& op,
                                                         std::uint64_t epoch);
  // Reads what a new record has to repeat of older ones, where the newest intent does not.
  result<void> learn_what_was_before(const io::operation& op);

  // For many logs that are read side by side: what is offered is not asked for by the reading that
  // follows, which asks for what is missing. The listing comes first.
  std::string listed_directory() const { return directory_ + "/log"; }
  void offer_listing(std::vector<cluster::file_status> listing);
  std::vector<std::string> wanted_files(bool newest_only) const;  // names, in listed_directory()
  void offer_file(const std::string& name, const std::string& content);

  log_snapshot& known() { return known_; }
  const std::vector<cluster::file_status>& listing() const { return listing_; }
  std::vector<std::uint64_t> numbers() const;  // of all records in the listing, sorted
  result<void> list(const io::operation& op);

 private:
  result<void> list_unless_offered(const io::operation& op);
  void take_listing(std::vector<cluster::file_status> listing);
  std::vector<log_file> newest_files() const;
  std::vector<log_file> all_files() const;
  bool there(const log_file& file) const { return files_.contains(file); }
  bool holds(const log_file& file) const;
  void want(std::vector<log_file>& wanted, const log_file& file) const;
  // Those that cannot be read become known_.unreadable, unless too many cannot: then it is HDFS.
  result<void> fetch(const io::operation& op, std::vector<log_file> wanted);
  result<void> fetch_singly(const io::operation& op, const std::vector<log_file>& wanted);
  void take_in(const log_file& file, const std::string& content);
  void put_aside(const log_file& file, bool damaged, error reason);
  // The newest record of the kind, an incarnation or an intent, is among the known ones afterwards,
  // unless there is none.
  result<void> find_newest(const io::operation& op, bool incarnation);
  result<void> find_newest_incarnation(const io::operation& op);
  std::uint64_t newest_with_facts() const;
  // An error unless the newest intent and the newest incarnation with its facts are known for sure.
  result<void> check_newest() const;

  cluster::hdfs& hdfs_;
  std::string directory_;
  std::vector<cluster::file_status> listing_;
  std::map<log_file, cluster::file_status> files_;  // of the last listing
  std::map<log_file, std::int64_t> read_modified_;  // of facts that are known
  log_snapshot known_;
  bool offered_ = false;  // the listing is that of the reading that follows
};

}  // namespace dm::component
