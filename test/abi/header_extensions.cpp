// The extensions' headers, each twice, as C++.
#include "dm_diagnosis.h"
#include "dm_housekeeping.h"
#include "dm_logs.h"
#include "dm_metrics.h"

bool host_knows_read(const dm_logs* logs);

bool host_knows_read(const dm_logs* logs) {
  return DM_HAS_MEMBER(dm_logs, logs, read) && logs->read != nullptr;
}

bool host_knows_explain(const dm_diagnosis* diagnosis);

bool host_knows_explain(const dm_diagnosis* diagnosis) {
  return DM_HAS_MEMBER(dm_diagnosis, diagnosis, explain) && diagnosis->explain != nullptr;
}

bool host_knows_figures(const dm_metrics* metrics);

bool host_knows_figures(const dm_metrics* metrics) {
  return DM_HAS_MEMBER(dm_metrics, metrics, figures) && metrics->figures != nullptr;
}

bool host_knows_clean(const dm_housekeeping* housekeeping);

bool host_knows_clean(const dm_housekeeping* housekeeping) {
  return DM_HAS_MEMBER(dm_housekeeping, housekeeping, clean) && housekeeping->clean != nullptr;
}
