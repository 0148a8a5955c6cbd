// What a NameNode says of itself beside WebHDFS, which does not tell of safe mode before somebody
// writes: its bean FSNamesystemState. Source: Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "io/http.h"

namespace dm::cluster {

struct name_node_state {
  bool safe_mode = false;
  std::int64_t live_data_nodes = 0;
};

// address: "http://host:port".
io::http_request name_node_state_request(const std::string& address);
// UNAVAILABLE: not a NameNode's bean; UNAUTHENTICATED, PERMISSION_DENIED: it is not for everyone.
result<name_node_state> read_name_node_state(const io::http_response& response,
                                             const std::string& address);

}  // namespace dm::cluster
