// The table's functions that make and end sessions and calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_plugin.h"

namespace dm::boundary {

// As dm_plugin.h describes the members of the table with these names.
dm_status open(const dm_host* given, dm_string environment, dm_session** session,
               dm_document* reply) noexcept;
void close(dm_session* session) noexcept;
dm_status call_open(dm_session* session, const dm_call_options* options, dm_call** call) noexcept;
void call_cancel(dm_call* call) noexcept;
void call_close(dm_call* call) noexcept;
void session_cancel(dm_session* session) noexcept;

}  // namespace dm::boundary
