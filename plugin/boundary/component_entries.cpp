// Which components a request is about: one, or a batch of which some entries may be wrong.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/component_entries.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace dm::boundary {

std::optional<input::component_data> read_component(request_reader& reader) {
  const std::size_t before = reader.problems().count();
  const component::component_name name = reader.component_name();
  const io::json_value* data = reader.required_object("data");
  if (reader.problems().count() == before) reader.add(component::check_name(name));
  if (reader.problems().count() != before)
    return std::nullopt;  // what data is checked against is not known
  result<input::component_data> read = input::read_component_data(*data, name);
  if (read) return std::move(*read);
  if (read.error().details.empty()) {
    reader.add("data", first_line(read.error().message), "what create returned");
  } else {
    reader.add(std::move(read.error().details));
  }
  return std::nullopt;
}

component_batch read_components(const io::json_value& array, std::string_view what) {
  component_batch batch;
  for (rapidjson::SizeType i = 0; i < array.Size(); ++i) {
    const io::json_value& element = array[i];
    batch_entry entry;
    request_reader reader(element, fmt::format("$.components[{}]", i));
    std::optional<input::component_data> data;
    if (element.IsObject()) {
      entry.name = {io::string_member_or(element, "namespace", ""),
                    io::string_member_or(element, "application", ""),
                    io::string_member_or(element, "component", "")};
      data = read_component(reader);
    } else {
      reader.add({{"$", std::string(type_name(element)), "an object"}});
    }
    if (auto finished = reader.finish(fmt::format("Entry {} of {}", i, what)); !finished) {
      entry.failure = std::move(finished.error());
    } else {
      batch.components.push_back(std::move(*data));
    }
    batch.entries.push_back(std::move(entry));
  }
  return batch;
}

}  // namespace dm::boundary
