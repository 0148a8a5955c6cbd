// What create has returned, kept beside the component.
// SPDX-License-Identifier: Apache-2.0
#include "placement/placed_data.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/directory.h"
#include "io/file.h"
#include "io/json.h"
#include "package/component_layout.h"
#include "placement/directory_at.h"

namespace dm::placement {

using component::component_name;

namespace {

constexpr std::size_t largest_data_file = std::size_t{64} << 10;

// The names in a directory, or the one that is wanted. Absent is empty.
result<std::vector<std::string>> names_in(int parent, const std::string& directory,
                                          const std::string& wanted, const std::string& path) {
  if (!wanted.empty()) return std::vector{wanted};
  auto opened = open_directory_at(parent, directory);
  if (!opened) {
    if (opened.error().code == status_code::not_found) return std::vector<std::string>();
    return fail(std::move(opened.error()));
  }
  auto names = io::entries_of(opened->get(), path);
  if (names) std::sort(names->begin(), names->end());
  return names;
}

placed_component read_placed(const input::settings& settings, component_name name) {
  placed_component placed;
  const std::string path =
      package::layout_of(settings, name).directory + "/" + std::string(data_file_name);
  placed.name = std::move(name);
  const auto unusable = [&](status_code code, std::string why) {
    error e;
    e.code = code;
    e.message = fmt::format("{} is on this node, but {}", placed.name.text(), why);
    e.hint =
        "create it again with the same package and properties: that finds it as it is, "
        "changes nothing else and writes its data anew";
    placed.failure = std::move(e);
    return placed;
  };
  const auto text = io::read_file(path, largest_data_file);
  if (!text) {
    return text.error().code == status_code::not_found
               ? unusable(status_code::not_found,
                          "it was made by a version that kept no data there")
               : unusable(text.error().code, text.error().message);
  }
  const auto document = io::parse_json(*text, path);
  auto data = document ? input::read_component_data(*document, placed.name)
                       : result<input::component_data>(tl::unexpected(document.error()));
  if (!data) return unusable(status_code::failed_precondition, data.error().message);
  placed.data = std::move(*data);
  return placed;
}

}  // namespace

result<std::vector<placed_component>> find_placed(const input::settings& settings,
                                                  const io::operation& op,
                                                  const component_name& wanted) {
  std::vector<placed_component> found;
  const auto root = io::open_directory(settings.install_root);
  if (!root) {
    if (root.error().code == status_code::not_found) return found;
    return fail_while("looking for components", root.error());
  }
  const std::string path = settings.install_root + "/" + wanted.name_space;
  const auto name_space = open_directory_at(root->get(), wanted.name_space);
  if (!name_space) {
    if (name_space.error().code == status_code::not_found) return found;
    return fail_while("looking for components in " + path, name_space.error());
  }
  const auto applications = names_in(root->get(), wanted.name_space, wanted.application, path);
  if (!applications) return fail(applications.error());
  for (const std::string& application : *applications) {
    if (auto proceed = op.check("the components of this node to be read"); !proceed)
      return fail(std::move(proceed.error()));
    const auto directory = open_directory_at(name_space->get(), application);
    if (!directory) continue;  // a file, or gone by now: no application
    const auto components =
        names_in(name_space->get(), application, wanted.component, path + "/" + application);
    if (!components) return fail(components.error());
    for (const std::string& component : *components) {
      component_name name{wanted.name_space, application, component};
      // Slots, what is being built and what is being removed have names that no component has.
      if (!component::check_name(name).empty()) continue;
      if (!open_directory_at(directory->get(), component)) continue;
      found.push_back(read_placed(settings, std::move(name)));
    }
  }
  return found;
}

}  // namespace dm::placement
