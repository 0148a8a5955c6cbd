// Operations through the journal.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_runner.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::eventually;

namespace {

struct scripted_handler : operation_handler {
  std::function<operation_outcome(const operation_record&, operation_context&)> work;
  std::atomic<int> runs{0};

  operation_outcome run(const operation_record& operation, operation_context& context) override {
    ++runs;
    return work(operation, context);
  }
  std::string obstacle(const operation_record& operation) override {
    return operation.verb == "rescale" ? "this version does not know it" : "";
  }
  operation_outcome failed(const operation_record& operation, const failure& why) override {
    const std::string text = why.what();
    return {operation.state_before,
            text,
            [=](registry_view& view) {
              view.packages.set_state(operation.name, operation.state_before, text);
            },
            {}};
  }
};

operation_record deploy_of(const std::string& name) {
  operation_record operation;
  operation.id = operation_runner::make_id();
  operation.noun = "package";
  operation.name = name;
  operation.verb = "deploy";
  operation.user = "daemon";
  operation.state_before = "NOTDEPLOYED";
  return operation;
}

struct running {
  manager_test::temporary_directory directory;
  registry memory{directory / "db"};
  callbacks told{"", "", std::chrono::milliseconds(100), memory};
  scripted_handler handler;
  std::optional<operation_runner> runner;

  void start() {
    runner.emplace(memory, told, 2);
    runner->set_handler("package", handler);
  }
  void accept(const std::string& name) {
    runner->accept(deploy_of(name), "DEPLOYING", [&](registry_view& view) {
      view.packages.set_state(name, "DEPLOYING", std::nullopt);
    });
  }
  package_record package(const std::string& name) {
    return memory.transact([&](registry_view& view) { return view.packages.find(name); });
  }
  std::size_t journalled() {
    return memory.transact([](registry_view& view) { return view.operations.all().size(); });
  }
};

}  // namespace

TEST_CASE("work ends with its outcome, whatever it throws with the state before") {
  running r;
  r.handler.work = [](const operation_record& operation, operation_context&) -> operation_outcome {
    if (operation.name == "bad") throw std::runtime_error("no luck");
    return {"DEPLOYED",
            "",
            [operation](registry_view& view) {
              view.packages.set_state(operation.name, "DEPLOYED", std::nullopt);
            },
            {}};
  };
  r.start();
  r.accept("good");
  r.accept("bad");
  eventually([&] { return r.journalled() == 0; });
  CHECK(r.package("good").state == "DEPLOYED");
  CHECK(r.package("bad").state == "NOTDEPLOYED");
  CHECK(r.package("bad").information == "no luck");
}

TEST_CASE("one operation an object") {
  running r;
  r.handler.work = [](const operation_record&, operation_context& context) -> operation_outcome {
    while (true) {
      context.cancel.check();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  r.start();
  r.accept("a");
  CHECK_THROWS(r.accept("a"));
  r.runner.reset();
}

TEST_CASE("a shutdown leaves what is under way in the journal, and the next runner takes it up") {
  running r;
  r.handler.work = [](const operation_record&, operation_context& context) -> operation_outcome {
    context.progress("main", json::parse_or_throw(R"({"phase":"p"})", "test"));
    while (true) {
      context.cancel.check();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  r.start();
  r.accept("a");
  eventually([&] { return r.runner->progress("package", "a") == R"({"main":{"phase":"p"}})"; });
  r.runner.reset();
  CHECK(r.journalled() == 1);
  CHECK(r.package("a").state == "DEPLOYING");

  r.handler.work = [](const operation_record& operation, operation_context&) -> operation_outcome {
    return {"DEPLOYED",
            "",
            [operation](registry_view& view) {
              view.packages.set_state(operation.name, "DEPLOYED", std::nullopt);
            },
            {}};
  };
  r.start();
  r.runner->resume();
  eventually([&] { return r.package("a").state == "DEPLOYED"; });
  CHECK(r.journalled() == 0);
}

TEST_CASE("ids are not repeated") {
  CHECK(operation_runner::make_id() != operation_runner::make_id());
  CHECK(operation_runner::make_id().size() == 32);
}
