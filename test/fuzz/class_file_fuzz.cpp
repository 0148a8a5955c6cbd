// Class files out of jars, and the manifests beside them.
// SPDX-License-Identifier: Apache-2.0
#include "package/class_file.h"

#include "fuzz.h"
#include "package/jar_file.h"
#include "package/java_release.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::package;
  const std::string_view bytes = dm::fuzz::text_of(data, size);
  if (const auto file = read_class_file(bytes)) {
    dm::fuzz::require(file->major >= 45 && file->major <= 65'535, "a version has a range");
    dm::fuzz::require(file->superclass.size() <= size, "a name is a part of the file");
  }
  dm::fuzz::require(manifest_attribute(bytes, "Main-Class").size() <= size,
                    "an attribute is a part of the manifest");
  const int release = java_release_in(bytes);
  dm::fuzz::require(release >= 0 && release <= 1'000, "a release has a range");
  return 0;
}
