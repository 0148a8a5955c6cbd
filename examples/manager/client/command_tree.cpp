// The commands.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"

#include "client/measure.h"
#include "client/problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

namespace dmctl {
namespace {

constexpr const char* description =
    "Works with a Deployment Manager: packages, applications, savepoints, logs.\n"
    "Who asks and where: an option, DMCTL_… in the environment, a context of the configuration,\n"
    "else the unix socket /run/deployment-manager/api.sock.";

constexpr const char* footer =
    "\nExit codes: 0 done, 1 failed, 2 usage, 3 nobody answers or it cannot be told,\n"
    "4 not allowed, 5 not found, 6 conflict, 7 accepted and not done yet, 130 interrupted.\n"
    "man dmctl has the rest.";

// Members of bodies and queries, and options that are called otherwise.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> other_names = {{
    {"kinds", "--kind"},
    {"entries", "--entry"},
    {"older_than_days", "--older-than"},
    {"timeout_ms", "--start-timeout"},
    {"user", "--owner"},
    {"user", "--by"},
    {"patience_s", "--patience"},
    {"dry_run", "--yes"},
    {"source", "--source"},
}};

std::string check_duration(const std::string& text) {
  return parse_duration(text) ? std::string() : fmt::format("allowed: {}", duration_rule);
}

void add_duration(CLI::App& app, const std::string& name, const std::string& text,
                  const std::function<void(std::chrono::milliseconds)>& take) {
  app.add_option_function<std::string>(
         name, [take](const std::string& given) { take(parse_duration(given).value()); }, text)
      ->check(CLI::Validator(check_duration, "DURATION"))
      ->group("Options of every command");
}

CLI::App& named_verb(command_tree& tree, const std::vector<std::string>& names,
                     const std::string& text) {
  for (CLI::App* known : tree.root().get_subcommands([](const CLI::App*) { return true; })) {
    if (known->get_name() == names.front()) return *known;
  }
  return tree.verb(names, text, "Several things");
}

}  // namespace

command_tree::command_tree(common_options& options) : root_(description, "dmctl") {
  root_.fallthrough();
  root_.require_subcommand(0, 1);
  root_.set_help_flag("-h,--help", "Say what there is, and what a command takes");
  root_.set_version_flag("--version", "dmctl " DM_VERSION);
  root_.get_formatter()->column_width(34);
  root_.footer(footer);
  add_common(options);
}

void command_tree::add_common(common_options& options) {
  const std::string group = "Options of every command";
  for (CLI::Option* own : root_.get_options()) own->group(group);
  CLI::Option* const context =
      root_.add_option("--context", options.context, "A context of the configuration")
          ->group(group);
  kinds_[context] = value_kind::context;
  for (const place_member& one : place_members) {
    std::string name = "--" + std::string(one.name);
    std::replace(name.begin(), name.end(), '_', '-');
    CLI::Option* const option =
        root_.add_option(name, options.where.*one.member, std::string(one.meaning))->group(group);
    const bool file = one.name != "url" && one.name != "user";
    if (file) kinds_[option] = value_kind::file;
  }
  root_.add_flag("--json", options.json, "One JSON document instead of text")->group(group);
  root_
      .add_flag("--wait,!--no-wait", options.wait,
                "Wait until what was accepted is done (the default), or do not")
      ->group(group);
  add_duration(root_, "--timeout", "How long to wait until it is done (default: until it is)",
               [&options](auto given) { options.timeout = given; });
  add_duration(root_, "--request-timeout", "How long one request may be silent (default: 90s)",
               [&options](auto given) { options.request_timeout = given; });
  add_duration(root_, "--connect-timeout", "How long connecting may take (default: 10s)",
               [&options](auto given) { options.connect_timeout = given; });
}

CLI::App& command_tree::verb(const std::vector<std::string>& names, const std::string& text,
                             const std::string& group) {
  CLI::App* const made = root_.add_subcommand(names.front(), text);
  made->group(group);
  made->footer("");
  for (std::size_t i = 1; i < names.size(); ++i) made->alias(names[i]);
  return *made;
}

CLI::App& command_tree::noun(CLI::App& verb, const std::vector<std::string>& names,
                             const std::string& text) {
  CLI::App* const made = verb.add_subcommand(names.front(), text);
  for (std::size_t i = 1; i < names.size(); ++i) made->alias(names[i]);
  verb.require_subcommand(0, 1);
  return *made;
}

CLI::Option& command_tree::needs(CLI::App& command, const std::string& name, std::string& value,
                                 const std::string& text, value_kind kind) {
  CLI::Option& made = takes(command, name, value, text, kind);
  made.required();
  return made;
}

CLI::Option& command_tree::takes(CLI::App& command, const std::string& name, std::string& value,
                                 const std::string& text, value_kind kind) {
  CLI::Option* const made = command.add_option(name, value, text);
  kinds_[made] = kind;
  return *made;
}

CLI::Option& command_tree::takes_one_of(CLI::App& command, const std::string& name,
                                        std::string& value, const std::string& text,
                                        const std::vector<std::string>& words) {
  CLI::Option& made = takes(command, name, value, text);
  made.check(CLI::Validator(
      [words](const std::string& given) {
        if (std::find(words.begin(), words.end(), given) != words.end()) return std::string();
        return fmt::format("allowed: {}", fmt::join(words, ", "));
      },
      fmt::format("{}", fmt::join(words, "|"))));
  made.type_name("");
  words_[&made] = words;
  return made;
}

CLI::Option& command_tree::takes_many(CLI::App& command, const std::string& name,
                                      std::vector<std::string>& values, const std::string& text,
                                      value_kind kind) {
  CLI::Option* const made = command.add_option(name, values, text);
  // One value each time: what comes after it is the next word of the command.
  if (name.starts_with("-")) made->allow_extra_args(false);
  kinds_[made] = kind;
  return *made;
}

void command_tree::takes_page(CLI::App& command, std::string& limit, std::string& after, int most) {
  takes(command, "--limit", limit, fmt::format("At most so many (1 to {})", most));
  takes(command, "--after", after, "Go on behind this one");
}

value_kind command_tree::kind_of(const CLI::Option* option) const {
  const auto known = kinds_.find(option);
  return known == kinds_.end() ? value_kind::text : known->second;
}

std::vector<std::string> command_tree::words_of(const CLI::Option* option) const {
  const auto known = words_.find(option);
  return known == words_.end() ? std::vector<std::string>() : known->second;
}

const CLI::App& command_tree::innermost() const {
  const CLI::App* found = &root_;
  for (;;) {
    const auto deeper = found->get_subcommands();
    if (deeper.empty()) return *found;
    found = deeper.front();
  }
}

std::string command_tree::shown_place(const std::string& path) const {
  const CLI::App& command = innermost();
  const std::string name = path.starts_with("$.") ? path.substr(2) : path;
  const std::string member = name.substr(0, name.find_first_of(".["));
  std::vector<std::string> options;
  for (const auto& [own, option] : other_names) {
    if (own == member) options.emplace_back(option);
  }
  options.push_back("--" + member);
  std::replace(options.back().begin(), options.back().end(), '_', '-');
  for (const std::string& option : options) {
    const CLI::Option* const known = command.get_option_no_throw(option);
    if (known != nullptr && !known->get_positional()) return option;
  }
  for (const CLI::Option* one : command.get_options()) {
    if (one->get_positional() && one->get_name() == member) return member;
  }
  const std::size_t type = name.find('.');
  const bool property =
      type != std::string::npos && command.get_option_no_throw("--set") != nullptr;
  return property ? name.substr(0, type) + "/" + name.substr(type + 1) : path;
}

const command_tree::action* command_tree::parse(int argc, const char* const* argv) {
  root_.parse(argc, argv);
  const auto known = actions_.find(&innermost());
  return known == actions_.end() ? nullptr : &known->second;
}

CLI::App& verb_list(command_tree& tree) {
  return named_verb(tree, {"list", "get", "ls"}, "List what there is");
}

CLI::App& verb_show(command_tree& tree) {
  return named_verb(tree, {"show", "describe"}, "Show one, with all that is known of it");
}

CLI::App& verb_remove(command_tree& tree) {
  return named_verb(tree, {"remove", "rm"}, "Remove one");
}

void add_all_commands(command_tree& tree) {
  add_package_commands(tree);
  add_application_commands(tree);
  add_application_view_commands(tree);
  add_version_commands(tree);
  add_savepoint_commands(tree);
  add_log_commands(tree);
  add_diagnosis_commands(tree);
  add_figure_commands(tree);
  add_fleet_commands(tree);
  add_operation_commands(tree);
  add_doctor_commands(tree);
  add_context_commands(tree);
  add_completion_commands(tree);
}

}  // namespace dmctl
