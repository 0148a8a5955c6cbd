// What the fake plugin tells of failures: one incident a component, "3-end", and a short story.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/fake_savepoints.h"

namespace fake_diagnosis {

/// incidents and explain. `state`: the component's.
fake_savepoints::answer carry_out(const std::string& verb, const rapidjson::Value& request,
                                  const std::string& state);

}  // namespace fake_diagnosis
