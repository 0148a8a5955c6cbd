// One component as one operation sees it: its data, and the clients and readers that go with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_log.h"
#include "context/session.h"
#include "input/component_data.h"
#include "state/savepoint_ledger.h"

namespace dm::context {

// Made once by a verb and handed down: what its log has been read of is not read again. Not
// thread-safe. Session and data outlive it.
class component_view {
 public:
  component_view(context::session& session, const input::component_data& data);
  component_view(const component_view&) = delete;
  component_view& operator=(const component_view&) = delete;

  context::session& session() { return session_; }
  io::http_client& http() { return session_.http(); }
  const input::settings& settings() const { return session_.settings(); }
  const input::component_data& data() const { return data_; }
  const std::string& directory() const { return log_.directory(); }  // its own, on HDFS
  bool local() const;                                                // it is of this node
  // As the component's user.
  cluster::hdfs& hdfs() { return hdfs_; }
  cluster::resource_manager& yarn() { return yarn_; }
  component::component_log& log() { return log_; }
  state::savepoint_ledger& ledger() { return ledger_; }

 private:
  context::session& session_;
  const input::component_data& data_;
  cluster::hdfs hdfs_;
  cluster::resource_manager yarn_;
  component::component_log log_;
  state::savepoint_ledger ledger_;
};

}  // namespace dm::context
