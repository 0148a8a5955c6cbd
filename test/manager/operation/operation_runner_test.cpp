// Operations through the journal.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_runner.h"

#include "operation/operation_id.h"
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
  operation.id = make_operation_id();
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
  callbacks told{callback_options(), memory};
  event_hub events;
  scripted_handler handler;
  std::optional<operation_runner> runner;

  void start() {
    runner.emplace(memory, told, events, operation_limits{2});
    runner->set_handler("package", handler);
  }
  std::optional<ended_operation> ended(const std::string& id) {
    return memory.transact([&](registry_view& view) { return view.history.find(id); });
  }
  std::string accept_verb(const std::string& name, const std::string& verb) {
    operation_record operation = deploy_of(name);
    operation.verb = verb;
    runner->accept(operation, "BUSY", [&](registry_view& view) {
      view.packages.set_state(name, "BUSY", std::nullopt);
    });
    return operation.id;
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

namespace {

operation_outcome done(const operation_record& operation) {
  return {"DEPLOYED", "", [name = operation.name](registry_view& view) {
            view.packages.set_state(name, "DEPLOYED", std::nullopt);
          }};
}

operation_outcome until_cancelled(operation_context& context) {
  while (true) {
    context.cancel.check();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

TEST_CASE("what has ended is in the history: who, when, and how") {
  running r;
  r.handler.work = [](const operation_record& operation, operation_context&) {
    if (operation.name == "bad") throw std::runtime_error("no luck");
    return done(operation);
  };
  r.start();
  const std::string good = r.accept_verb("good", "deploy");
  const std::string bad = r.accept_verb("bad", "deploy");
  eventually([&] { return r.journalled() == 0; });
  const auto succeeded = r.ended(good);
  REQUIRE(succeeded);
  CHECK(succeeded->outcome == "SUCCEEDED");
  CHECK(succeeded->state == "DEPLOYED");
  CHECK(succeeded->operation.user == "daemon");
  CHECK(succeeded->started_at >= succeeded->operation.accepted_at);
  CHECK(succeeded->ended_at >= succeeded->started_at);
  const auto failed = r.ended(bad);
  REQUIRE(failed);
  CHECK(failed->outcome == "FAILED");
  CHECK(failed->information == "no luck");
}

TEST_CASE("starts that wait hold back neither stops nor anything else") {
  running r;
  r.handler.work = [](const operation_record& operation, operation_context& context) {
    return operation.verb == "start" ? until_cancelled(context) : done(operation);
  };
  r.start();
  for (const char* name : {"a", "b", "c"}) r.accept_verb(name, "start");
  eventually([&] { return r.handler.runs == 2; });
  const auto views = r.runner->board().views();
  REQUIRE(views.size() == 3);
  CHECK(views[2].status == "QUEUED");
  CHECK(views[2].waits_for ==
        std::vector<std::string>{views[0].operation.id, views[1].operation.id});
  r.accept_verb("d", "stop");
  r.accept_verb("e", "deploy");
  eventually(
      [&] { return r.package("d").state == "DEPLOYED" && r.package("e").state == "DEPLOYED"; });
  r.runner.reset();
}

TEST_CASE("an operation is cancelled while it runs, and while it waits") {
  running r;
  r.handler.work = [](const operation_record&, operation_context& context) {
    return until_cancelled(context);
  };
  r.start();
  std::vector<std::string> ids;
  for (const char* name : {"a", "b", "c"}) ids.push_back(r.accept_verb(name, "start"));
  eventually([&] { return r.handler.runs == 2; });
  r.runner->cancel(ids[2], "nobody");
  eventually([&] { return r.ended(ids[2]).has_value(); });
  CHECK(r.handler.runs == 2);
  CHECK(r.ended(ids[2])->outcome == "CANCELLED");
  CHECK(r.ended(ids[2])->cancelled_by == "nobody");
  CHECK(r.ended(ids[2])->started_at != 0);
  CHECK(r.package("c").state == "NOTDEPLOYED");
  r.runner->cancel(ids[0], "nobody");
  eventually([&] { return r.ended(ids[0]).has_value(); });
  CHECK(r.ended(ids[0])->information == "cancelled by nobody");
  CHECK(r.ended(ids[0])->outcome == "CANCELLED");
  // For a moment after that it is still known as one that is under way.
  CHECK_THROWS_WITH(r.runner->cancel(ids[0], "nobody"),
                    Catch::Matchers::Contains("here is nothing to cancel"));
  CHECK_THROWS_WITH(r.runner->cancel(std::string(32, '0'), "nobody"),
                    Catch::Matchers::Contains("no operation"));
  CHECK(r.package("b").state == "BUSY");
  r.runner.reset();
}

TEST_CASE("what cannot be cancelled any more says why") {
  running r;
  r.handler.work = [](const operation_record&, operation_context& context) {
    context.no_way_back("it is being rolled back");
    return until_cancelled(context);
  };
  r.start();
  const std::string id = r.accept_verb("a", "upgrade");
  eventually([&] { return !r.runner->board().view(id)->no_way_back.empty(); });
  CHECK_THROWS_WITH(r.runner->cancel(id, "nobody"),
                    Catch::Matchers::Contains("it is being rolled back"));
  r.runner.reset();
}

TEST_CASE("one operation takes another's place, and runs when that one has returned") {
  running r;
  std::atomic<bool> may_return{false};
  r.handler.work = [&](const operation_record& operation, operation_context& context) {
    if (operation.verb != "start") return done(operation);
    while (!context.cancel.requested() || !may_return) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    context.shutdown.check();
    return operation_outcome{"STARTED", "late", [](registry_view& view) {
                               view.packages.set_state("a", "STARTED", "late");
                             }};
  };
  r.start();
  const std::string start = r.accept_verb("a", "start");
  eventually([&] { return r.handler.runs == 1; });
  operation_record stop = deploy_of("a");
  stop.verb = "stop";
  const auto passing = [](registry_view& view) {
    view.packages.set_state("a", "STOPPING", std::nullopt);
  };
  REQUIRE(r.runner->accept_instead(start, stop, "STOPPING", passing));
  CHECK(r.package("a").state == "STOPPING");
  CHECK(r.journalled() == 1);
  CHECK(r.runner->board().view(start)->status == "CANCELLING");
  CHECK(r.runner->board().view(stop.id)->waits_for == std::vector<std::string>{start});
  CHECK(r.handler.runs == 1);
  may_return = true;
  eventually([&] { return r.package("a").state == "DEPLOYED"; });
  eventually([&] { return r.runner->board().views().empty(); });
  CHECK(r.ended(start)->cancelled_by == "daemon");
  CHECK(r.ended(stop.id)->outcome == "SUCCEEDED");
  CHECK_FALSE(r.runner->accept_instead(start, deploy_of("a"), "STOPPING", passing));
}

TEST_CASE("one that still waits is replaced at once") {
  running r;
  r.handler.work = [](const operation_record& operation, operation_context& context) {
    return operation.verb == "start" ? until_cancelled(context) : done(operation);
  };
  r.start();
  std::string last;
  for (const char* name : {"a", "b", "c"}) last = r.accept_verb(name, "start");
  eventually([&] { return r.handler.runs == 2; });
  operation_record stop = deploy_of("c");
  stop.verb = "stop";
  REQUIRE(r.runner->accept_instead(last, stop, "STOPPING", [](registry_view& view) {
    view.packages.set_state("c", "STOPPING", std::nullopt);
  }));
  eventually([&] { return r.package("c").state == "DEPLOYED"; });
  CHECK(r.ended(last)->outcome == "CANCELLED");
  CHECK(r.ended(last)->started_at == 0);
  r.runner.reset();
}

TEST_CASE(
    "of what replaces what waits for another one, only the last is carried out, in its turn") {
  running r;
  std::atomic<bool> may_return{false};
  std::atomic<int> stops{0};
  r.handler.work = [&](const operation_record& operation, operation_context& context) {
    if (operation.verb == "stop") {
      ++stops;
      return done(operation);
    }
    while (!may_return) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    context.shutdown.check();
    return operation_outcome{"STARTED", "", [](registry_view& view) {
                               view.packages.set_state("a", "STARTED", std::nullopt);
                             }};
  };
  r.start();
  const std::string start = r.accept_verb("a", "start");
  eventually([&] { return r.handler.runs == 1; });
  const auto passing = [](registry_view& view) {
    view.packages.set_state("a", "STOPPING", std::nullopt);
  };
  operation_record first = deploy_of("a");
  first.verb = "stop";
  REQUIRE(r.runner->accept_instead(start, first, "STOPPING", passing));
  operation_record second = deploy_of("a");
  second.verb = "stop";
  REQUIRE(r.runner->accept_instead(first.id, second, "STOPPING", passing));
  CHECK(r.ended(first.id)->outcome == "CANCELLED");
  CHECK(stops == 0);
  may_return = true;
  eventually([&] { return r.ended(second.id).has_value(); });
  CHECK(r.ended(second.id)->outcome == "SUCCEEDED");
  CHECK(stops == 1);
  CHECK(r.package("a").state == "DEPLOYED");
}

TEST_CASE("what happens is published: states, progress, the end") {
  running r;
  r.handler.work = [](const operation_record& operation, operation_context& context) {
    context.progress("main", json::parse_or_throw(R"({"phase":"p"})", "test"));
    return done(operation);
  };
  r.start();
  const std::string id = r.accept_verb("a", "deploy");
  eventually([&] { return r.ended(id).has_value() && r.runner->board().views().empty(); });
  std::string types;
  for (const auto& one : r.events.after(0, 100).events) types += one.type + " ";
  CHECK(types == "package operation operation progress package operation ");
}

TEST_CASE("ids are not repeated") {
  CHECK(make_operation_id() != make_operation_id());
  CHECK(make_operation_id().size() == 32);
}

TEST_CASE("a cancel that was said to be done survives the process") {
  running r;
  r.handler.work = [](const operation_record&, operation_context& context) {
    return until_cancelled(context);
  };
  r.start();
  const std::string id = r.accept_verb("a", "deploy");
  eventually([&] { return r.handler.runs == 1; });
  // As cancel() does it first; the process dies then.
  r.memory.transact([&](registry_view& view) { view.operations.set_cancelled_by(id, "ada"); });
  r.runner.reset();
  REQUIRE(r.journalled() == 1);
  r.handler.work = [](const operation_record&, operation_context& context) {
    return until_cancelled(context);
  };
  r.start();
  r.runner->resume();
  eventually([&] { return r.journalled() == 0; });
  const auto ended = r.ended(id);
  REQUIRE(ended);
  CHECK(ended->outcome == "CANCELLED");
  CHECK(ended->cancelled_by == "ada");
  CHECK(ended->information.find("cancelled by ada") != std::string::npos);
}

TEST_CASE("a cancel is in the journal before anybody is told") {
  running r;
  std::optional<std::string> recorded;
  r.handler.work = [&](const operation_record& operation,
                       operation_context& context) -> operation_outcome {
    try {
      return until_cancelled(context);
    } catch (const failure&) {
      recorded =
          r.memory
              .transact([&](registry_view& view) { return view.operations.find(operation.id); })
              ->cancelled_by;
      throw;
    }
  };
  r.start();
  const std::string id = r.accept_verb("a", "deploy");
  eventually([&] { return r.handler.runs == 1; });
  r.runner->cancel(id, "ada");
  eventually([&] { return r.journalled() == 0; });
  CHECK(recorded == "ada");
}
