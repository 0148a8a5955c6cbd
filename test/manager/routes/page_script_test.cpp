// Modules joined to one script.
// SPDX-License-Identifier: Apache-2.0
#include "routes/page_script.h"

#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using manager::joined_script;

TEST_CASE("what is needed comes first, once, and names of a module stay its own") {
  const std::string script = joined_script(
      {{"b.js",
        "import {one} from \"./c.js\";\nconst own = 1;\nexport function two() { return one; }\n"},
       {"c.js", "const own = 2;\nexport const one = own;\n"},
       {"main.js",
        "import {two} from \"./b.js\";\nimport {\n  one as first,\n} from "
        "\"./c.js\";\ntwo(first);\n"}},
      "main.js");
  CHECK(script.find("const module_c") < script.find("const module_b"));
  CHECK(script.find("const module_b") < script.find("const module_main"));
  CHECK(script.find("const module_c", script.find("const module_c") + 1) == std::string::npos);
  CHECK_THAT(script, Contains("const {one} = module_c;"));
  CHECK_THAT(script, Contains("one: first"));
  CHECK_THAT(script, Contains("return {two};"));
  CHECK_THAT(script, !Contains("export ") && !Contains("import "));
}

TEST_CASE("what cannot be joined is an error, not half a script") {
  const auto joined = [](std::vector<manager::page_source> modules) {
    return joined_script(modules, "main.js");
  };
  CHECK_THROWS_WITH(joined({}), Contains("there is no module main.js"));
  CHECK_THROWS_WITH(joined({{"main.js", "import {a} from \"./a.js\";\n"}}), Contains("a.js"));
  CHECK_THROWS_WITH(joined({{"main.js", "import {a} from \"./a.js\";\n"},
                            {"a.js", "import {b} from \"./main.js\";\n"}}),
                    Contains("imports what needs it"));
  CHECK_THROWS_WITH(joined({{"main.js", "import a from \"./a.js\";\n"}}),
                    Contains("not understood"));
  CHECK_THROWS_WITH(joined({{"main.js", "export default 1;\n"}}), Contains("not understood"));
  CHECK_THROWS_WITH(joined({{"main.js", "export let a = 1;\n"}}), Contains("not understood"));
}
