// Problems as they are found, of which a hundred are kept and the others counted: what is wrong a
// million times must not cost a million lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "io/error.h"

namespace dm {

inline constexpr std::size_t most_problems = 100;

class problem_list {
 public:
  void push_back(problem one) {
    if (list_.size() < most_problems) {
      list_.push_back(std::move(one));
    } else {
      ++left_out_;
    }
  }
  void append(std::vector<problem> others) {
    for (problem& one : others) push_back(std::move(one));
  }
  void append(problem_list others) {
    left_out_ += others.left_out_;
    append(std::move(others.list_));
  }

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }  // of those that are kept
  std::size_t count() const { return list_.size() + left_out_; }
  const problem& operator[](std::size_t at) const { return list_[at]; }
  const problem& front() const { return list_.front(); }
  const problem& back() const { return list_.back(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

  // For error::details: where there are others, one more that counts them.
  std::vector<problem> details() const {
    std::vector<problem> all = list_;
    if (left_out_ > 0) {
      all.push_back({"…", "and " + std::to_string(left_out_) + " more",
                     "see the first " + std::to_string(list_.size())});
    }
    return all;
  }

 private:
  std::vector<problem> list_;
  std::size_t left_out_ = 0;
};

}  // namespace dm
