// What the Deployment Manager says in terms of its REST API, in terms of dmctl: people who read it
// have typed a command.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dmctl {

/// "GET /operations/1f?wait=60" becomes "dmctl wait 1f", "\"kill\": true" and "kill=true" become
/// "--kill". What is no route or option that dmctl knows stays as it is.
std::string in_own_words(std::string_view text);

}  // namespace dmctl
