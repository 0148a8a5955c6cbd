// Bodies of requests: an object whose members are all known and of the right kind; everything that
// is wrong is said at once, since a misspelt "accept_state_loss" must not go unnoticed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "http/http_message.h"
#include "routes/query_reader.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct body_member {
  std::string_view name;
  std::string rule;  // what is allowed, for people
  bool (*fits)(const json::value& given);
};

body_member flag_member(std::string_view name);
/// A component's name.
body_member component_member();
/// A savepoint operation's id.
body_member operation_member();
body_member format_member();

/// An empty body is {}. Members that are allowed may be query parameters instead, those of flags
/// with the values true and false. Throws failure(failed_validation).
json::document read_body(const http_request& request, std::uint64_t limit,
                         const std::vector<body_member>& members);

/// The same of a body that was read already.
json::document checked_body(const http_request& request, json::document body,
                            const std::vector<body_member>& members);

/// The body as an object of any members; an empty one is {}. Throws failure(failed_validation).
json::document read_object(const http_request& request, std::uint64_t limit);

/// Refuses a body in which an object, at any depth, has a member twice: one of both would go
/// unnoticed. Throws failure(failed_validation) with the paths of all of them.
void check_members(const json::value& body);

}  // namespace manager
