// What a queue policy said: kept in the log, and for people.
#include "component/queue_answer.h"

#include <catch2/catch.hpp>

#include "component/log_record.h"

using namespace dm::component;

TEST_CASE("what a queue policy said comes back as it was written") {
  const std::vector<queue_answer> answers = {
      {"", queue_word::queue, "root.a", ""},
      {"prod", queue_word::queue, "root.prod", "a \"word\" on its standard error"},
      {"", queue_word::no_map, "root.misc", "no map"},
      {"", queue_word::no_rule, "", ""},
      {"prod", queue_word::not_allowed, "", "Error: No matching queue."},
      {"prod", queue_word::not_told, "", "it had not ended after 10.0 s and was ended"}};
  for (const queue_answer& answer : answers) {
    log_record record;
    record.kind = record_kind::incarnation;
    record.queue_policy = answer;
    const auto read = read_log_record(to_json(record), 3);
    REQUIRE(read);
    REQUIRE(read->queue_policy);
    CHECK(read->queue_policy->requested == answer.requested);
    CHECK(read->queue_policy->word == answer.word);
    CHECK(read->queue_policy->queue == answer.queue);
    CHECK(read->queue_policy->text == answer.text);
  }
}

TEST_CASE("a record without one, or with a word of a later version, has none (D-43)") {
  log_record record;
  record.kind = record_kind::incarnation;
  CHECK_FALSE(read_log_record(to_json(record), 3)->queue_policy);
  record.queue_policy = queue_answer{"", queue_word::no_rule, "", ""};
  std::string text = to_json(record);
  text.replace(text.find("no_rule"), 7, "no_moon");
  const auto read = read_log_record(text, 3);
  REQUIRE(read);
  CHECK_FALSE(read->queue_policy);
}

TEST_CASE("a no is one of three, all else is none, and each has its own sentence") {
  CHECK_FALSE(queue_answer{"", queue_word::queue, "q", ""}.refused());
  CHECK_FALSE(queue_answer{"", queue_word::not_told, "", ""}.refused());
  std::vector<std::string> sentences;
  for (const queue_word word : {queue_word::queue, queue_word::no_map, queue_word::no_rule,
                                queue_word::not_allowed, queue_word::not_told}) {
    const queue_answer answer{"prod", word, "root.q", "its words"};
    const std::string sentence = described(answer);
    INFO(sentence);
    CHECK(sentence.starts_with("the queue policy "));
    if (word != queue_word::queue) CHECK(sentence.ends_with(": its words"));
    CHECK(std::find(sentences.begin(), sentences.end(), sentence) == sentences.end());
    sentences.push_back(sentence);
  }
  CHECK(described({"prod", queue_word::not_allowed, "", ""}).find("prod") != std::string::npos);
}
