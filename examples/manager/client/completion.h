// Shell completion: what may come next, told by the commands themselves and, for names, by the
// Deployment Manager within a short time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/command_tree.h"

#include <functional>
#include <string>
#include <vector>

namespace dmctl {

struct candidate {
  std::string text;
  std::string meaning;  // "" none
};

struct completion {
  std::vector<candidate> candidates;
  bool files = false;  // the shell's own names of files, too
};

/// What stands before the word that is being typed and says of whose names it is one.
struct given_words {
  std::vector<std::string> positionals;
  std::string component;  // value of the option for one; "" not given
};

using name_source =
    std::function<std::vector<candidate>(value_kind kind, const given_words& before)>;

/// `words`: behind "dmctl", the last one is what is being typed, perhaps "".
completion complete(const command_tree& tree, const std::vector<std::string>& words,
                    const name_source& names);

/// The script for "bash" or "zsh" that asks `dmctl complete-words`: dmctl.bash, dmctl.zsh.
std::string completion_script(const std::string& shell);

}  // namespace dmctl
