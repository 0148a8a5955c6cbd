// A place on HDFS as Flink, Hadoop and people write it, and whose HDFS that is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dm::flink {

struct hdfs_location {
  std::string authority;  // "nn1:8020", "ns1", as it was written; empty: the default file system's
  std::string path;       // absolute, without "." and "..", without a slash at its end
};

// "hdfs://nn:8020/a/b", "HDFS:///a/b/", "hdfs:/a/b", "/a//b"; nullopt: another file system, no
// absolute path, or one that leads elsewhere.
std::optional<hdfs_location> parse_hdfs_location(std::string_view uri);

// The authorities that mean this cluster's HDFS. What a name like "ns1" stands for is known to
// Hadoop's configuration alone; it is learnt from how Flink names a directory that it was given
// without one.
class own_hdfs {
 public:
  own_hdfs() = default;
  // web_addresses: "http://nn1:9870" of the NameNodes; another port of the same host is the same
  // NameNode's.
  explicit own_hdfs(const std::vector<std::string>& web_addresses);

  // uri: what Flink calls something at or below `directory` of this HDFS.
  void learn(std::string_view uri, std::string_view directory);
  // Whether the location is on this HDFS: else it is foreign, and its path means something else
  // here.
  bool owns(const hdfs_location& location) const;

 private:
  std::set<std::string, std::less<>> hosts_;        // in lower case, without port
  std::set<std::string, std::less<>> authorities_;  // in lower case
};

}  // namespace dm::flink
