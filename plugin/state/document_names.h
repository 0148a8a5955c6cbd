// The names of the ledger's documents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "io/error.h"

namespace dm::state {

enum class document_kind { requested, result, pin, disposal };

inline constexpr std::array<std::string_view, 4> document_suffixes{
    ".requested.json", ".result.json", ".pin.json", ".disposal.json"};

inline std::string document_name(std::string_view id, document_kind kind) {
  return std::string(id).append(document_suffixes.at(static_cast<std::size_t>(kind)));
}

struct parsed_document_name {
  std::string id;
  document_kind kind;
};

// nullopt: another file, such as the index or a temporary one.
inline std::optional<parsed_document_name> parse_document_name(std::string_view name) {
  if (name.starts_with('.')) return std::nullopt;
  for (std::size_t i = 0; i < document_suffixes.size(); ++i) {
    const std::string_view suffix = document_suffixes[i];
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      name.remove_suffix(suffix.size());
      return parsed_document_name{std::string(name), static_cast<document_kind>(i)};
    }
  }
  return std::nullopt;
}

// Ids become names of files: one of another kind would lead out of the directory. INVALID_ARGUMENT.
result<void> check_id(const std::string& id);

}  // namespace dm::state
