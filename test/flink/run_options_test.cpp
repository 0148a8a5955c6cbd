// The table of options agrees with itself and with the clients' help.
// SPDX-License-Identifier: Apache-2.0
#include "flink/run_options.h"

#include <catch2/catch.hpp>

#include <string>

using namespace dm::flink;

TEST_CASE("options are found by each of their names") {
  for (const char* word : {"-yjm", "--yarnjobManagerMemory", "-yarnjobManagerMemory"}) {
    const run_option* option = find_run_option(word);
    REQUIRE(option != nullptr);
    CHECK(option->name == "-yjm");
  }
  for (const char* word : {"", "-", "--", "-nosuch", "yjm", "--yjm", "-yD=", "--par", "-P"}) {
    CAPTURE(word);
    CHECK(find_run_option(word) == nullptr);
  }
}

TEST_CASE("every option that a client's help lists is known, with its arity") {
  // `flink run --help` of 1.13.6, 1.20.5 and 2.3.0, and of 1.9 for what was removed.
  for (const char* word :
       {"-C",      "-c",    "-cm",  "-e",      "-m",     "-p",   "-py", "-pyarch", "-pyclientexec",
        "-pyexec", "-pyfs", "-pym", "-pypath", "-pyreq", "-rm",  "-s",  "-t",      "-yat",
        "-yid",    "-yj",   "-yjm", "-ynl",    "-ynm",   "-yqu", "-ys", "-yt",     "-ytm",
        "-yz",     "-z",    "-D",   "-yD",     "-yn"}) {
    CAPTURE(word);
    REQUIRE(find_run_option(word) != nullptr);
    CHECK(find_run_option(word)->takes_value);
  }
  for (const char* word : {"-d", "-n", "-sae", "-yd", "-yh", "-yq", "-h", "-v", "-yst", "-q"}) {
    CAPTURE(word);
    REQUIRE(find_run_option(word) != nullptr);
    CHECK_FALSE(find_run_option(word)->takes_value);
  }
}

TEST_CASE("every refusal says why") {
  for (const char* word : {"-c",  "-d",  "-m",  "-t",  "-s",   "-n",    "-rm",  "-cm",  "-z",
                           "-h",  "-v",  "-q",  "-py", "-pym", "-pyfs", "-ynm", "-yid", "-yd",
                           "-yz", "-yq", "-yh", "-yn", "-yst", "-j",    "-a",   "-e"}) {
    CAPTURE(word);
    REQUIRE(find_run_option(word) != nullptr);
    CHECK(find_run_option(word)->use == option_use::refused);
    CHECK_FALSE(find_run_option(word)->text.empty());
  }
}
