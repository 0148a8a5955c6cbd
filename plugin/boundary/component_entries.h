// Which components a request is about: one, or a batch of which some entries may be wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "boundary/request_reader.h"
#include "input/component_data.h"

namespace dm::boundary {

// Reads the three names and `data`, which say which component is meant, in every verb after create.
// nullopt: problems of the reader say why.
std::optional<input::component_data> read_component(request_reader& reader);

// One entry of a request about several: a component, or what is wrong with the entry.
struct batch_entry {
  component::component_name name;  // as far as it could be read
  std::optional<error> failure;
};

struct component_batch {
  std::vector<input::component_data> components;  // of the entries without a failure, in order
  std::vector<batch_entry> entries;               // all of them, in order
};

// The elements of "components". A malformed one is that entry's failure, not the batch's.
// `what`: "the status request".
component_batch read_components(const io::json_value& array, std::string_view what);

}  // namespace dm::boundary
