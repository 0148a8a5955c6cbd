// What the opaque dm_session of the ABI is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "boundary/host.h"
#include "boundary/running_calls.h"
#include "context/session.h"
#include "dm_plugin.h"

// Operations of one session may run side by side (DM-16): all members are thread-safe.
struct dm_session {
  dm_session(const dm::boundary::host& given, dm::input::settings settings)
      : host(given), session(std::move(settings)) {}

  const dm::boundary::host host;
  dm::context::session session;
  mutable dm::boundary::running_calls running;
};
