// The program file, read back by a real supervisord: no value may change, none may become a
// directive (INV-8).
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/program_file.h"

#include "real_supervisord.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace dm::supervisor;
using dm::status_code;

namespace {

program simple() {
  program p;
  p.name = "flink.ns.app.comp";
  p.command = {"/usr/bin/true"};
  p.expected_exit_codes = {0, 3};
  p.comments = {"Written by the deployment manager; do not edit."};
  return p;
}

using arguments = std::vector<std::string>;

// Each would be changed, cut, or worse by one of supervisord's readers: the ini parser,
// %-expansion, shlex.
const std::vector<arguments> hostile = {
    {},
    {""},
    {"", "", "x", ""},
    {"plain", "with blank", "  leading", "trailing  ", "   "},
    {" ;comment", "a ;b", "a; b", ";", ";;", "x;y"},
    {" #comment", "a #b", "a# b", "#", "##", "x#y", "# ;"},
    {"'", "''", "'a'", "a'b", "'a b'", "it's"},
    {"\"", "\"\"", "\"a\"", "a\"b", "\"a b\"", "\"'\"", "'\"'"},
    {"\\", "\\\\", "a\\", "\\n", "\\\"", "\\'", "' \\ '", "C:\\x"},
    {"%", "%%", "%s", "%d%", "100%", "%%%"},
    {"%(here)s", "%%(here)s", "a%(here)s;%(here)s", "%(", "%("},
    {"%(ENV_HOME)s", "%(ENV_PATH)s", "%(program_name)s", "%(process_num)d", "%(host_node_name)s",
     "%(nosuch)s"},
    {"$HOME", "${HOME}", "`id`", "$(id)", "a && b", "a | b", "a > b", "*", "?", "[a]", "~", "!x"},
    {"[program:evil]", "[supervisord]", "[include]", "]", "["},
    {"command=/bin/false", "user=root", "a = b", "a: b", "=", ":", " = "},
    {"--", "-", "-x", "--long=value with blank", "-Dkey=a b;c #d"},
    {"-yD", "env.java.opts=-Dx=\"a b\" -Dy='c d' ; #"},
    {"\xC3\xA9t\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x98\x80", "a\xC3\xA9 ;b"},
    {"\xC2\xA0;x", "\xC2\xA0#x", "\xE3\x80\x80;x", "\xE2\x80\xA8;x", "\xE2\x80\xA9#x", "x\xC2\xA0"},
    {"\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x80\xAE"},
    {"@incarnation@", "a@b", "@"},
    {"{\"json\": [1, 2, {\"a\": \"b # c ; d %\"}]}"},
    {"SELECT * FROM t WHERE a = 'x' AND b LIKE '50%'; -- comment"},
    {"http://host:1/path?a=b&c=d#fragment", "hdfs:///a b/c;d"},
    {"a,b,c", "a;b;c", "/a/b:/c/d", "file#target"},
    {"' ;", "\" ;", "' #", "';'", "'#'", "'%'", "\"%(here)s\""},
    {"'\"'\"'", "\"'\"'\"", "''''", "\\'\\'"},
    {"x '' ;y", "x'';y", "''", "'' ''"},
    {"REM comment", "rem comment", "; x", "# x"},
    {"\xCC\x81", "e\xCC\x81 ;"},
    {"%(ENV_X)s ;", " %% ;", ";%", "#%(", "%;", "%#"},
    {"autostart=true\\nuser=root", "a\\tb"},
    {"0", "-1", "1e9", "true", "None"},
    {"<xml a='b'>&amp;</xml>", "]]>"},
    {std::string(20'000, 'x'), std::string(5'000, '\''), std::string(5'000, ';'),
     std::string(3'000, '%')},
    {"  '  \"  ;  #  %  \\  ", "';#%\\\""},
    {"a\xC2\xA0'b\xC2\xA0;c"},
    {"\xE1\x9A\x80;ogham", "\xE2\x80\x83;em", "\xE2\x81\x9F#math"},
    {"=;", ":;", "= #", ": ;"},
    {"(", ")", "()", "%()s", "(here)s", "%%()"},
};

arguments read_arguments(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  arguments read;
  for (std::size_t begin = 0; begin < content.size();) {
    const auto end = content.find('\0', begin);
    read.push_back(content.substr(begin, end - begin));
    begin = end + 1;
  }
  return read;
}

std::string number(std::size_t i) { return "hostile" + std::to_string(i); }

}  // namespace

TEST_CASE("a real supervisord hands over every argument byte for byte", "[supervisord]") {
  // Debian's unit starts it without a locale.
  const dm::test::real_supervisord::environment locale =
      GENERATE(dm::test::real_supervisord::environment{},
               dm::test::real_supervisord::environment{{"LANG", "C"}},
               dm::test::real_supervisord::environment{{"LC_ALL", "C"}},
               dm::test::real_supervisord::environment{{"LC_ALL", "POSIX"}},
               dm::test::real_supervisord::environment{{"LANG", "C.UTF-8"}});
  dm::test::real_supervisord supervisord(locale);
  REQUIRE(hostile.size() >= 40);
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    program p = simple();
    p.name = number(i);
    p.command = {DM_WRITE_ARGUMENTS, supervisord.directory() / (number(i) + ".out")};
    p.command.insert(p.command.end(), hostile[i].begin(), hostile[i].end());
    const auto file = render_program_file(p);
    REQUIRE(file);
    supervisord.write_program(p.name, *file);
  }
  dm::io::http_client http;
  supervisor rpc(http, {supervisord.socket_url(), "", ""});
  const auto op = dm::io::operation::within(std::chrono::seconds(100));
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    CAPTURE(i);
    const auto applied = rpc.apply(op, number(i));
    if (!applied) FAIL(applied.error().text());
    const std::string output = supervisord.directory() / (number(i) + ".out");
    while (!std::filesystem::exists(output)) {
      if (op.remaining().count() == 0) FAIL("no output: " << supervisord.log());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(read_arguments(output) == hostile[i]);
  }
  const auto all = rpc.all_processes(op);
  REQUIRE(all);
  CHECK(all->size() == hostile.size());
}

TEST_CASE("the file says what a guard needs") {
  program p = simple();
  p.command = {"/usr/bin/flink-guard", "--spec", "/opt/a/guard.json", "--",
               "/opt/flink/bin/flink", "run"};
  p.stop_wait_seconds = 45;
  const auto file = render_program_file(p);
  REQUIRE(file);
  CHECK(*file ==
        "; Written by the deployment manager; do not edit.\n"
        "[program:flink.ns.app.comp]\n"
        "command=/usr/bin/flink-guard --spec /opt/a/guard.json -- /opt/flink/bin/flink run\n"
        "autostart=true\n"
        "startsecs=0\n"
        "startretries=1000000\n"
        "autorestart=unexpected\n"
        "exitcodes=0,3\n"
        "stopsignal=TERM\n"
        "stopwaitsecs=45\n"
        "stopasgroup=false\n"
        "killasgroup=false\n"
        "stdout_logfile=NONE\n"
        "stderr_logfile=NONE\n");
}

TEST_CASE("what cannot be read back unchanged is refused, all of it at once") {
  program p = simple();
  p.name = "a b";
  p.command = {"relative",
               "line\nuser=root",
               std::string("zero\0byte", 9),
               "tab\there",
               "\xFF",
               "\xC2\x85;nel",
               "fine",
               "\xED\xA0\x80",
               "\x7F"};
  p.comments = {"two\nlines"};
  p.expected_exit_codes = {256};
  p.stop_wait_seconds = 0;
  const auto file = render_program_file(p);
  REQUIRE_FALSE(file);
  CHECK(file.error().code == status_code::invalid_argument);
  std::vector<std::string> paths;
  for (const dm::problem& problem : file.error().details) {
    paths.push_back(problem.path);
    CHECK_FALSE(problem.allowed.empty());
    for (const char c : problem.found) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
  CHECK(paths == std::vector<std::string>{"$.name", "$.command[0]", "$.command[1]", "$.command[2]",
                                          "$.command[3]", "$.command[4]", "$.command[5]",
                                          "$.command[7]", "$.command[8]", "$.comments[0]",
                                          "$.expected_exit_codes", "$.stop_wait_seconds"});
}

TEST_CASE("a name that would leave its section is refused") {
  program p = simple();
  p.name = GENERATE(as<std::string>(), "", "a]", "a\n[program:b]", "a:b", "a/b", "a b", "a;b",
                    "a#b", "a%b", "\xC3\xA9");
  const auto file = render_program_file(p);
  REQUIRE_FALSE(file);
  CHECK(file.error().details.front().path == "$.name");
}

TEST_CASE("arguments that need no quotes stay readable") {
  CHECK(quote_argument("flink.ns.app.comp") == "flink.ns.app.comp");
  CHECK(quote_argument("hdfs:///a/b") == "hdfs:///a/b");
  CHECK(quote_argument("@incarnation@") == "@incarnation@");
  CHECK(quote_argument("") == "''");
  CHECK(quote_argument("a b") == "'a b'");
}
