// The attempts of a YARN application: what YARN has to say of the container that was its
// ApplicationMaster. Source: YARN ResourceManager REST, /ws/v1/cluster/apps/<id>/appattempts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "io/http.h"

namespace dm::cluster {

// At one ResourceManager ("http://host:port"), as a user (empty: anonymous). The id is one by
// is_application_id().
io::http_request attempts_request(const std::string& address, const std::string& application_id,
                                  const std::string& user);
// Of the newest attempt. UNAVAILABLE: not the answer of an active ResourceManager, or none is told.
result<std::int64_t> read_newest_attempt(const io::http_response& response,
                                         const std::string& address);

io::http_request attempt_request(const std::string& address, const std::string& application_id,
                                 std::int64_t attempt, const std::string& user);
// At most 16 KiB of them; empty where YARN has none.
result<std::string> read_attempt_diagnostics(const io::http_response& response,
                                             const std::string& address);

}  // namespace dm::cluster
