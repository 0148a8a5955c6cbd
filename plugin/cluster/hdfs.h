// HDFS by WebHDFS: small files, directories and the atomic rename the component's log is built on.
// Source: Hadoop WebHDFS REST API; NameNode HA and error bodies seen on Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/name_nodes.h"
#include "cluster/replicas.h"
#include "io/http.h"

namespace dm::cluster {

struct file_status {
  std::string name;  // path suffix; empty for the path itself
  bool directory = false;
  std::int64_t length_bytes = 0;
  std::int64_t modified_ms = 0;
  std::string owner;
  std::string permission;  // octal digits

  // Whether others may, by the last digit of "755", "1777"; false: it is not told.
  bool others_may_read() const { return others_may(4); }
  bool others_may_pass() const { return others_may(1); }

 private:
  bool others_may(int wanted) const {
    if (permission.empty()) return false;
    const char digit = permission.back();
    return digit >= '0' && digit <= '7' && ((digit - '0') & wanted) != 0;
  }
};

struct content_summary {
  std::int64_t length_bytes = 0;
  std::int64_t file_count = 0;
  std::int64_t directory_count = 0;
};

// Paths are absolute and without scheme: "/pnda/flink/ns/app". Thread-safe. A NameNode that is a
// standby, silent or away is passed over where another one serves. What the answer means is one of
// a closed list of question, HTTP status and exception's class (D-50): NOT_FOUND, ALREADY_EXISTS,
// PERMISSION_DENIED, RESOURCE_EXHAUSTED (a quota), INVALID_ARGUMENT; UNAUTHENTICATED for a 401; all
// else is UNAVAILABLE, and nothing follows from it. None is FAILED_PRECONDITION: what a file
// contains is judged by its reader alone.
class hdfs {
 public:
  // The service is the session's, so that what one client learns of its NameNodes all know (D-55).
  hdfs(io::http_client& http, std::shared_ptr<replicas> service, std::string user)
      : http_(http), nodes_(http, std::move(service), std::move(user)) {}
  // "http://host:port" each; for a single client.
  hdfs(io::http_client& http, std::vector<std::string> addresses, std::string user)
      : hdfs(http, std::make_shared<replicas>(std::move(addresses)), std::move(user)) {}

  result<file_status> status(const io::operation& op, const std::string& path);
  result<std::vector<file_status>> list(const io::operation& op,
                                        const std::string& path);  // paged inside
  // The same, an entry at a time and a page in memory, until `take` returns false: for directories
  // whose size nobody bounds.
  result<void> for_each(const io::operation& op, const std::string& path,
                        const std::function<bool(const file_status&)>& take);
  result<content_summary> summary(const io::operation& op, const std::string& path);
  // Several side by side, in the order of the paths; nullopt for what did not come at once,
  // whatever the reason: for sizes that are worth knowing and that nothing depends on.
  std::vector<std::optional<content_summary>> summaries(const io::operation& op,
                                                        const std::vector<std::string>& paths);

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

  // The first two of these as requests to be batched with others', and their readers. They go to
  // the NameNode that was active last. An answer that does not hold all that was asked for is
  // UNAVAILABLE: list() and read() know what to do then. The paths are absolute and valid.
  io::http_request list_request(const std::string& path) const;
  result<std::vector<file_status>> read_list(const io::http_response& response,
                                             const std::string& path) const;
  io::http_request open_request(const std::string& path) const;
  // The same of status() and summary().
  io::http_request status_request(const std::string& path) const;
  result<file_status> read_status(const io::http_response& response, const std::string& path) const;
  io::http_request summary_request(const std::string& path) const;
  result<content_summary> read_summary(const io::http_response& response,
                                       const std::string& path) const;
  // It is a standby, or has just started: another NameNode may serve.
  static bool says_standby(const io::http_response& response);
  // The second step of reading a file; nullopt: the first one's answer names no DataNode.
  static std::optional<io::http_request> content_request(const io::http_response& opened,
                                                         std::size_t limit);

  // Creates a file that must not exist. Not atomic: it exists, empty, before its content. Use a
  // name of one's own.
  result<void> create(const io::operation& op, const std::string& path, std::string_view content,
                      const std::string& permission = "640");
  // The same from a file of this node, so many bytes from its beginning, whatever its size. A
  // DataNode that takes nothing for a minute is given up. FAILED_PRECONDITION: it has fewer.
  result<void> upload(const io::operation& op, const std::string& path, int descriptor,
                      std::int64_t bytes, const std::string& permission);
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

  const std::string& user() const { return nodes_.user(); }
  const std::vector<std::string>& addresses() const { return nodes_.service().addresses(); }
  // For who sends the requests itself.
  replicas& service() const { return nodes_.service(); }

 private:
  // What CREATE sends: a text, or a file of this node.
  struct payload {
    std::string_view text;
    int file = -1;
    std::int64_t bytes = 0;  // of the file
  };
  // The second step at a DataNode, for OPEN and CREATE.
  result<io::http_response> ask_data_node(const io::operation& op, const io::http_response& first,
                                          const char* method, const payload& body,
                                          std::size_t limit);
  static io::http_request data_node_request(const std::string& location, const char* method,
                                            const payload& body, std::size_t limit);
  // Both steps; once more when the DataNode cannot be reached (then by another one) or cannot say.
  result<io::http_response> through_data_node(const io::operation& op, question asked,
                                              const char* what, const std::string& path,
                                              const std::string& query, const payload& body,
                                              std::size_t limit);
  // What of the files comes at once, in two rounds of requests.
  void read_side_by_side(const io::operation& op, const std::vector<std::string>& paths,
                         std::size_t limit, std::vector<std::optional<std::string>>& contents);
  std::string tried(const char* what, const std::string& path) const;

  io::http_client& http_;
  name_nodes nodes_;
};

}  // namespace dm::cluster
