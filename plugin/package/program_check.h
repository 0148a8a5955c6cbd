// Whether Flink can start the component's program, as far as its files tell: the jar and its class,
// or the Python interpreter.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "input/settings.h"
#include "io/operation.h"
#include "package/descriptor.h"

namespace dm::package {

// Adds what is wrong with the jar to the reading. An error has nothing to do with the jar: it could
// not be read. folder: the staged one; descriptor.main_jar is in it.
result<void> check_jar(const input::settings& settings, const io::operation& op,
                       const std::string& folder, descriptor_reading& reading);

void check_python(const input::settings& settings, descriptor_reading& reading);

}  // namespace dm::package
