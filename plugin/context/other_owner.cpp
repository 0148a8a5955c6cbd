// Whose the component's place on HDFS is.
// SPDX-License-Identifier: Apache-2.0
#include "context/other_owner.h"

namespace dm::context {

result<std::optional<std::string>> other_owner(component_view& view, const io::operation& op) {
  const std::string& own = view.directory();
  auto seen = view.hdfs().status(op, own);
  if (!seen && seen.error().code == status_code::permission_denied)
    seen = view.hdfs().status(op, own.substr(0, own.rfind('/')));
  if (!seen && seen.error().code == status_code::not_found) return std::nullopt;
  if (!seen) return fail(std::move(seen.error()));
  if (seen->owner.empty() || seen->owner == view.data().user) return std::nullopt;
  return seen->owner;
}

}  // namespace dm::context
