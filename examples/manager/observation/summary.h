// The summary of an application: one word of twelve, and one entry per component, in the words that
// consoles of the original know. A failure outranks a completion (E70).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "observation/observations.h"
#include "registry/application_store.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// The application-level word for a component's word: "FINISHED_SUCCEEDED" is COMPLETED.
std::string_view application_word(std::string_view component_word);

/// The highest rank among them; CREATED for none.
std::string_view aggregate_word(const std::vector<std::string>& component_words);

/// Whether its components can be asked for anything: it is there, and not just being made.
bool can_be_asked(const application_record& application);

/// {"<application>": {"status": "Not Created" | "Not Available"}}, of one that cannot.
void add_absent_summary(json::value& into, const application_record& application,
                        json::allocator& memory);

/// {"<app>": {"aggregate_status", "<type>-<n>": {...}}}; {"status":"Not Available"} where nothing
/// is known yet. `components` and `seen` go together.
void add_summary(json::value& into, const std::string& application,
                 const std::vector<component_record>& components,
                 const std::vector<observation>& seen, json::allocator& memory);

}  // namespace manager
