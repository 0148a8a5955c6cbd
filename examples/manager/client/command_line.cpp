// From the words of a command to its end.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_line.h"

#include "client/command_tree.h"
#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <exception>
#include <string_view>

namespace dmctl {
namespace {

int usage(const command_tree& tree, const std::string& text, bool as_json) {
  std::string command = "dmctl";
  for (const CLI::App* at = &tree.root(); !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  if (as_json) {
    const problem wrong(exit_code::usage, harmless_lines(text),
                        {command + " --help says what is allowed"});
    std::fputs((json::to_pretty_text(wrong.to_document()) + "\n").c_str(), stderr);
    return number(exit_code::usage);
  }
  const std::string told =
      fmt::format("error: {}\n  {} --help says what is allowed\n", harmless_lines(text), command);
  std::fputs(told.c_str(), stderr);
  return number(exit_code::usage);
}

// Also where the words are not understood, so that nothing has been read from them.
bool wants_json(int argc, const char* const* argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* word) { return std::string_view(word) == "--json"; });
}

int run_action(const command_tree& tree, const command_tree::action& action, session& made,
               output& out) {
  try {
    const exit_code code = action(made);
    out.finish();
    return number(code);
  } catch (problem& told) {
    told.name_places([&tree](const std::string& path) { return tree.shown_place(path); });
    out.report(told);
    return number(told.code());
  } catch (const std::exception& other) {
    out.report(problem(exit_code::failed, other.what()));
    return number(exit_code::failed);
  }
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  // Names and texts are UTF-8, whatever the environment says.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  common_options options;
  command_tree tree(options);
  add_all_commands(tree);
  const command_tree::action* action = nullptr;
  try {
    action = tree.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    tree.root().exit(asked);  // help, version
    return number(exit_code::done);
  } catch (const CLI::ParseError& wrong) {
    return usage(tree, wrong.what(), wants_json(argc, argv));
  }
  if (action == nullptr) {
    const CLI::App& command = tree.innermost();
    if (&command != &tree.root())
      return usage(tree, command.get_name() + " needs to know of what", options.json);
    std::fputs(command.help().c_str(), stderr);
    return number(exit_code::usage);
  }
  const interruption stop;
  output out(terminal::of_process(), options.json);
  session made(options, out, stop);
  return run_action(tree, *action, made, out);
}

}  // namespace dmctl
