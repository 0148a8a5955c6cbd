// dm_savepoint.h by itself, twice, as C++.
#include "dm_savepoint.h"
#include "dm_savepoint.h"

bool host_knows_plan(const dm_savepoint* savepoint);

bool host_knows_plan(const dm_savepoint* savepoint) {
  return DM_HAS_MEMBER(dm_savepoint, savepoint, plan) && savepoint->plan != nullptr;
}
