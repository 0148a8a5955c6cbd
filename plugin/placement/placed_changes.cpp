// What would change on this node if a component were made from another package.
// SPDX-License-Identifier: Apache-2.0
#include "placement/placed_changes.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "io/file.h"
#include "io/secret.h"

namespace dm::placement {

using input::component_data;
using input::secret_name;
using input::settings;
using input::shown;
using input::shown_value;
using package::component_layout;
using package::layout_of;
using package::list_package;
using package::package_file_entry;
using package::package_listing;
using package::preparation;
using package::property;

namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20;
constexpr std::size_t longest_value = 400;

class comparison {
 public:
  comparison(const settings& settings, const io::operation& op, const component_data& placed,
             const component_plan& plan, const preparation& prepared)
      : op_(op),
        placed_(placed),
        plan_(plan),
        prepared_(prepared),
        layout_(layout_of(settings, placed.name)) {}

  placed_changes run() {
    add("$.user", placed_.user, plan_.spec.user);
    add("$.flink_version", placed_.flink_version, plan_.spec.flink_version);
    add("$.job_name", placed_.job_name, plan_.spec.job_name);
    compare_files();
    compare_properties();
    compare_commands();
    return std::move(result_);
  }

 private:
  void add(const std::string& path, const std::string& from, const std::string& to) {
    if (from == to) return;
    result_.changes.push_back({path, for_people(path, from), for_people(path, to)});
  }

  // Empty: there is none.
  static std::string for_people(const std::string& path, const std::string& value) {
    if (value.empty()) return value;
    return secret_name(path) ? shown_value(path, value)
                             : shown(io::masked_text(value), longest_value);
  }

  void compare(const std::map<std::string, std::string>& before,
               const std::map<std::string, std::string>& after) {
    std::set<std::string> names;
    for (const auto& [name, value] : before) names.insert(name);
    for (const auto& [name, value] : after) names.insert(name);
    const auto value_in = [](const std::map<std::string, std::string>& values,
                             const std::string& name) {
      const auto found = values.find(name);
      return found == values.end() ? std::string() : found->second;
    };
    for (const std::string& name : names) add(name, value_in(before, name), value_in(after, name));
  }

  static std::map<std::string, std::string> by_name(const package_listing& listing) {
    std::map<std::string, std::string> files;
    for (const package_file_entry& file : listing.files) {
      files["$.files." + file.path] =
          fmt::format("{} bytes, sha256 {}…", file.size_bytes, file.sha256.substr(0, 12));
    }
    return files;
  }

  void compare_files() {
    auto placed = list_package(op_, layout_.package, true);
    if (!placed) {
      result_.not_known.push_back("which files change: " + placed.error().message);
      return;
    }
    compare(by_name(*placed), by_name(prepared_.files));
  }

  // The lines of a generated application.properties. A property's line has the first "_" of its
  // name as a dot.
  static std::map<std::string, std::string> by_key(const std::string& text) {
    std::map<std::string, std::string> values;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      const std::string line = text.substr(start, end - start);
      start = end + 1;
      const std::size_t separator = line.find('=');
      if (line.empty() || line.front() == '#' || separator == std::string::npos) continue;
      std::string key = line.substr(0, separator);
      const bool property = key.starts_with("component.");
      if (property) key[key.find('.')] = '_';
      values[(property ? "$.properties." : "$.application_properties.") + key] =
          line.substr(separator + 1);
    }
    return values;
  }

  void compare_properties() {
    const auto placed = io::read_file(layout_.classpath + "/application.properties", largest_file);
    if (!placed) {
      result_.not_known.push_back("which properties change: " + placed.error().message);
      return;
    }
    compare(by_key(*placed), by_key(prepared_.application_properties));
  }

  void compare_commands() {
    const auto text = io::read_file(layout_.guard_file, largest_file);
    const auto spec = text ? component::read_guard_spec(*text)
                           : result<component::guard_spec>(tl::unexpected(text.error()));
    if (!spec || spec->command.empty()) {
      result_.not_known.push_back(
          "whether the command changes: " +
          (spec ? layout_.guard_file + " was written by an earlier version, without the command"
                : spec.error().message));
      return;
    }
    note_parallelism(argument_after(spec->command, "-p"), argument_after(plan_.spec.command, "-p"));
    // Masked as a whole: what stands for a secret depends on the argument before it (INV-7).
    std::vector<std::string> before = io::masked_arguments(spec->command);
    std::vector<std::string> after = io::masked_arguments(plan_.spec.command);
    if (before == after && spec->command != plan_.spec.command) {
      add("$.command", "arguments that are not shown", "others that are not shown");
      return;
    }
    // What is the same at both ends says nothing.
    while (!before.empty() && !after.empty() && before.front() == after.front()) {
      before.erase(before.begin());
      after.erase(after.begin());
    }
    while (!before.empty() && !after.empty() && before.back() == after.back()) {
      before.pop_back();
      after.pop_back();
    }
    add("$.command", quoted(before), quoted(after));
  }

  static std::string quoted(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments)
      text += (text.empty() ? "" : " ") + supervisor::quote_argument(argument);
    return text;
  }

  // A package that generates no application.properties shows it in the command alone.
  void note_parallelism(const std::string& before, const std::string& after) {
    const std::string path = "$.properties.component_flink_parallelism";
    const auto known =
        std::any_of(result_.changes.begin(), result_.changes.end(),
                    [&](const planned_change& change) { return change.path == path; });
    if (!known) add(path, before, after);
  }

  const io::operation& op_;
  const component_data& placed_;
  const component_plan& plan_;
  const preparation& prepared_;
  component_layout layout_;
  placed_changes result_;
};

}  // namespace

std::string argument_after(const std::vector<std::string>& command, std::string_view name) {
  const auto found = std::find(command.rbegin(), command.rend(), name);
  return found == command.rend() || found == command.rbegin() ? std::string() : *(found - 1);
}

placed_changes changes_to(const settings& settings, const io::operation& op,
                          const component_data& placed, const component_plan& plan,
                          const preparation& prepared) {
  return comparison(settings, op, placed, plan, prepared).run();
}

}  // namespace dm::placement
