// The table that dm_plugin_entry hands out, and the manifest in it.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/table.h"

#include <cstddef>
#include <string_view>

#include "boundary/diagnosis.h"
#include "boundary/firewall.h"
#include "boundary/handles.h"
#include "boundary/host.h"
#include "boundary/housekeeping.h"
#include "boundary/logs.h"
#include "boundary/metrics.h"
#include "boundary/savepoint.h"
#include "boundary/verbs.h"
#include "io/error.h"

namespace dm::boundary {

namespace {

constexpr char manifest[] =
    R"({"schema":1,"name":"flink","version":")" DM_FLINK_VERSION R"(","component_type":"flink",)"
    R"("description":"Apache Flink jobs on YARN, supervised by supervisord",)"
    R"("extensions":[")" DM_SAVEPOINT_EXTENSION R"(",")" DM_LOGS_EXTENSION
    R"(",")" DM_DIAGNOSIS_EXTENSION R"(",")" DM_METRICS_EXTENSION R"(",")" DM_HOUSEKEEPING_EXTENSION
    R"("],"schemas":[1],)"
    R"("verbs":["validate","create","destroy","start","stop","status","find"]})";

// A line an extension; the manifest names them, too.
struct offered {
  std::string_view id;
  const void* table;
};
constexpr offered extensions[] = {
    {DM_SAVEPOINT_EXTENSION, &savepoint_table},       {DM_LOGS_EXTENSION, &logs_table},
    {DM_DIAGNOSIS_EXTENSION, &diagnosis_table},       {DM_METRICS_EXTENSION, &metrics_table},
    {DM_HOUSEKEEPING_EXTENSION, &housekeeping_table},
};

const void* extension(dm_string id) noexcept {
  for (const offered& one : extensions) {
    if (borrow(id) == one.id) return one.table;
  }
  return nullptr;
}

// New members go to the end of dm_plugin only; move this to the new last one (DM-3). The offsets
// are those of the first release on every 64-bit machine; test/abi compares each with the frozen
// header.
static_assert(sizeof(dm_plugin) == offsetof(dm_plugin, find) + sizeof(dm_plugin::find));
static_assert(sizeof(void*) != 8 ||
              (offsetof(dm_plugin, manifest) == 16 && offsetof(dm_plugin, open) == 32 &&
               offsetof(dm_plugin, validate) == 72 && offsetof(dm_plugin, extension) == 128 &&
               offsetof(dm_plugin, session_cancel) == 136 && offsetof(dm_plugin, find) == 144));

// Inside and at the edge a status is the same number.
static_assert(static_cast<dm_status>(status_code::cancelled) == DM_STATUS_CANCELLED);
static_assert(static_cast<dm_status>(status_code::invalid_argument) == DM_STATUS_INVALID_ARGUMENT);
static_assert(static_cast<dm_status>(status_code::deadline_exceeded) ==
              DM_STATUS_DEADLINE_EXCEEDED);
static_assert(static_cast<dm_status>(status_code::not_found) == DM_STATUS_NOT_FOUND);
static_assert(static_cast<dm_status>(status_code::already_exists) == DM_STATUS_ALREADY_EXISTS);
static_assert(static_cast<dm_status>(status_code::permission_denied) ==
              DM_STATUS_PERMISSION_DENIED);
static_assert(static_cast<dm_status>(status_code::resource_exhausted) ==
              DM_STATUS_RESOURCE_EXHAUSTED);
static_assert(static_cast<dm_status>(status_code::failed_precondition) ==
              DM_STATUS_FAILED_PRECONDITION);
static_assert(static_cast<dm_status>(status_code::unimplemented) == DM_STATUS_UNIMPLEMENTED);
static_assert(static_cast<dm_status>(status_code::internal) == DM_STATUS_INTERNAL);
static_assert(static_cast<dm_status>(status_code::unavailable) == DM_STATUS_UNAVAILABLE);
static_assert(static_cast<dm_status>(status_code::unauthenticated) == DM_STATUS_UNAUTHENTICATED);

}  // namespace

constinit const dm_plugin plugin_table = {
    .struct_size = sizeof(dm_plugin),
    .abi_major = DM_PLUGIN_ABI_MAJOR,
    .abi_minor = DM_PLUGIN_ABI_MINOR,
    .manifest = {manifest, sizeof manifest - 1},
    .open = open,
    .close = close,
    .call_open = call_open,
    .call_cancel = call_cancel,
    .call_close = call_close,
    .validate = operation<validate>,
    .create = operation<create>,
    .destroy = operation<destroy>,
    .start = operation<start>,
    .stop = operation<stop>,
    .status = operation<status>,
    .release = release_document,
    .extension = extension,
    .session_cancel = session_cancel,
    .find = operation<find>,
};

}  // namespace dm::boundary
