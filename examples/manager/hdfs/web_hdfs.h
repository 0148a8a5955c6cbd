// The few WebHDFS calls that hdfs.json needs. Facts: Hadoop 3.3 WebHDFS REST API; a standby
// NameNode answers 403 with StandbyException, metadata calls are never redirected to a DataNode.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/json.h"
#include "http/http_client.h"

#include <chrono>
#include <string>
#include <vector>

namespace manager {

class web_hdfs {
 public:
  /// NameNodes from the environment's webhdfs_host, webhdfs_port, webhdfs_host_backup,
  /// webhdfs_port_backup; acts as webhdfs_user unless told otherwise.
  web_hdfs(const json::value& environment, std::chrono::milliseconds timeout);

  bool configured() const { return !addresses_.empty(); }
  const std::string& user() const { return user_; }

  /// All throw failure(failed_connection) when no NameNode answers, failure(forbidden) when HDFS
  /// denies it, failure(unknown) otherwise; each names address, path and HDFS's own text.
  /// [any-thread]
  bool exists(const std::string& path, cancellation& cancel) const;
  void make_directories(const std::string& path, const std::string& as, cancellation& cancel) const;
  void set_owner(const std::string& path, const std::string& owner, cancellation& cancel) const;
  /// False when there was nothing. Refuses "" and "/".
  bool remove(const std::string& path, bool recursive, const std::string& as,
              cancellation& cancel) const;

 private:
  http_result request(const std::string& method, const std::string& path,
                      const std::string& operation, const std::string& as,
                      cancellation& cancel) const;

  std::vector<std::string> addresses_;  // "host:port", the first one first
  std::string user_;
  std::chrono::milliseconds timeout_;
};

}  // namespace manager
