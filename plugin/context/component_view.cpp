// One component as one operation sees it.
// SPDX-License-Identifier: Apache-2.0
#include "context/component_view.h"

namespace dm::context {

component_view::component_view(context::session& session, const input::component_data& data)
    : session_(session),
      data_(data),
      hdfs_(session.hdfs_for(data.user)),
      yarn_(session.yarn_for(data.user)),
      log_(hdfs_, component::hdfs_directory(data.state_root, data.name)),
      ledger_(hdfs_, log_.directory()) {}

bool component_view::local() const { return data_.node == session_.settings().node; }

}  // namespace dm::context
