// Shell completion.
// SPDX-License-Identifier: Apache-2.0
#include "client/completion.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dmctl {
namespace {

/// Where the words so far have led.
struct position {
  const CLI::App* command;
  std::vector<const CLI::App*> chain;  // from the root to it: their options may be given
  given_words given;
  const CLI::Option* awaited = nullptr;  // an option that wants a value
  bool no_more_options = false;          // behind "--"
};

const CLI::App* subcommand_named(const CLI::App& of, const std::string& word) {
  for (const CLI::App* one : of.get_subcommands([](const CLI::App*) { return true; })) {
    if (one->check_name(word)) return one;
  }
  return nullptr;
}

bool has_name(const CLI::Option& option, const std::string& word) {
  for (const std::string& name : option.get_lnames()) {
    if (word == "--" + name) return true;
  }
  for (const std::string& name : option.get_snames()) {
    if (word == "-" + name) return true;
  }
  return false;
}

const CLI::Option* option_named(const position& at, const std::string& word) {
  for (const CLI::App* app : at.chain) {
    for (const CLI::Option* one : app->get_options()) {
      if (!one->get_positional() && has_name(*one, word)) return one;
    }
  }
  return nullptr;
}

bool wants_value(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

void take_value(position& at, const command_tree& tree, const CLI::Option& option,
                const std::string& value) {
  if (tree.kind_of(&option) == value_kind::component) at.given.component = value;
}

position walk(const command_tree& tree, const std::vector<std::string>& words) {
  position at{&tree.root(), {&tree.root()}, {}, nullptr, false};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (at.awaited != nullptr) {
      take_value(at, tree, *std::exchange(at.awaited, nullptr), word);
    } else if (word == "--") {
      at.no_more_options = true;
    } else if (word.starts_with("-") && word.size() > 1 && !at.no_more_options) {
      const std::size_t equals = std::min(word.find('='), word.size());
      const CLI::Option* option = option_named(at, word.substr(0, equals));
      if (option == nullptr || !wants_value(*option)) continue;
      if (equals == word.size()) {
        at.awaited = option;
      } else {
        take_value(at, tree, *option, word.substr(equals + 1));
      }
    } else if (const CLI::App* deeper = subcommand_named(*at.command, word);
               deeper != nullptr && at.given.positionals.empty()) {
      at.command = deeper;
      at.chain.push_back(deeper);
    } else {
      at.given.positionals.push_back(word);
    }
  }
  return at;
}

// Each once: components may have savepoints and logs of the same name, and commands options that
// all have.
void keep(completion& into, const std::string& prefix, const std::string& before,
          std::vector<candidate> all) {
  for (candidate& one : all) {
    if (!one.text.starts_with(prefix)) continue;
    one.text = before + one.text;
    const auto known = std::find_if(into.candidates.begin(), into.candidates.end(),
                                    [&](const candidate& other) { return other.text == one.text; });
    if (known == into.candidates.end()) {
      into.candidates.push_back(std::move(one));
    } else if (known->meaning != one.meaning) {
      known->meaning += (known->meaning.empty() || one.meaning.empty() ? "" : "; ") + one.meaning;
    }
  }
}

void complete_value(completion& into, const command_tree& tree, const position& at,
                    const CLI::Option& option, const std::string& typed, const std::string& before,
                    const name_source& names) {
  std::vector<candidate> all;
  for (const std::string& word : tree.words_of(&option)) all.push_back({word, ""});
  const value_kind kind = tree.kind_of(&option);
  if (kind == value_kind::file) {
    into.files = true;
  } else if (kind != value_kind::text) {
    all = names(kind, at.given);
  }
  keep(into, typed, before, std::move(all));
}

void complete_option(completion& into, const position& at, const std::string& typed) {
  std::vector<candidate> all;
  for (const CLI::App* app : at.chain) {
    for (const CLI::Option* one : app->get_options()) {
      for (const std::string& name : one->get_lnames()) {
        all.push_back({"--" + name, one->get_description()});
      }
    }
  }
  keep(into, typed, "", std::move(all));
}

void complete_command(completion& into, const position& at, const std::string& typed) {
  std::vector<candidate> all;
  for (const CLI::App* one : at.command->get_subcommands([](const CLI::App*) { return true; })) {
    if (!one->get_group().empty()) all.push_back({one->get_name(), one->get_description()});
  }
  keep(into, typed, "", std::move(all));
}

const CLI::Option* next_positional(const position& at) {
  std::size_t passed = 0;
  const CLI::Option* last = nullptr;
  for (const CLI::Option* one : at.command->get_options()) {
    if (!one->get_positional()) continue;
    last = one;
    if (passed++ == at.given.positionals.size()) return one;
  }
  // One that takes several takes all that come.
  return last != nullptr && last->get_items_expected_max() > 1 ? last : nullptr;
}

}  // namespace

completion complete(const command_tree& tree, const std::vector<std::string>& words,
                    const name_source& names) {
  completion result;
  const position at = walk(tree, words);
  const std::string typed = words.empty() ? "" : words.back();
  if (at.awaited != nullptr) {
    complete_value(result, tree, at, *at.awaited, typed, "", names);
    return result;
  }
  if (typed.starts_with("-") && !at.no_more_options) {
    const std::size_t equals = typed.find('=');
    if (equals == std::string::npos) {
      complete_option(result, at, typed);
    } else if (const CLI::Option* option = option_named(at, typed.substr(0, equals));
               option != nullptr) {
      complete_value(result, tree, at, *option, typed.substr(equals + 1),
                     typed.substr(0, equals + 1), names);
    }
    return result;
  }
  if (at.given.positionals.empty()) complete_command(result, at, typed);
  if (const CLI::Option* option = next_positional(at); option != nullptr) {
    complete_value(result, tree, at, *option, typed, "", names);
  }
  return result;
}

}  // namespace dmctl
