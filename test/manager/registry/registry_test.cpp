// Transactions, and the stores inside them.
// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace manager;

TEST_CASE("a transaction that throws leaves nothing") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  CHECK_THROWS(memory.transact([](registry_view& view) {
    view.packages.set_state("a-1.0.0", "DEPLOYING", std::nullopt);
    throw std::runtime_error("no");
  }));
  CHECK(memory.transact([](registry_view& view) { return view.packages.find("a-1.0.0").state; }) ==
        "NOTDEPLOYED");
}

TEST_CASE("transactions of several threads") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&memory, t] {
      for (int i = 0; i < 10; ++i) {
        memory.transact([&](registry_view& view) {
          view.uploads.put({"file" + std::to_string(t * 10 + i), "user"});
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(memory.transact([](registry_view& view) { return view.uploads.find("file39"); })
            .value()
            .user == "user");
}
