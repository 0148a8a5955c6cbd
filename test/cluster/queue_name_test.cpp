// What may be the name of a YARN queue.
#include "cluster/queue_name.h"

#include <catch2/catch.hpp>
#include <string>

using dm::cluster::is_queue_name;

TEST_CASE("a queue by its name or its path, and nothing that would be more than a name (INV-8)") {
  for (const char* good : {"default", "root.a.b", "a-b_c", "9", "A"}) {
    INFO(good);
    CHECK(is_queue_name(good));
  }
  for (const char* bad :
       {"", "-q", "--map=x", ".a", "a.", "a..b", "a b", "a\nb", "a;b", "a/b", "a\xC3\xA4"}) {
    INFO(bad);
    CHECK_FALSE(is_queue_name(bad));
  }
  CHECK(is_queue_name(std::string(255, 'q')));
  CHECK_FALSE(is_queue_name(std::string(256, 'q')));
}
