// What must not be shown: values whose names or shape say that they are secret (E51).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <string_view>

namespace manager {

/// True for names such as hadoop_manager_password, api_token, cluster_private_key,
/// aws_secret_access_key.
bool is_secret_name(std::string_view name);

/// The object without the members with secret names, at every depth; user:password@ in an address
/// is replaced by ***@.
json::document without_secrets(const json::value& object);

/// The value with what is secret replaced by "********", at every depth; the shape stays.
json::value with_masked_secrets(const json::value& from, json::allocator& memory);

}  // namespace manager
