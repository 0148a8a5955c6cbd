// What is shown of a part of a log.
#include "logs/log_text.h"

#include <catch2/catch.hpp>

#include <random>

#include "io/utf8.h"

using namespace dm::logs;
namespace io = dm::io;

namespace {

log_window window_over(const std::string& whole, std::int64_t from = 0,
                       std::size_t limit = 1 << 20) {
  return window_of(whole, from, limit);
}

shown_text forwards(const std::string& whole, std::int64_t start = 0,
                    std::size_t max_bytes = 1 << 20, bool may_grow = true) {
  log_shape shape;
  shape.max_bytes = max_bytes;
  shape.start = start;
  shape.may_grow = may_grow;
  return shape_text(window_over(whole), line_filter(), shape);
}

shown_text newest(const std::string& whole, std::size_t lines, std::size_t max_bytes = 1 << 20) {
  log_shape shape;
  shape.max_bytes = max_bytes;
  shape.tail_lines = lines;
  shape.from_end = true;
  shape.may_grow = false;
  return shape_text(window_over(whole), line_filter(), shape);
}

}  // namespace

TEST_CASE("whole lines are shown, and the next piece begins behind them") {
  const shown_text shown = forwards("one\ntwo\nthr");
  CHECK(shown.text == "one\ntwo\n");
  CHECK(shown.next_offset == 8);
  CHECK_FALSE(shown.left_out);
  CHECK(forwards("one\ntwo\nthr", 8).text.empty());
  CHECK(forwards("one\ntwo\nthr", 8, 1 << 20, false).text == "thr");
  CHECK(forwards("one\ntwo\n", 4).text == "two\n");
  CHECK(forwards("").text.empty());
  const shown_text part = forwards("one\ntwo\nthree\n", 0, 8);
  CHECK(part.text == "one\ntwo\n");
  CHECK(part.left_out);
  CHECK(part.next_offset == 8);
}

TEST_CASE("the newest lines are shown, and what was left out is said") {
  shown_text shown = newest("one\ntwo\nthree\n", 2);
  CHECK(shown.text == "two\nthree\n");
  CHECK(shown.offset == 4);
  CHECK(shown.next_offset == 14);
  CHECK(shown.left_out);
  shown = newest("one\ntwo\n", 5);
  CHECK(shown.text == "one\ntwo\n");
  CHECK_FALSE(shown.left_out);
  shown = newest("one\ntwo\nthree\n", 0, 10);
  CHECK(shown.text == "two\nthree\n");
  CHECK(shown.left_out);
  // A window that begins within a line.
  log_shape shape;
  shape.from_end = true;
  shown = shape_text(window_over("first line\nsecond\n", -9), line_filter(), shape);
  CHECK(shown.text == "second\n");
  CHECK(shown.left_out);
}

TEST_CASE("a line that is longer than a text comes in pieces that lose nothing") {
  const std::string line = std::string(995, 'x') + "äöü" + "end";
  std::string together;
  std::int64_t at = 0;
  for (int i = 0; i < 20; ++i) {
    const shown_text shown = forwards(line + "\n", at, 100);
    CHECK(shown.text.size() <= 100);
    CHECK(io::is_valid_utf8(shown.text));
    together += shown.text;
    if (shown.next_offset == at) break;
    at = shown.next_offset;
  }
  CHECK(together == line + "\n");
  const shown_text last = newest(line + "\n", 0, 10);
  CHECK(last.text.size() <= 10);
  CHECK(last.text.ends_with("end\n"));
  CHECK(last.left_out);
}

TEST_CASE("nothing that a terminal would obey is shown, and all of it is UTF-8") {
  CHECK(forwards("a\x1b[31mred\r\n").text == "a\\x1b[31mred\\x0d\n");
  CHECK(forwards("tab\tis\n").text == "tab\tis\n");
  CHECK(forwards(std::string("nul\0\x7f\n", 6)).text == "nul\\x00\\x7f\n");
  CHECK(forwards("\xC2\x9B"
                 "31m\n")
            .text == "\\x9b31m\n");
  CHECK(forwards("\xff\xfe z\n").text == "\xEF\xBF\xBD\xEF\xBF\xBD z\n");
  std::mt19937 random(3);
  std::uniform_int_distribution<int> byte(0, 255);
  std::string noise;
  for (int i = 0; i < 20'000; ++i) noise += static_cast<char>(byte(random));
  std::int64_t at = 0;
  for (int i = 0; i < 2'000; ++i) {
    const shown_text shown = forwards(noise, at, 200, false);
    CHECK(io::is_valid_utf8(shown.text));
    CHECK(shown.text.size() <= 200);
    CHECK(shown.text.find('\x1b') == std::string::npos);
    if (shown.next_offset == at) break;
    at = shown.next_offset;
  }
  CHECK(at == 20'000);
}

TEST_CASE("secrets are masked, wherever a piece begins (INV-7)") {
  CHECK(forwards("user=a password=V1 b\nnext\n").text == "user=a password=*** b\nnext\n");
  const std::string line = "password=" + std::string(50, 'V') + " rest\n";
  for (std::int64_t start = 0; start < static_cast<std::int64_t>(line.size()); ++start)
    CHECK(forwards(line, start).text.find("VV") == std::string::npos);
  for (std::size_t most = 1; most < line.size(); ++most)
    CHECK(forwards(line, 0, most).text.find('V') == std::string::npos);
  // Nobody learns by a search what is masked.
  log_shape shape;
  const auto filter = line_filter::make({}, "V1");
  REQUIRE(filter);
  CHECK(shape_text(window_over("password=V1\n"), *filter, shape).text.empty());
  CHECK(forwards("url=http://u:V1@host/x\n").text == "url=http://***@host/x\n");
}

TEST_CASE("events since a moment are shown with the lines that belong to them") {
  const std::string log =
      "\tat before\n"
      "2026-11-23T12:00:00Z ERROR one\n\tat one\n"
      "2026-11-23T13:00:00Z ERROR two\n\tat two\n";
  const auto shown = [&](const char* since) {
    const auto filter = line_filter::make(*io::from_rfc3339(since), "");
    REQUIRE(filter);
    return shape_text(window_over(log), *filter, {}).text;
  };
  CHECK(shown("2026-11-23T12:30:00.000Z") == "2026-11-23T13:00:00Z ERROR two\n\tat two\n");
  CHECK(shown("2026-11-23T11:00:00.000Z") == log);
  CHECK(shown("2026-11-23T14:00:00.000Z").empty());
}
