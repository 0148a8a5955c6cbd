// The keys of Flink's configuration files.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_file.h"

#include <catch2/catch.hpp>

using namespace dm::flink;

namespace {

// "key=value@line" of each.
std::vector<std::string> keys(const configuration_file& file) {
  std::vector<std::string> all;
  for (const configured_key& one : file.keys)
    all.push_back(one.key + "=" + one.value + "@" + std::to_string(one.line));
  return all;
}
using list = std::vector<std::string>;

}  // namespace

TEST_CASE("flink-conf.yaml: a key a line, by Flink's own rules") {
  const configuration_file file = read_flat_configuration(
      "# execution.target: commented\njobmanager.rpc.port: 6123\r\n  execution.target:  "
      "yarn-per-job "
      "# why\nno-value:\nyarn.tags:x\nurl: http://a: b\n: x\nlast: 1");
  CHECK(keys(file) == list{"jobmanager.rpc.port=6123@2", "execution.target=yarn-per-job@3",
                           "url=http://a: b@6", "last=1@8"});
  CHECK(keys(read_flat_configuration("\xEF\xBB\xBF"
                                     "a: b\n")) == list{"a=b@1"});
}

TEST_CASE("config.yaml: nested, dotted, quoted and in braces") {
  const configuration_file file = read_yaml_configuration(
      "---\n"                                                                        // 1
      "# comment\n"                                                                  // 2
      "execution:\n"                                                                 // 3
      "  target: yarn-per-job # the old way\n"                                       // 4
      "  savepoint.path: \"hdfs:///x #1\"\n"                                         // 5
      "  checkpointing:\n"                                                           // 6
      "      interval: 3min\n"                                                       // 7
      "yarn.tags: 'a,b'\n"                                                           // 8
      "'yarn.application.id' : x\n"                                                  // 9
      "high-availability: {cluster-id: one, zookeeper: {path: {namespace: two}}}\n"  // 10
      "env:\n"                                                                       // 11
      "  java:\n"                                                                    // 12
      "    opts:\n"                                                                  // 13
      "      all: --add-opens=a/b=ALL --add: x\n"                                    // 14
      "pipeline:\n"                                                                  // 15
      "  jars:\n"                                                                    // 16
      "  - file:///a: b\n"                                                           // 17
      "  name: x\n");                                                                // 18
  CHECK(keys(file) == list{"execution.target=yarn-per-job@4",
                           "execution.savepoint.path=hdfs:///x #1@5",
                           "execution.checkpointing.interval=3min@7", "yarn.tags=a,b@8",
                           "yarn.application.id=x@9", "high-availability.cluster-id=one@10",
                           "high-availability.zookeeper.path.namespace=two@10",
                           "env.java.opts.all=--add-opens=a/b=ALL --add: x@14", "pipeline.jars=@17",
                           "pipeline.name=x@18"});
  CHECK(file.not_understood.empty());
}

TEST_CASE("config.yaml: values over several lines hide no key and make none") {
  const configuration_file file = read_yaml_configuration(
      "text: |\n  execution.target: not a key\n\n  more\nlist: [a,\n  b]\nfolded: one\n  two: "
      "three\n"
      "flow: {a: 1,\n  b: 2}\nexecution.target: local\n");
  CHECK(keys(file) == list{"text=@1", "list=@5", "folded=one@7", "flow.a=1@10", "flow.b=2@10",
                           "execution.target=local@11"});
}

TEST_CASE("config.yaml: what is not understood is said") {
  CHECK(read_yaml_configuration("a: &x 1\nb: *x\n").not_understood == std::vector<int>{1, 2});
  CHECK(read_yaml_configuration("base: 1\n<<: *base\n").not_understood == std::vector<int>{2});
  CHECK(read_yaml_configuration("a: 1\n---\nb: 2\n").not_understood == std::vector<int>{2});
  CHECK(read_yaml_configuration("a:\n\tb: 2\n").not_understood == std::vector<int>{2});
  CHECK(read_yaml_configuration("just words\n").not_understood == std::vector<int>{1});
  CHECK_FALSE(read_yaml_configuration("a: {b: 1\n").not_understood.empty());
}

TEST_CASE("configuration files: anything is borne") {
  CHECK(read_yaml_configuration("").keys.empty());
  CHECK(read_flat_configuration("").keys.empty());
  static_cast<void>(read_yaml_configuration(std::string(100'000, '{')));
  static_cast<void>(read_yaml_configuration("a: " + std::string(10'000, '{')));
  CHECK(read_yaml_configuration(std::string(100'000, '\n')).keys.empty());
}

namespace {

// "key=value", with a '!' behind it where that is not the whole of what Flink reads.
list wholes(const configuration_file& file) {
  list all;
  for (const configured_key& one : file.keys)
    all.push_back(one.key + "=" + one.value + (one.whole ? "" : "!"));
  return all;
}

list wholes(std::string_view yaml) { return wholes(read_yaml_configuration(yaml)); }

}  // namespace

TEST_CASE("flink-conf.yaml: every value is whole, and quotes belong to it") {
  CHECK(wholes(read_flat_configuration("a: [b, c]\nd: 'e'\nf: \"g\n")) ==
        list{"a=[b, c]", "d='e'", "f=\"g"});
}

TEST_CASE("config.yaml: values on one line are whole, without their quotes") {
  CHECK(wholes("a: 1\nb: x y # why\nc: 'it''s'\nd: \"say \\\"hi\\\" \\\\ \\/\"\ne: ''\nf: \"\"\n"
               "g: x#y\nh: -Da='b'\ni: a:b\nj: '\\t'\n") ==
        list{"a=1", "b=x y", "c=it's", "d=say \"hi\" \\ /", "e=", "f=", "g=x#y", "h=-Da='b'",
             "i=a:b", "j=\\t"});
}

TEST_CASE("config.yaml: a list is not whole, in block and in flow form") {
  CHECK(wholes("a: [b, c]\nd: 1\n") == list{"a=!", "d=1"});
  CHECK(wholes("a: [b,\n    c]\nd: 1\n") == list{"a=!", "d=1"});
  CHECK(wholes("a:\n  - b\n  - c\nd: 1\n") == list{"a=!", "d=1"});
  CHECK(wholes("a:\n- b\n- c: 1\n  e: 2\nd: 1\n") == list{"a=!", "d=1"});
  CHECK(wholes("a:\n  b:\n    - c\n  d: 1\n") == list{"a.b=!", "a.d=1"});
  CHECK(wholes("a: {b: [1, 2], c: 3, d: []}\n") == list{"a.b=!", "a.c=3", "a.d=!"});
  CHECK(wholes("a: {b: {c: [x, {y: z}]}}\n") == list{"a.b.c=!"});
}

TEST_CASE("config.yaml: a text over several lines is not whole") {
  CHECK(wholes("a: |\n  b: c\n  d\ne: 1\n") == list{"a=!", "e=1"});
  CHECK(wholes("a: >-\n  b\n\n  # no comment\ne: 1\n") == list{"a=!", "e=1"});
  CHECK(wholes("a: b\n  c\ne: 1\n") == list{"a=b!", "e=1"});
  CHECK(wholes("a: \"b\n  c\"\ne: 1\n") == list{"a=!", "e=1"});
  CHECK(wholes("a: 'b\n\n  c'\ne: 1\n") == list{"a=!", "e=1"});
  // Neither is a comment or an empty line below its key a part of it.
  CHECK(wholes("a: b\n\n  # why\ne: 1\n") == list{"a=b", "e=1"});
}

TEST_CASE("config.yaml: what is in quotes and not read as Flink reads it is not whole") {
  CHECK_FALSE(read_yaml_configuration("a: \"b\\tc\"\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: \"\\u00fc\"\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: \"b\" c\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: 'b\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: {b: \"\\n\", c: 1}\n").keys.at(0).whole);
  CHECK(read_yaml_configuration("a: {b: \"\\n\", c: 1}\n").keys.at(1).whole);
}

TEST_CASE("config.yaml: what YAML takes for no value at all is not whole") {
  // Flink would refuse such a file, or read no value: a text that says "null" is neither.
  CHECK_FALSE(read_yaml_configuration("a: null\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: ~\n").keys.at(0).whole);
  CHECK_FALSE(read_yaml_configuration("a: {b: ~}\n").keys.at(0).whole);
  CHECK(read_yaml_configuration("a: 'null'\n").keys.at(0).whole);
}
