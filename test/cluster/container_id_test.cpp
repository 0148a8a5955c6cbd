// Ids of containers, and what they tell.
#include "cluster/container_id.h"

#include <catch2/catch.hpp>

using dm::cluster::parse_container_id;

TEST_CASE("a container's id tells its application and its attempt") {
  const auto first = parse_container_id("container_1795438290778_0007_01_000001");
  REQUIRE(first);
  CHECK(first->application == "application_1795438290778_0007");
  CHECK(first->attempt == "appattempt_1795438290778_0007_000001");
  CHECK(first->number == 1);
  const auto later = parse_container_id("container_e17_1795438290778_0007_02_000123");
  REQUIRE(later);
  CHECK(later->attempt == "appattempt_1795438290778_0007_000002");
  CHECK(later->number == 123);
}

TEST_CASE("what is no id of a container may not stand in a path (INV-8)") {
  for (const char* text :
       {"", "container_", "container_1_2_3", "container_1_2_3_4_5", "container_1_2_3_x",
        "container_1_2_3_../..", "container_x1_1_2_3_4", "application_1_2",
        "container_1_2_3_4/logs", "container_1_2_3_99999999999999999999", "container_e_1_2_3_4",
        "Container_1_2_3_4"}) {
    INFO(text);
    CHECK_FALSE(parse_container_id(text));
  }
}
