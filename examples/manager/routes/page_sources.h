// The page's files as they stand in the folder page: put into the program when it is built.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace manager {

struct page_source {
  std::string_view name;  // "index.html"
  std::string_view text;
};

/// In the order of their names. The texts are the program's own.
const std::vector<page_source>& page_sources();

}  // namespace manager
