// A jar, opened as the zip it should be: which classes it has and which one its manifest names. By
// libarchive; no JVM.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/file.h"
#include "io/operation.h"

namespace dm::package {

struct jar_contents {
  std::string
      main_class;  // from the manifest: program-class (Flink's own), else Main-Class; may be empty
  bool has_class = false;        // the class that was asked for, or main_class when none was
  bool has_nested_jars = false;  // lib/*.jar inside, which Flink puts on the class path too
};

// descriptor: of the whole file, at its start. wanted_class: may be empty. FAILED_PRECONDITION: no
// zip, or a damaged one. `name` is for messages.
result<jar_contents> read_jar(const io::operation& op, int descriptor, std::string_view name,
                              std::string_view wanted_class);

// The attribute of a manifest's main section, its continuation lines joined; empty when it has
// none.
std::string manifest_attribute(std::string_view manifest, std::string_view attribute);

}  // namespace dm::package
