// HDFS by WebHDFS: small files, directories and the atomic rename the component's log is built on.
// Source: Hadoop WebHDFS REST API; NameNode HA and error bodies seen on Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cluster/remote_exception.h"
#include "io/http.h"

namespace dm::cluster {

struct file_status {
  std::string name;  // path suffix; empty for the path itself
  bool directory = false;
  std::int64_t length_bytes = 0;
  std::int64_t modified_ms = 0;
  std::string owner;
  std::string permission;  // octal digits
};

struct content_summary {
  std::int64_t length_bytes = 0;
  std::int64_t file_count = 0;
  std::int64_t directory_count = 0;
};

// Paths are absolute and without scheme: "/pnda/flink/ns/app". Thread-safe. A standby NameNode (403
// StandbyException) makes it try the other. What the answer means is one of a closed list of
// question, HTTP status and exception's class (D-50): NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED,
// RESOURCE_EXHAUSTED (a quota), INVALID_ARGUMENT; UNAUTHENTICATED for a 401; all else is
// UNAVAILABLE, and nothing follows from it. None is FAILED_PRECONDITION: what a file contains is
// judged by its reader alone.
class hdfs {
 public:
  hdfs(io::http_client& http, std::vector<std::string> addresses, std::string user);

  result<file_status> status(const io::operation& op, const std::string& path);
  result<std::vector<file_status>> list(const io::operation& op,
                                        const std::string& path);  // paged inside
  result<content_summary> summary(const io::operation& op, const std::string& path);

  // Reads at most `limit` bytes; a longer file is RESOURCE_EXHAUSTED. With offset and length a part
  // of it; an offset at or beyond the end is UNAVAILABLE, as HDFS says it like a missing block.
  result<std::string> read(const io::operation& op, const std::string& path, std::size_t limit);
  result<std::string> read_part(const io::operation& op, const std::string& path,
                                std::int64_t offset, std::int64_t length);
  // Several files side by side, each of at most `limit` bytes: two rounds of requests however many
  // they are. In the order of the paths; nullopt where there is no such file. Any other error of
  // one is the error of all.
  result<std::vector<std::optional<std::string>>> read_all(const io::operation& op,
                                                           const std::vector<std::string>& paths,
                                                           std::size_t limit);

  // Creates a file that must not exist. Not atomic: it exists, empty, before its content. Use a
  // name of one's own.
  result<void> create(const io::operation& op, const std::string& path, std::string_view content,
                      const std::string& permission = "640");
  result<void> make_directory(const io::operation& op, const std::string& path,
                              const std::string& permission = "750");
  result<void> set_permission(const io::operation& op, const std::string& path,
                              const std::string& permission);

  // RENAME with renameoptions: none fails with ALREADY_EXISTS when the destination exists,
  // NOT_FOUND when the source or the destination's parent is gone; overwrite replaces a file. A
  // plain RENAME cannot tell these apart.
  enum class rename_option { none, overwrite };
  result<void> rename(const io::operation& op, const std::string& from, const std::string& to,
                      rename_option option);

  result<bool> remove(const io::operation& op, const std::string& path,
                      bool recursive);  // false: was not there

  const std::string& user() const { return user_; }
  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  io::http_request name_node_request(std::size_t index, const char* method, const std::string& path,
                                     const std::string& query) const;
  // One operation at the NameNode that serves, the other one tried in turn.
  result<io::http_response> ask(const io::operation& op, question asked, const char* method,
                                const std::string& path, const std::string& query);
  // The second step at a DataNode, for OPEN and CREATE.
  result<io::http_response> ask_data_node(const io::operation& op, const io::http_response& first,
                                          const char* method, std::string_view body,
                                          std::size_t limit);
  // Both steps; once more when the DataNode cannot be reached (then by another one) or cannot say.
  result<io::http_response> through_data_node(const io::operation& op, question asked,
                                              const char* what, const std::string& path,
                                              const std::string& query, std::string_view body,
                                              std::size_t limit);
  std::string tried(const char* what, const std::string& path) const;

  io::http_client& http_;
  std::vector<std::string> addresses_;
  std::string user_;
  mutable std::mutex mutex_;
  std::size_t preferred_ = 0;
};

}  // namespace dm::cluster
