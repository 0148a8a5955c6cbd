// What crosses a plugin's boundary.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_document.h"

#include <catch2/catch.hpp>

#include <string>

using namespace manager;

namespace {

int released = 0;

void release(dm_document* document) {
  ++released;
  *document = {nullptr, 0, nullptr};
}

// What the host makes of such a reply.
std::string read(dm_string reply) {
  dm_plugin table{};
  table.release = release;
  released = 0;
  std::string text;
  {
    owned_document document(table);
    *document.out() = {reply.data, reply.size, nullptr};
    text = json::to_text(document.parse());
  }
  CHECK(released == 1);
  return text;
}

}  // namespace

TEST_CASE("a reply is an object, whatever the plugin sends, and is given back once") {
  CHECK(read(lend(R"({"changed":true})")) == R"({"changed":true})");
  CHECK(read({nullptr, 0}) == "{}");
  CHECK(read(lend("")) == "{}");
  CHECK(read(lend("[1]")) == "{}");
  CHECK(read(lend("{\"changed\":")) == "{}");
  CHECK(read(lend("{\"name\":\"\xff\"}")) == "{}");
  // No byte beyond the size is read.
  const std::string longer = "{}garbage";
  CHECK(read({longer.data(), 2}) == "{}");
}

TEST_CASE("a text without an address is an empty one") {
  CHECK(view({nullptr, 7}).empty());
  CHECK(view(lend("text")) == "text");
  CHECK(lend("text").size == 4);
}
