// The configuration: contexts by name, one of them the current one. And how what a command uses
// comes of it, of the environment and of the options, in rising order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/place.h"
#include "client/problem.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

struct contexts {
  std::string current;  // "": none
  std::map<std::string, place> known;
};

/// {"current": name, "contexts": {name: {"socket" …}}}. All problems at once, as a problem (usage).
contexts parse_contexts(std::string_view text, const std::string& file);
std::string to_text(const contexts& all);
json::value to_value(const place& one, json::allocator& memory);
std::vector<std::string> context_names(const contexts& all);

/// $DMCTL_CONFIG, else $XDG_CONFIG_HOME/dmctl/config.json, else ~/.config/dmctl/config.json.
std::filesystem::path contexts_file();
/// Empty where there is no file.
contexts read_contexts(const std::filesystem::path& file);
void write_contexts(const std::filesystem::path& file, const contexts& all);

bool is_context_name(std::string_view text);
inline constexpr std::string_view context_name_rule =
    "1 to 100 letters, digits, '_', '-' and '.', not beginning with '-' or '.'";

/// What a command uses, and from where each member of it is.
struct chosen_place {
  std::string context;  // "": none
  place where;
  std::map<std::string, std::string> origins;  // member: "context x", "DMCTL_URL", "--url"
};

using environment = std::function<const char*(const char* name)>;

/// `context`: of --context, or empty. Throws problem (usage): an unknown context, members that do
/// not go together.
chosen_place choose_place(const contexts& all, const std::string& context, const place& options,
                          const environment& variable);

}  // namespace dmctl
