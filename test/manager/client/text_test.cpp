// Texts on a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "client/text.h"

#include <catch2/catch.hpp>

using namespace dmctl;

TEST_CASE("what would move a cursor or turn a text is shown, not done") {
  CHECK(harmless("plain, café, 日本") == "plain, café, 日本");
  CHECK(harmless("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(harmless("a\nb\tc\rd\x7f") == "a\\nb\\tc\\rd\\x7f");
  CHECK(harmless("\xc2\x9b"
                 "31m") == "\\x9b31m");  // C1, as UTF-8
  CHECK(harmless("\x9b"
                 "31m") == "\\x9b31m");  // and as a byte
  CHECK(harmless("a\xe2\x80\xae"
                 "b") == "a\\u202eb");  // right to left
  CHECK(harmless("a\xef\xbb\xbf"
                 "b") == "a\\ufeffb");
  CHECK(harmless(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(harmless("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(harmless("\xc0\xaf") == "\\xc0\\xaf");           // overlong
  CHECK(harmless("\xe6\x97") == "\\xe6\\x97");           // cut off
}

TEST_CASE("lines and tabs of a log stay") {
  CHECK(harmless_lines("a\tb\nc\x1b]0;x\x07\n") == "a\tb\nc\\x1b]0;x\\x07\n");
}

TEST_CASE("columns are those of a terminal") {
  CHECK(columns("abc") == 3);
  CHECK(columns("é") == 1);
  CHECK(columns("日本") == 4);
  CHECK(columns("e\xcc\x81") == 1);  // a combining accent
  CHECK(columns("") == 0);
}

TEST_CASE("what does not fit is cut between characters, with an ellipsis") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 5) == "abcd…");
  CHECK(cut("日本語", 5) == "日本…");
  CHECK(cut("日本語", 4) == "日…");
  CHECK(cut("abcdef", 1) == "…");
  CHECK(cut("abcdef", 0) == "abcdef");
  CHECK(padded("日", 4) == "日  ");
  CHECK(padded("ab", 4, true) == "  ab");
  CHECK(padded("abcde", 4) == "abcde");
}

TEST_CASE("texts are folded at blanks, and only there: a path in one can be copied") {
  using lines = std::vector<std::string>;
  CHECK(folded("one two three", 7) == lines{"one two", "three"});
  CHECK(folded("a\n\nb", 10) == lines{"a", "", "b"});
  CHECK(folded("abcdefgh", 3) == lines{"abcdefgh"});
  CHECK(folded("a bcdefgh i", 3) == lines{"a", "bcdefgh", "i"});
  CHECK(folded("  bcdefgh i", 3) == lines{"  bcdefgh", "i"});
  CHECK(folded("日本語", 4) == lines{"日本語"});
  CHECK(folded("no limit at all", 0) == lines{"no limit at all"});
}
