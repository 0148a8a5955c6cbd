// An HDFS namespace in memory, with the semantics and the exceptions of Hadoop 3.3.6 (recorded
// there) but no permission checks. One may stand behind several NameNodes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dm::fake {

// What WebHDFS sends as a RemoteException.
struct hdfs_exception : std::runtime_error {
  hdfs_exception(int http_status, std::string simple_name, std::string full_name,
                 const std::string& message)
      : std::runtime_error(message),
        status(http_status),
        name(std::move(simple_name)),
        java_class(std::move(full_name)) {}
  int status;
  std::string name;
  std::string java_class;
};

// Thread-safe; every operation is atomic.
class hdfs_files {
 public:
  enum class kind { file, directory };
  struct node {
    kind what = kind::directory;
    std::string content;
    std::string owner;
    std::string permission;
    std::int64_t modified_ms = 0;
    std::int64_t id = 0;
  };
  struct entry {
    std::string name;  // path suffix
    node status;       // without content
    std::int64_t length = 0;
    std::int64_t children = 0;
  };
  struct summary {
    std::int64_t length = 0, files = 0, directories = 0;
  };

  hdfs_files();

  // The operations of WebHDFS; they throw hdfs_exception as the NameNode or the DataNode does.
  entry status(const std::string& path) const;
  std::vector<entry> list(
      const std::string& path) const;  // in the order of names; a file lists itself
  summary content_summary(const std::string& path) const;
  std::string open(const std::string& path) const;
  void check_open(const std::string& path,
                  std::int64_t offset) const;  // what the NameNode checks before it redirects
  void create(const std::string& path, const std::string& content, const std::string& owner,
              const std::string& permission, bool overwrite, bool create_parents);
  bool make_directories(const std::string& path, const std::string& owner,
                        const std::string& permission);
  enum class options { none, overwrite };
  void rename(const std::string& from, const std::string& to, options how);
  bool plain_rename(const std::string& from, const std::string& to);  // without renameoptions
  bool remove(const std::string& path, bool recursive);
  void set_permission(const std::string& path, const std::string& permission);
  void set_modified(const std::string& path, std::int64_t modified_ms);  // for tests
  void set_owner(const std::string& path, const std::string& owner);

  // For tests, without exceptions.
  void put(const std::string& path, const std::string& content);  // makes parents, replaces
  std::optional<std::string> get(const std::string& path) const;  // content of a file
  bool exists(const std::string& path) const;
  std::vector<std::string> names(const std::string& directory) const;  // empty when there is none
  std::vector<std::string> all_files() const;                          // full paths

 private:
  using tree =
      std::map<std::string, node>;  // by full path, without trailing slash; "/" is the root
  node* find(const std::string& path);
  const node* find(const std::string& path) const;
  void add(const std::string& path, kind what, const std::string& owner,
           const std::string& permission);
  void make_parents(const std::string& path, const std::string& owner,
                    const std::string& permission);
  entry entry_of(const std::string& path, const std::string& name) const;
  std::vector<std::string> children_of(const std::string& path) const;
  void move(const std::string& from, const std::string& to);
  void erase(const std::string& path);
  static std::string parent_of(const std::string& path);
  static std::string name_of(const std::string& path);
  static std::string clean(const std::string& path);

  mutable std::mutex mutex_;
  tree nodes_;
  std::int64_t next_id_ = 16385;  // the root's in HDFS
};

}  // namespace dm::fake
