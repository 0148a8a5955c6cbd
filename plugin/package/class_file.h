// What of a Java class file tells whether Flink can start it: its version, its superclass, and its
// public static main(String[]).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/error.h"

namespace dm::package {

// The public main(String[]) that the class itself declares. not_known: the file is of a version
// whose parts this reader does not know.
enum class main_method { absent, not_static, usable, not_known };

struct class_file {
  int major = 0;  // 52 for Java 8, 61 for Java 17
  bool is_public = false;
  std::string superclass;  // with slashes; empty: none
  main_method main = main_method::not_known;
};

// FAILED_PRECONDITION: no class file, or one that is cut off.
result<class_file> read_class_file(std::string_view bytes);

// The Java release that a class file's version belongs to: 17 for 61.
inline int java_release_of(int class_file_major) { return class_file_major - 44; }

}  // namespace dm::package
