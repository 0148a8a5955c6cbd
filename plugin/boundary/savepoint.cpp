// The extension "dm.savepoint/1": its table, with verbs that say that they are not offered yet.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint.h"

#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "boundary/replies.h"
#include "boundary/verbs.h"

namespace dm::boundary {

namespace {

outcome unimplemented(dm_session* session, std::string_view verb) {
  error e;
  if (session == nullptr) {
    e.code = status_code::invalid_argument;
    e.message = fmt::format("{} was called without a session", verb);
    e.hint = "Pass the session that open() made.";
  } else {
    e.code = status_code::unimplemented;
    e.message = fmt::format(
        "The savepoint verb {} is not offered by version {} of the flink plugin; nothing has been "
        "done",
        verb, DM_FLINK_VERSION);
    e.hint =
        "Until a later version offers it, take a savepoint with Flink's own command: flink "
        "savepoint <job id> "
        "<directory> -yid <application id>.";
  }
  return failed(std::move(e), {});
}

outcome trigger(dm_session* session, dm_call*, dm_string) {
  return unimplemented(session, "trigger");
}
outcome list(dm_session* session, dm_call*, dm_string) { return unimplemented(session, "list"); }
outcome resume(dm_session* session, dm_call*, dm_string) {
  return unimplemented(session, "resume");
}
outcome dispose(dm_session* session, dm_call*, dm_string) {
  return unimplemented(session, "dispose");
}
outcome pin(dm_session* session, dm_call*, dm_string) { return unimplemented(session, "pin"); }
outcome unpin(dm_session* session, dm_call*, dm_string) { return unimplemented(session, "unpin"); }
outcome plan(dm_session* session, dm_call*, dm_string) { return unimplemented(session, "plan"); }

// New members go to the end of dm_savepoint only; move this to the new last one (DM-3).
static_assert(sizeof(dm_savepoint) == offsetof(dm_savepoint, plan) + sizeof(dm_savepoint::plan));

}  // namespace

constinit const dm_savepoint savepoint_table = {
    sizeof(dm_savepoint), operation<trigger>, operation<list>,  operation<resume>,
    operation<dispose>,   operation<pin>,     operation<unpin>, operation<plan>,
};

}  // namespace dm::boundary
