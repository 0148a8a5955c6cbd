// Texts without what is secret in them.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"
#include "io/secret.h"

#include <string>

namespace manager {

std::string masked_text(std::string_view text) { return dm::io::masked_text(text); }

std::string shown_address(std::string_view url) {
  const std::string masked = masked_text(url);
  return printable(masked.substr(0, masked.find_first_of("?#")), 500);
}

std::string shown_value(std::string_view name, std::string_view text) {
  return is_secret_name(name) ? "(not shown)" : printable(masked_text(text));
}

std::string shown_value(std::string_view name, const json::value& value) {
  if (is_secret_name(name)) return "(not shown)";
  auto memory = json::make_object();
  return printable(json::to_text(with_masked_secrets(value, memory.GetAllocator())));
}

}  // namespace manager
