// What the configuration says of who may do what, and of how somebody proves who he is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace manager {

/// Entries of all lists of accounts: "name", "uid:<number>", "group:<name>"; "*" is everyone.
struct access_rules {
  std::string admin_group = "admin";
  std::vector<std::string> administrators;
  std::vector<std::string> readers = {"*"};
  std::vector<std::string> deployers = {"*"};
  std::vector<std::string> operators = {"*"};
  /// Members of such a group operate each other's applications and packages.
  std::vector<std::string> shared_groups;
  /// No application runs as these, nor as an account with a lower uid than `minimum_uid`.
  std::vector<std::string> refused_users = {"root", "hdfs",      "yarn",  "mapred", "hbase",
                                            "hive", "zookeeper", "kafka", "nobody"};
  uid_t minimum_uid = 1000;
};

/// How somebody may prove who he is on one listener.
struct listener_access {
  bool peer_credentials = false;
  bool token = false;
  bool proxy = false;
  bool certificate = false;
  bool trust_user_name = false;
  std::vector<std::string> hosts;  // names of this machine that a Host header may have; TCP only
};

struct identity_settings {
  std::filesystem::path token_file;
  std::string proxy_header;             // in lower case
  std::vector<std::string> proxy_from;  // addresses; "uid:<number>" on the socket
  std::string certificate_name = "CN";  // CN, DNS, EMAIL or URI
  std::map<std::string, std::string, std::less<>> certificate_users;  // empty: the name is the user
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;
  std::vector<listener_access> listeners;  // in the server's order
};

}  // namespace manager
