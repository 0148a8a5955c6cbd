// A jar, read as java.util.jar and Flink read it, without a JVM: which class its manifest names,
// whether that one is in it, and whether Flink can start it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/error.h"
#include "io/operation.h"

namespace dm::package {

struct jar_contents {
  std::string main_class;  // as the manifest has it, blanks and slashes included: program-class
                           // (Flink's own), else Main-Class; may be empty
  bool has_class = false;  // the class that was asked for, or main_class when none was
  bool has_nested_jars = false;   // lib/*.jar inside, which Flink puts on the class path too
  bool hides_properties = false;  // it has an application.properties of its own
  int java_release = 0;  // that the class needs: 17; 0: there is no class, or it cannot be read
  std::string class_problem;  // why Flink cannot start the class; empty: it can, or a superclass
                              // outside of the jar decides
};

// descriptor: of the whole file. wanted_class: may be empty. java_release: of the Java that will
// run it, which decides over the classes of a multi-release jar; 0: not known, all of them count.
// FAILED_PRECONDITION: no zip, a damaged one, or one that Java does not open. Signatures are not
// checked. `name` is for messages.
result<jar_contents> read_jar(const io::operation& op, int descriptor, std::string_view name,
                              std::string_view wanted_class, int java_release = 0);

// The attribute of a manifest's main section as java.util.jar.Attributes gives it: continuation
// lines joined, one blank after the colon left out, others kept; empty when it has none.
std::string manifest_attribute(std::string_view manifest, std::string_view attribute);

}  // namespace dm::package
