// A NameNode's bean FSNamesystemState.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/name_node_state.h"

#include <fmt/format.h>

#include "io/json.h"

namespace dm::cluster {

io::http_request name_node_state_request(const std::string& address) {
  io::http_request request;
  request.url = address + "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState";
  request.max_body_bytes = std::size_t{1} << 20;
  return request;
}

result<name_node_state> read_name_node_state(const io::http_response& response,
                                             const std::string& address) {
  const std::string who = "the NameNode " + address;
  if (response.status == 401 || response.status == 403) {
    return fail(
        response.status == 401 ? status_code::unauthenticated : status_code::permission_denied,
        fmt::format("{} does not show /jmx to everyone: HTTP {}", who, response.status));
  }
  const auto strange = [&] {
    return fail(status_code::unavailable,
                fmt::format("{} answered /jmx with HTTP {} and without the bean FSNamesystemState",
                            who, response.status));
  };
  if (response.status != 200 || !response.json()) return strange();
  const auto document = io::parse_json(response.body, "the answer of " + who);
  const io::json_value* beans = document ? io::member(*document, "beans") : nullptr;
  if (beans == nullptr || !beans->IsArray() || beans->Empty()) return strange();
  const io::json_value& bean = (*beans)[0];
  const auto state = io::string_member(bean, "FSState");
  const auto nodes = io::integer_member(bean, "NumLiveDataNodes");
  if (!nodes || *nodes < 0 || (state != "Operational" && state != "safeMode")) return strange();
  return name_node_state{state == "safeMode", *nodes};
}

}  // namespace dm::cluster
