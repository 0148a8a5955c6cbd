// Ids of sources: they name what is meant, and nothing else can be read by one (INV-8).
#include "logs/source_id.h"

#include <catch2/catch.hpp>

using namespace dm::logs;

TEST_CASE("an id says what is meant, and is written as it was read") {
  struct expectation {
    const char* id;
    source_kind kind;
    std::uint64_t epoch;
  };
  for (const auto& [id, kind, epoch] : std::vector<expectation>{
           {"guard.log", source_kind::guard, 0},
           {"guard.log.1", source_kind::guard, 0},
           {"client-17.log", source_kind::client, 17},
           {"flink-epoch-17-client-node1.example.com.log", source_kind::client, 17},
           {"flink-epoch-17-client-node1.log.3", source_kind::client, 17},
           {"container_1_0007_01_000001.jobmanager.log", source_kind::jobmanager, 0},
           {"container_e17_1_0007_01_000002.taskmanager.out", source_kind::taskmanager, 0},
           {"container_1_0007_01_000002.flink.log.2", source_kind::taskmanager, 0},
           {"diagnostics-3", source_kind::diagnostics, 3},
           {"history-3", source_kind::history, 3}}) {
    INFO(id);
    const auto read = parse_source_id(id);
    REQUIRE(read);
    CHECK(read->kind == kind);
    CHECK(read->epoch == epoch);
    CHECK(to_string(*read) == id);
    CHECK(may_be_source_id(id));
  }
}

TEST_CASE("no id leads anywhere else (INV-8)") {
  for (const char* id : {"",
                         ".",
                         "..",
                         "guard.log/../x",
                         "../guard.log",
                         "guard.logs",
                         "guard.log.",
                         "guard.log.x",
                         "guard.log.01",
                         "client-0.log",
                         "client-.log",
                         "client-1.log.1",
                         "client-1.logx",
                         "client--1.log",
                         "flink-epoch-1.log",
                         "flink-epoch-1-client-",
                         "flink-epoch-x-client-a.log",
                         "container_1_2_3_4",
                         "container_1_2_3_4.",
                         "container_1_2_3_4..",
                         "container_1_2_3_4..x",
                         "container_1_2_3_4.launch_container.sh",
                         "container_1_2_3_4.directory.info",
                         "container_1_2_3_4.a/b",
                         "container_x.a.log",
                         "diagnostics-",
                         "diagnostics-1x",
                         "history-0",
                         "guard.json",
                         "client-99999999999999999999999.log",
                         "container_1_2_3_4.a b"}) {
    INFO(id);
    CHECK_FALSE(parse_source_id(id));
  }
  CHECK_FALSE(parse_source_id(std::string(201, 'a')));
  CHECK_FALSE(parse_source_id("container_1_2_3_4." + std::string(100, 'a')));
  CHECK_FALSE(parse_source_id(std::string("guard.log\0", 10)));
}
