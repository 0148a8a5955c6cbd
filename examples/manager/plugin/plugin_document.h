// What crosses a plugin's boundary, in the host's own terms: texts that are lent, replies that are
// read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <dm_plugin.h>

#include <string_view>

namespace manager {

inline dm_string lend(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view view(dm_string text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

/// A reply, given back to its maker in any case (DM-11).
class owned_document {
 public:
  explicit owned_document(const dm_plugin& table) : table_(table) {}
  ~owned_document() { table_.release(&document_); }
  owned_document(const owned_document&) = delete;
  owned_document& operator=(const owned_document&) = delete;

  dm_document* out() { return &document_; }

  /// The reply as an object: an empty one where the plugin sent none, or something else, which the
  /// log says.
  json::document parse() const;

 private:
  const dm_plugin& table_;
  dm_document document_{};
};

}  // namespace manager
