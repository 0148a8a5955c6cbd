// Leftovers of the fake plugin: files <script>/left-<id>. inspect tells them, clean removes them,
// each with a line "clean <id>" in <script>/effects.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/fake_savepoints.h"

#include <rapidjson/document.h>

#include <string>

namespace fake_housekeeping {

/// verb: "inspect" or "clean". At most two are told at once, so that there may be more.
fake_savepoints::answer carry_out(const std::string& verb, const std::string& script,
                                  const rapidjson::Value& request);

}  // namespace fake_housekeeping
