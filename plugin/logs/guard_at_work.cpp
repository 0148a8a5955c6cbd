// Whether a component's guard may still write its log.
// SPDX-License-Identifier: Apache-2.0
#include "logs/guard_at_work.h"

namespace dm::logs {

bool guard_may_write(context::component_view& view, const io::operation& op) {
  const auto process = view.session().supervisor().process(op, view.data().program);
  return !process || (*process && (*process)->alive());
}

}  // namespace dm::logs
