// A sentence for people, put together from clauses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dm::observation {

// Clauses stand one after the other, with "; " between them.
class sentence {
 public:
  sentence() = default;
  explicit sentence(std::string clause) : text_(std::move(clause)) {}

  sentence& add(std::string_view clause) {  // an empty one adds nothing
    if (clause.empty()) return *this;
    if (!text_.empty()) text_ += "; ";
    text_ += clause;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace dm::observation
