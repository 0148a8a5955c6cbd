// The JSON Schemas beside the documents (abi/schemas), as a host would use them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <rapidjson/document.h>

namespace conformance {

// Where the document breaks its schema and which keyword it breaks; empty: it is as the schema
// says. `name`: of the sample or document, such as "start_reply_awaited".
std::string schema_problem(const rapidjson::Value& document, std::string name);

}  // namespace conformance
