// A session for tests of the boundary: settings by hand, services that are not there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "boundary/session.h"

namespace dm::test {

struct session_fixture {
  std::vector<std::string> lines;
  dm_host given{sizeof(dm_host), &lines, DM_LOG_TRACE, 0, record};
  dm_session session{boundary::host(given), settings()};

  static void record(void* user, int32_t, dm_string message) {
    static_cast<std::vector<std::string>*>(user)->emplace_back(message.data, message.size);
  }
  static input::settings settings() {
    input::settings made;
    made.name_space = "ns";
    made.resource_managers = {"http://127.0.0.1:1"};
    made.name_nodes = {"http://127.0.0.1:1"};
    made.supervisor.url = "http://127.0.0.1:1/RPC2";
    made.flink_home = "/nonexistent/flink";
    made.node = "edge";
    made.timeouts_ms = {{"status", 1234}};
    return made;
  }
};

}  // namespace dm::test
