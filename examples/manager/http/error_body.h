// Failures as HTTP answers, in the shapes that clients of the original know.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "http/http_message.h"

#include <exception>
#include <string>
#include <string_view>

namespace manager {

/// {"status": state, "information", "kind", "object"[, "under_way"]} for a refusal by state, of
/// which clients of the original know the first, else {"information": text[, "details": [...]]};
/// "status": "UNKNOWN" beside it where nothing better is known.
http_response to_response(const failure& why);

/// {"information": text} with a status that is no failure's.
http_response refusal(int status, std::string_view text);

/// The answer to whatever is being handled; to be called inside a catch block.
http_response response_of_current_exception();

}  // namespace manager
