// A NameNode's WebHDFS and one DataNode's, over an HDFS in memory. Answers as recorded from Hadoop
// 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "fake/hdfs_files.h"
#include "fake/http_server.h"

namespace dm::fake {

// Give two of them the same files for a pair with high availability.
class name_node {
 public:
  name_node() : name_node(std::make_shared<hdfs_files>()) {}
  explicit name_node(std::shared_ptr<hdfs_files> files);

  std::string address() const { return server_.address(); }  // "http://127.0.0.1:<port>"
  hdfs_files& files() { return *files_; }
  http_server& server() { return server_; }  // to stop, disturb, or look at what it was asked
  http_server& data_node() { return data_node_; }

  void set_standby(bool standby) {
    standby_ = standby;
  }  // 403 StandbyException, but for CREATE's first step
  void set_safe_mode(bool safe_mode) {
    safe_mode_ = safe_mode;
  }  // reads work, writes are 403 SafeModeException
  void set_live_data_nodes(int count) { live_data_nodes_ = count; }  // as /jmx tells
  // The directory's mode is 0750, and of its group is nobody: what is in it is its owner's alone.
  void keep_others_out_of(const std::string& directory);
  void set_page_size(std::size_t entries) {
    page_size_ = entries;
  }  // of LISTSTATUS_BATCH (dfs.ls.limit)
  void set_batch_listing(bool known) { batch_listing_ = known; }  // false: as Hadoop before 2.8
  void set_ignores_noredirect(bool ignores) {
    ignores_noredirect_ = ignores;
  }                                                // then it redirects (307)
  void set_location(const std::string& location);  // answers this instead of the DataNode's
                                                   // address; "" for the real one

 private:
  response name_node_answer(const request& asked);
  response data_node_answer(const request& asked);
  response redirect(const request& asked, const std::string& path);
  void check_access(const std::string& path, const std::string& user, bool lists) const;

  std::shared_ptr<hdfs_files> files_;
  std::atomic<bool> standby_{false};
  std::atomic<bool> safe_mode_{false};
  std::atomic<int> live_data_nodes_{1};
  std::atomic<bool> batch_listing_{true};
  std::atomic<bool> ignores_noredirect_{false};
  std::atomic<std::size_t> page_size_{1000};
  mutable std::mutex mutex_;
  std::string location_;
  std::string private_;    // a directory; empty: none
  http_server data_node_;  // before the one that names it
  http_server server_;
};

}  // namespace dm::fake
