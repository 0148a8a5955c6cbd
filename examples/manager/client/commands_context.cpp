// dmctl list contexts; show context; use, set and remove context.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/member.h"
#include "client/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dmctl {
namespace {

using name_ptr = std::shared_ptr<std::string>;

json::value known_context(const std::string& name, const contexts& all, json::allocator& memory) {
  json::value one = to_value(all.known.at(name), memory);
  json::set(one, "name", name, memory);
  json::set(one, "current", name == all.current, memory);
  return one;
}

exit_code tell_all(session& with, const contexts& all) {
  json::document told = json::make_object();
  auto& memory = told.GetAllocator();
  json::value list(rapidjson::kArrayType);
  table shown({{""}, {"CONTEXT"}, {"ADDRESS"}, {"USER"}, {"PROOF"}});
  for (const auto& [name, one] : all.known) {
    list.PushBack(known_context(name, all, memory), memory);
    std::string proof = one.token_file;
    for (const std::string& other : {one.netrc_file, one.certificate}) {
      if (proof.empty()) proof = other;
    }
    shown.add({name == all.current ? "*" : " ", name, shown_address(one), one.user, proof});
  }
  json::set(told, "file", contexts_file().string(), memory);
  json::set(told, "contexts", std::move(list), memory);
  if (with.out().json()) {
    with.out().document(told);
    return exit_code::done;
  }
  if (shown.empty()) {
    with.out().note(fmt::format("no contexts in {}; dmctl set context NAME --url … makes one",
                                contexts_file().string()));
  }
  with.out().rows(shown);
  return exit_code::done;
}

const place& require(const contexts& all, const std::string& name) {
  const auto known = all.known.find(name);
  if (known != all.known.end()) return known->second;
  throw problem(
      exit_code::not_found,
      fmt::format(
          "there is no context \"{}\"; there are: {}", harmless(name),
          all.known.empty() ? "none" : fmt::format("{}", fmt::join(context_names(all), ", "))));
}

// What a command would use now: of each member, whence.
exit_code show_chosen(session& with) {
  const chosen_place& chosen = with.chosen();
  json::document told = json::make_object();
  auto& memory = told.GetAllocator();
  if (!chosen.context.empty()) json::set(told, "context", chosen.context, memory);
  json::value members(rapidjson::kObjectType);
  for (const place_member& one : place_members) {
    const std::string& value = chosen.where.*one.member;
    if (value.empty()) continue;
    json::value member(rapidjson::kObjectType);
    json::set(member, "value", value, memory);
    json::set(member, "from", chosen.origins.at(std::string(one.name)), memory);
    json::set(members, one.name, std::move(member), memory);
  }
  json::set(told, "uses", std::move(members), memory);
  json::set(told, "file", contexts_file().string(), memory);
  if (with.out().json()) {
    with.out().document(told);
    return exit_code::done;
  }
  with.out().fact("context", chosen.context.empty() ? "none" : chosen.context);
  with.out().fact("file", contexts_file().string());
  table shown({{"USES"}, {"VALUE"}, {"FROM"}});
  for (const place_member& one : place_members) {
    const std::string& value = chosen.where.*one.member;
    if (!value.empty()) {
      shown.add({std::string(one.name), value, chosen.origins.at(std::string(one.name))});
    }
  }
  with.out().rows(shown);
  return exit_code::done;
}

exit_code tell_one(session& with, const std::string& name, const contexts& all) {
  json::document told = json::make_object();
  auto& memory = told.GetAllocator();
  require(all, name);
  const json::value one = known_context(name, all, memory);
  if (with.out().json()) {
    with.out().document(one);
    return exit_code::done;
  }
  each_member(one, [&](const std::string& member, const json::value& value) {
    with.out().fact(member, any_text(value));
  });
  return exit_code::done;
}

exit_code set(session& with, const std::string& name) {
  if (!is_context_name(name)) {
    throw problem(exit_code::usage, fmt::format("\"{}\" is no name of a context: {}",
                                                harmless(name), context_name_rule));
  }
  contexts all = read_contexts(contexts_file());
  place& known = all.known[name];
  known = merged(known, with.options().where);
  if (const std::string wrong = problem_with(known); !wrong.empty()) {
    throw problem(exit_code::usage, wrong);
  }
  if (all.current.empty()) all.current = name;
  write_contexts(contexts_file(), all);
  return tell_one(with, name, all);
}

exit_code use(session& with, const std::string& name) {
  contexts all = read_contexts(contexts_file());
  require(all, name);
  all.current = name;
  write_contexts(contexts_file(), all);
  return tell_one(with, name, all);
}

exit_code remove(session& with, const std::string& name) {
  contexts all = read_contexts(contexts_file());
  require(all, name);
  all.known.erase(name);
  if (all.current == name) all.current.clear();
  write_contexts(contexts_file(), all);
  return tell_all(with, all);
}

}  // namespace

void add_context_commands(command_tree& tree) {
  const auto name = std::make_shared<std::string>();
  const std::vector<std::string> names = {"context", "contexts", "ctx"};
  const std::string group = "Several things";
  CLI::App& list = tree.noun(verb_list(tree), {"contexts", "context", "ctx"},
                             "Deployment Managers that the configuration knows");
  tree.does(list, [](session& with) { return tell_all(with, read_contexts(contexts_file())); });
  CLI::App& show =
      tree.noun(verb_show(tree), names, "A context, or what is used now and whence it is");
  tree.takes(show, "context", *name, "Which one (default: what is used now)", value_kind::context);
  tree.does(show, [name](session& with) {
    return name->empty() ? show_chosen(with)
                         : tell_one(with, *name, read_contexts(contexts_file()));
  });
  const auto add = [&](CLI::App& verb, const std::string& text,
                       exit_code (*act)(session&, const std::string&)) {
    CLI::App& command = tree.noun(verb, names, text);
    tree.needs(command, "context", *name, "Its name", value_kind::context);
    tree.does(command, [name, act](session& with) { return act(with, *name); });
  };
  add(tree.verb({"use"}, "Make a context the current one", group), "Make a context the current one",
      use);
  add(tree.verb({"set"}, "Make or change a context", group),
      "Make or change a context, by --socket, --url, --user, --token-file and so on", set);
  add(verb_remove(tree), "Remove a context", remove);
}

}  // namespace dmctl
