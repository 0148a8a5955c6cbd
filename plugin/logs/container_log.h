// A file of a container: from its NodeManager while that keeps it, then from what the NodeManager
// put on HDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context/component_view.h"
#include "logs/log_places.h"
#include "logs/log_window.h"

namespace dm::logs {

// At most `limit` bytes. NOT_FOUND: nobody has the file, though the container is known.
// UNAVAILABLE: could not tell, or it is kept in a form that cannot be read from here; the hint is
// the command that shows it.
result<log_window> read_container_file(context::component_view& view, const io::operation& op,
                                       const found_container& found, const std::string& file,
                                       std::int64_t from, std::size_t limit);

// "yarn logs -applicationId … -containerId … -log_files …"
std::string command_for(const std::string& application_id, const std::string& container_id,
                        const std::string& file);

}  // namespace dm::logs
