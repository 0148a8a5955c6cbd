// What a NameNode and a DataNode answer by WebHDFS, and what it means. Inside cluster only.
// Source: Hadoop WebHDFS REST API; bodies seen on Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/remote_exception.h"
#include "io/http.h"

namespace dm::cluster {

// `tried` says in errors what was tried and where. An answer that is not WebHDFS's is UNAVAILABLE:
// it proves nothing (INV-4); a refusal means what definite_no says of the question.

result<file_status> read_file_status(const io::http_response& response, const std::string& tried);
result<content_summary> read_content_summary(const io::http_response& response,
                                             const std::string& tried);

struct listing_page {
  std::vector<file_status> entries;
  std::int64_t remaining = 0;  // entries that further pages have
};
// The answer to LISTSTATUS_BATCH or LISTSTATUS.
result<listing_page> read_listing_page(const io::http_response& response, const std::string& tried);

// {"boolean": ...}: MKDIRS, DELETE.
result<bool> read_boolean(question asked, const io::http_response& response,
                          const std::string& tried);
// RENAME with options and SETPERMISSION answer 200 with nothing in it.
result<void> expect_empty(question asked, const io::http_response& response,
                          const std::string& tried);

// The content of a file in a DataNode's answer; longer than `limit` bytes is RESOURCE_EXHAUSTED.
result<std::string> read_content(io::http_response response, std::size_t limit,
                                 const std::string& tried);

// Where the second step goes: {"Location": ...} for noredirect=true; Hadoop before 2.8 does not
// know that and redirects. Empty when the answer names no http address.
std::string data_node_location(const io::http_response& first);

// A DataNode keeps its connection to the NameNode and learns that it is dead, as after a restart of
// the NameNode, by using it; the next request gets a new one.
bool lost_its_name_node(const io::http_response& response);

// An exception that says: not here (a standby) or not yet (starting), but perhaps at the other
// NameNode. Nothing was done then.
bool is_standby(const io::http_response& response);

}  // namespace dm::cluster
