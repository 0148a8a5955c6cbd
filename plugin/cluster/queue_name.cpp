// The name of a YARN queue.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/queue_name.h"

#include <algorithm>

namespace dm::cluster {

namespace {

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool is_queue_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text.front() != '-' && text.front() != '.' &&
         text.back() != '.' && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace dm::cluster
