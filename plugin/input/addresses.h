// Hosts, ports and addresses as settings may have them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::input {

bool is_host(std::string_view text);  // a name or an IPv4 address
bool is_port(std::string_view text);
bool is_host_and_port(std::string_view text);  // host:port
bool is_port_range(std::string_view text);     // 9249, or 9249-9349
// An absolute HDFS path, a scheme and an authority before it allowed.
bool is_hdfs_location(std::string_view text);
// http://host:port/path or https://…, without credentials and query.
bool is_service_url(std::string_view text);
// http://, https:// without credentials, or unix:///absolute/path.
bool is_supervisor_url(std::string_view text);

}  // namespace dm::input
