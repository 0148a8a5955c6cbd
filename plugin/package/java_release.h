// Which Java a directory holds, from the file `release` that every JDK and JRE has; no process is
// started.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dm::package {

// 17 for the Java at java_home, 8 for a 1.8; 0: it could not be told.
int java_release_at(const std::string& java_home);
// The same from the text of a release file.
int java_release_in(std::string_view release_file);

}  // namespace dm::package
