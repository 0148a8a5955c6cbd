// A node and a cluster with a component on them, on which a test plants what is left over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "housekeeping/inspect.h"
#include "support/deployment.h"

namespace dm::test {

inline constexpr std::int64_t day_ms = 86'400'000;

class planted {
 public:
  planted();

  deployment d;              // first: the next ones are made from it
  input::settings settings;  // of the sessions to come
  std::vector<housekeeping::host_record> records;

  // With the settings as they are now.
  context::session& session();

  housekeeping::inspect_request request(std::vector<housekeeping::kind> kinds = {}) const;
  housekeeping::inspect_reply inspect(std::vector<housekeeping::kind> kinds = {});
  // All that can be cleaned of these kinds.
  housekeeping::inspect_reply clean(std::vector<housekeeping::kind> kinds = {},
                                    bool dry_run = false);

  // Another component, of which the host has a record.
  input::component_data add_component(const std::string& name);
  // Files of HDFS, with the directories on their way; as if they had been written so many days ago.
  void put(const std::string& path, std::int64_t days, const std::string& owner = {});
  void put_directory(const std::string& path, std::int64_t days);  // with a file in it
  void make_old_on_hdfs(const std::string& path, std::int64_t days);
  // The same on this node.
  void put_local(const std::string& path, std::int64_t days);
  void make_old(const std::string& path, std::int64_t days);
  std::string put_application(const std::string& state, const std::vector<std::string>& tags = {},
                              const std::string& user = {});
  std::string staging(const std::string& application_id, std::int64_t days = 10);
  void append_run(const input::component_data& data);
  void forget_program(const std::string& program_file, const std::string& program);

  static std::set<std::string> paths_of(const housekeeping::inspect_reply& reply);
  static std::map<std::string, int> counts_of(const housekeeping::inspect_reply& reply);

 private:
  std::unique_ptr<context::session> session_;
};

// Every kind: the paths of what can be cleaned, and how many of each kind there are.
struct planted_everything {
  planted p;
  std::set<std::string> on_hdfs;  // all of it goes
  std::set<std::string> on_node;  // the same
  std::map<std::string, int> counts;
  planted_everything();
};

}  // namespace dm::test
