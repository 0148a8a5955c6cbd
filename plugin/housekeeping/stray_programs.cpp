// Programs of supervisord without a component: their file is there, or supervisord still knows
// them.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "component/component_name.h"
#include "housekeeping/finders.h"
#include "io/directory.h"
#include "package/component_layout.h"
#include "placement/component_files.h"
#include "placement/directory_at.h"

namespace dm::housekeeping {

using component::component_name;

namespace {

constexpr std::size_t largest_program_file = std::size_t{1} << 20;

// "flink.<namespace>.<application>.<component>"; the dot is in no name.
std::optional<component_name> name_of_program(std::string_view program,
                                              const std::string& name_space) {
  const std::string prefix = fmt::format("flink.{}.", name_space);
  if (!program.starts_with(prefix)) return std::nullopt;
  program.remove_prefix(prefix.size());
  const std::size_t dot = program.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  component_name name{name_space, std::string(program.substr(0, dot)),
                      std::string(program.substr(dot + 1))};
  if (!component::check_name(name).empty()) return std::nullopt;
  return name;
}

// Its first section: "[program:<name>]" alone in a line.
std::string section_of(std::string_view text) {
  constexpr std::string_view begin = "[program:";
  std::size_t at = text.starts_with(begin) ? 0 : text.find("\n[program:");
  if (at == std::string_view::npos) return {};
  at = text.find(begin, at) + begin.size();
  const std::size_t end = text.find_first_of("]\n", at);
  if (end == std::string_view::npos || text[end] != ']') return {};
  return std::string(text.substr(at, end - at));
}

// What the program would run, where that is there and lies elsewhere than this plugin would place
// it: the component is of another install_root.
std::string spec_elsewhere(const package::component_layout& layout, std::string_view text) {
  constexpr std::string_view option = " --spec ";
  const std::size_t at = text.find(option);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + option.size());
  std::string file(text.substr(0, text.find_first_of(" \n")));
  const bool there = file != layout.guard_file && ::access(file.c_str(), F_OK) == 0;
  return there ? file : std::string();
}

// The application's directory, by a path no part of which is a link, has one of this name.
result<bool> has_directory(scene& s, const component_name& name) {
  const auto directory =
      open_below(s.settings().install_root, {name.name_space, name.application, name.component});
  if (directory) return true;
  if (directory.error().code == status_code::not_found) return false;
  return fail(directory.error());
}

// Under the lock of whoever makes components: none is being made or removed meanwhile.
removal program_removal(scene& s, const component_name& name) {
  return [&s, name](const io::operation& op) -> result<bool> {
    const package::component_layout layout = package::layout_of(s.settings(), name);
    const std::string program = component::program_name(name);
    auto lock = placement::application_lock::take(s.settings(), s.session.http(), op, name);
    if (!lock) return fail(std::move(lock.error()));
    const auto done = [&]() -> result<bool> {
      auto there = has_directory(s, name);
      if (!there) return fail(std::move(there.error()));
      if (*there) return needed_by_now("the component has been laid out");
      auto process = s.session.supervisor().process(op, program);
      if (!process) return fail(std::move(process.error()));
      if (*process && (*process)->alive()) return needed_by_now("its program runs");
      if (const auto text = placement::read_program_file(layout);
          text && !spec_elsewhere(layout, *text).empty())
        return needed_by_now("what it runs is there");
      auto removed = placement::remove_program_file(layout);
      if (!removed) return fail(std::move(removed.error()));
      if (!*removed && !*process) return false;
      if (auto applied = s.session.supervisor().apply(op, program); !applied)
        return fail(std::move(applied.error()));
      return true;
    }();
    auto tidied = placement::remove_empty_parents(s.settings(), op, std::move(*lock), name);
    if (done && !tidied) return fail(std::move(tidied.error()));
    return done;
  };
}

struct found_program {
  std::string file;  // empty: only supervisord knows it
  bool own_place = true;
  std::string elsewhere;  // what it runs
};

// By their sections. An error: the directory could not be read.
result<std::map<std::string, found_program>> programs_of(scene& s) {
  std::map<std::string, found_program> programs;
  const std::string& directory = s.settings().supervisor_config_dir;
  const auto opened = io::open_directory(directory);
  if (!opened) return fail(opened.error());
  auto names = io::entries_of(opened->get(), directory);
  if (!names) return fail(std::move(names.error()));
  for (const std::string& name : *names) {
    if (!name.starts_with("flink.") || !name.ends_with(".conf")) continue;
    const std::string path = directory + "/" + name;
    const auto text = io::read_file(path, largest_program_file);
    if (!text) continue;  // a link, or gone: none that create has written
    const std::string section = section_of(*text);
    const auto component = name_of_program(section, s.request.name_space);
    if (!component) continue;
    const package::component_layout layout = package::layout_of(s.settings(), *component);
    programs[section] = {path, layout.program_file == path, spec_elsewhere(layout, *text)};
  }
  return programs;
}

}  // namespace

void find_stray_programs(scene& s, const io::operation& op, inventory& found) {
  constexpr kind of = kind::program_without_component;
  if (!found.wants(of)) return;
  auto programs = programs_of(s);
  if (!programs) return found.withhold(of, programs.error().message);
  const auto& processes = s.asked.processes(op);
  if (!processes) return found.withhold(of, processes.error().message);
  // What is known to supervisord alone, since a removal was interrupted.
  for (const auto& process : *processes) {
    if (name_of_program(process.name, s.request.name_space)) programs->try_emplace(process.name);
  }
  for (const auto& [program, place] : *programs) {
    const auto name = name_of_program(program, s.request.name_space);
    const auto there = has_directory(s, *name);
    if (!there) {
      found.withhold(of, there.error().message);
      continue;
    }
    if (*there) continue;
    const known_component* component = s.components.find(*name);
    const bool recorded = component != nullptr && component->recorded;
    entry leftover;
    leftover.kind = of;
    leftover.key = program;
    leftover.path = place.file;
    leftover.what = place.file.empty()
                        ? fmt::format("supervisord knows {}, which has no program file", program)
                        : fmt::format("the program file of {}", name->text());
    leftover.application = name->application;
    leftover.component = name->component;
    if (recorded) {
      leftover.why =
          "its directory is gone, and the host has a record of it: destroy it, or create "
          "it again with the same package and properties";
    } else if (witnesses::runs(*processes, program)) {
      leftover.why = "its directory is gone, and its program runs: stop it by supervisorctl";
    } else if (!place.elsewhere.empty()) {
      leftover.why = fmt::format(
          "there is no directory of the component in this install_root, and {} is there: set "
          "install_root back to what it was when the component was created, or destroy it there",
          place.elsewhere);
    } else if (!place.own_place) {
      leftover.why = fmt::format(
          "its directory is gone; the file is not where this plugin writes "
          "it: delete {} by hand",
          place.file);
    } else {
      leftover.why = "there is no directory of the component on this node, and no record of it";
      leftover.remove = program_removal(s, *name);
    }
    found.add(std::move(leftover));
  }
}

}  // namespace dm::housekeeping
