// Text from outside: what is one line, what is a secret, how the rest is shown.
#include "input/text_rules.h"

#include <catch2/catch.hpp>

using namespace dm::input;

TEST_CASE("one line is UTF-8 without control characters and line separators") {
  CHECK(single_line(""));
  CHECK(single_line("größe ≥ 3 – ok"));
  CHECK_FALSE(single_line("a\nb"));
  CHECK_FALSE(single_line("a\tb"));
  CHECK_FALSE(single_line(std::string_view("a\0b", 3)));
  CHECK_FALSE(single_line("a\x7f"));
  CHECK_FALSE(single_line("a\xC2\x85"));      // next line
  CHECK_FALSE(single_line("a\xE2\x80\xA8"));  // line separator
  CHECK_FALSE(single_line("a\xFF"));
  CHECK_FALSE(single_line("\xC0\xAF"));  // overlong
}

TEST_CASE("what is shown is short and printable") {
  CHECK(shown("") == "(empty)");
  CHECK(shown("a\nb\x1b[31m\xff") == "a\\x0ab\\x1b[31m\\xff");
  CHECK(shown("größe") == "größe");
  const std::string cut = shown(std::string(1000, 'x'));
  CHECK(cut.size() < 100);
  CHECK(cut.ends_with("…"));
}

TEST_CASE("a value is shown without what is secret in it (D-10)") {
  CHECK(shown_value("db_password", "hunter2").find("hunter2") == std::string::npos);
  CHECK(shown_value("db_name", "hunter2") == "hunter2");
  CHECK(shown_value("component_application_args", "--pwd hunter2 -x") == "--pwd *** -x");
}

TEST_CASE("a plain path is absolute and leads nowhere else") {
  CHECK(plain_absolute_path("/opt"));
  CHECK(plain_absolute_path("/opt/a-b_c.d+e@f"));
  for (const char* path : {"", "/", "opt", "/opt/", "/opt//x", "/opt/../etc", "/opt/./x", "/opt/..",
                           "/a b", "/a:b", "/a\nb", "~/x"}) {
    INFO(path);
    CHECK_FALSE(plain_absolute_path(path));
  }
}

TEST_CASE("the nearest name is suggested, and nothing when none is near") {
  const std::vector<std::string> names = {"component_flink_slots", "component_flink_queue"};
  CHECK(nearest("component_flink_slot", names) == "component_flink_slots");
  CHECK(nearest("component_flink_qeue", names) == "component_flink_queue");
  CHECK(nearest("x", names) == std::nullopt);
  CHECK(nearest(std::string(100'000, 'x'), names) == std::nullopt);
}
