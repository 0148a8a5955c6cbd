// What must not be shown: values whose names or shape say that they are secret (E51).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

namespace manager {

/// True for names such as hadoop_manager_password, db_pass, api_token, cluster_private_key,
/// aws_secret_access_key: the rule of abi/documents.md, by the plugin's own code (io/secret.h).
bool is_secret_name(std::string_view name);

/// The text with *** in the place of user:password@ in an address and of what follows a secret name
/// in name=value, "name":"value" (or an object, or a list) and --name value: a program's arguments
/// are such a text.
std::string masked_text(std::string_view text);

/// An address as answers and the log may show it: *** for user and password, without its query.
std::string shown_address(std::string_view url);

/// What was found under a name, for a message: on one line, cut, and without what is secret in it.
/// An empty name is none.
std::string shown_value(std::string_view name, std::string_view text);
std::string shown_value(std::string_view name, const json::value& value);

/// The object without the members with secret names, at every depth; texts as masked_text
/// shows them.
json::document without_secrets(const json::value& object);

/// The value with what is secret replaced by "********", at every depth; the shape stays.
json::value with_masked_secrets(const json::value& from, json::allocator& memory);

}  // namespace manager
