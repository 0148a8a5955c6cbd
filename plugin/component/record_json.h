// What the documents of a component on HDFS have in common: a schema, and members that may be left
// out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/error.h"
#include "io/json.h"
#include "io/time.h"

namespace dm::component {

inline constexpr int record_schema = 1;

// `what` names the document in errors: "log record 17". Not JSON is INTERNAL: the document was
// written by this software. Another schema is FAILED_PRECONDITION: refused, not guessed at (D-43).
result<io::json_document> parse_record(std::string_view json, const std::string& what);

// For a member without which a record cannot be used. INTERNAL.
tl::unexpected<error> malformed(const std::string& what, std::string_view member);

// "", 0 and the epoch of the clock for a member that is absent or of another type.
std::string text_member(const io::json_value& object, std::string_view name);
std::int64_t number_member(const io::json_value& object, std::string_view name);  // never negative
io::wall_time time_member(const io::json_value& object, std::string_view name);

}  // namespace dm::component
