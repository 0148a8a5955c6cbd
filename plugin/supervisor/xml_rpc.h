// XML-RPC as supervisord speaks it: a call rendered, an answer read. By pugixml.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "io/error.h"

namespace dm::supervisor {

// A value of an answer; what supervisord sends and no more.
struct rpc_value {
  using list = std::vector<rpc_value>;
  using structure = std::map<std::string, rpc_value>;
  std::variant<std::monostate, bool, std::int64_t, std::string, list, structure> value;
};

// A fault: supervisord's code (NO_FILE 20, BAD_NAME 10, CANT_REREAD 92 ...) and its text.
struct rpc_fault {
  int code = 0;
  std::string text;
};

using rpc_argument = std::variant<std::string, bool>;

std::string render_call(std::string_view method, const std::vector<rpc_argument>& arguments);
// The value, or the fault. An error is UNAVAILABLE: not XML-RPC.
result<std::variant<rpc_value, rpc_fault>> read_response(std::string_view xml);

// The same for an answer that is an array of structs, which may be thousands: each is given to
// `take` in turn, and only one is in memory at a time. The fault, if it is one. `take` returns
// false for one that it cannot use; then, as for anything else that is no such array, UNAVAILABLE.
result<std::optional<rpc_fault>> read_structures(
    std::string_view xml, const std::function<bool(const rpc_value::structure&)>& take);

}  // namespace dm::supervisor
