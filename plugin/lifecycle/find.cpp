// The find verb.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/find.h"

#include <utility>

#include <fmt/format.h>

namespace dm::lifecycle {

find_reply find(context::session& session, const io::operation& op, const find_request& request) {
  find_reply reply;
  auto found = placement::find_placed(session.settings(), op, request.name);
  if (!found) {
    reply.failure = std::move(found.error());
    return reply;
  }
  reply.components = std::move(*found);
  if (reply.components.empty() && !request.name.component.empty()) {
    error e;
    e.code = status_code::not_found;
    e.message = fmt::format("there is no {} on node {}, in {}", request.name.text(),
                            session.settings().node, session.settings().install_root);
    e.hint =
        "ask the Deployment Manager of the node on which it was created, or create it again: "
        "it finds its log and savepoints on HDFS";
    reply.failure = std::move(e);
  }
  return reply;
}

}  // namespace dm::lifecycle
