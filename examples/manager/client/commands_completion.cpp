// dmctl completion bash|zsh; complete-words, which the scripts ask.
// SPDX-License-Identifier: Apache-2.0
#include "client/command_tree.h"
#include "client/completion.h"
#include "client/completion_names.h"
#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace dmctl {
namespace {

// A shell waits for it while somebody types.
constexpr std::chrono::milliseconds longest_look{1500};

// Options of the line that is completed say which Deployment Manager is asked.
common_options options_of(const std::vector<std::string>& words) {
  common_options options;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    std::string name = words[i];
    std::string value = words[i + 1];
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    if (name == "--context") options.context = value;
    for (const place_member& one : place_members) {
      std::string option = "--" + std::string(one.name);
      std::replace(option.begin(), option.end(), '_', '-');
      if (name == option) options.where.*one.member = value;
    }
  }
  options.connect_timeout = longest_look;
  options.request_timeout = longest_look;
  return options;
}

exit_code complete_words(command_tree& tree, session& with, const std::vector<std::string>& words) {
  const common_options options = options_of(words);
  session asking(options, with.out(), with.stop());
  const completion found = complete(tree, words, [&](value_kind kind, const given_words& before) {
    return names_of(asking, kind, before);
  });
  for (const candidate& one : found.candidates) {
    const std::string meaning = one.meaning.empty() ? "" : "\t" + harmless(one.meaning);
    // What would not be harmless is no name that one could want.
    if (harmless(one.text) == one.text) with.out().made_line(one.text + meaning);
  }
  if (found.files) with.out().made_line(":files");
  return exit_code::done;
}

}  // namespace

void add_completion_commands(command_tree& tree) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& script =
      tree.verb({"completion"}, "Print the completion script of a shell", "This client");
  tree.takes_one_of(script, "shell", *shell, "bash or zsh", {"bash", "zsh"}).required();
  tree.does(script, [shell](session& with) {
    if (with.out().json()) {
      json::document told = json::make_object();
      json::set(told, "shell", *shell, told.GetAllocator());
      json::set(told, "script", completion_script(*shell), told.GetAllocator());
      with.out().document(told);
    } else {
      std::string text = completion_script(*shell);
      text.pop_back();
      with.out().made_line(text);
    }
    return exit_code::done;
  });
  const auto words = std::make_shared<std::vector<std::string>>();
  CLI::App& hidden = tree.verb({"complete-words"}, "Asked by completion scripts", "");
  hidden.add_option("words", *words);
  tree.does(hidden, [words, &tree](session& with) { return complete_words(tree, with, *words); });
}

}  // namespace dmctl
