// Whether a component's guard may still write its log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/component_view.h"

namespace dm::logs {

// False only by supervisord's word that its program does not run and will not by itself: where that
// is silent it may (INV-4). Of a component of this node.
bool guard_may_write(context::component_view& view, const io::operation& op);

}  // namespace dm::logs
