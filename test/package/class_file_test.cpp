// Class files: version, superclass, main.
#include "package/class_file.h"

#include <catch2/catch.hpp>

#include "support/class_bytes.h"

using namespace dm::package;
using dm::test::class_bytes;

TEST_CASE("a class file tells its version, its superclass and its main") {
  const auto file = read_class_file(class_bytes({.superclass = "a/Base", .major = 61}));
  REQUIRE(file);
  CHECK(file->major == 61);
  CHECK(java_release_of(file->major) == 17);
  CHECK(file->is_public);
  CHECK(file->superclass == "a/Base");
  CHECK(file->main == main_method::usable);
  CHECK(read_class_file(class_bytes({.main_flags = 0}))->main == main_method::absent);
  CHECK(read_class_file(class_bytes({.main_flags = 0x000A}))->main == main_method::absent);
  CHECK(read_class_file(class_bytes({.main_flags = 0x0001}))->main == main_method::not_static);
}

TEST_CASE("a class file of a later Java, with parts that are not known, is no broken one") {
  std::string later = class_bytes({.major = 90});
  const std::size_t first_constant = 10;
  later[first_constant] = '\x63';
  const auto file = read_class_file(later);
  REQUIRE(file);
  CHECK(file->major == 90);
  CHECK(file->main == main_method::not_known);
  std::string today = class_bytes();
  today[first_constant] = '\x63';
  CHECK_FALSE(read_class_file(today));
}

TEST_CASE("what is no class file is refused") {
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string("\xCA\xFE\xBA\xBE"), std::string(1000, '\xFF'),
        std::string("\xCA\xFE\xBA\xBE\0\0\0\x34", 8)}) {
    CHECK_FALSE(read_class_file(bytes));
  }
}
