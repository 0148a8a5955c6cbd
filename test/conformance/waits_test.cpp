// Cancel and deadline at every kind of wait: at the application's lock, in file work, at
// supervisord, and at HDFS, YARN or the JobManager when one of them hangs. Both end the operation
// with their own code, and the same request converges afterwards (DM-19, DM-20, INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "settled.h"

using namespace conformance;
using namespace std::chrono_literals;

namespace {

// Far beyond what is promised, far below what a lost wake-up would take.
constexpr auto hangs = 60s;
constexpr std::uint64_t long_timeout_ms = 300'000;

using met_flag = std::shared_ptr<std::atomic<bool>>;

dm_operation verb_named(const running_component& c, const std::string& name) {
  const std::vector<named_verb> all = verbs(c.plugin);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const named_verb& known) { return name == known.name; });
  REQUIRE(found != all.end());
  return found->verb;
}

void stop_it(running_component& c) {
  const reply stopped = c.dm.run(c.plugin->stop, c.request_of("stop"));
  INFO(stopped.text);
  REQUIRE(stopped.status == DM_STATUS_OK);
}

// In the state that the verb is meant for.
void prepare(running_component& c, const std::string& verb) {
  const reply taken = c.trigger("before-upgrade");
  INFO(taken.text);
  REQUIRE(taken.status == DM_STATUS_OK);
  if (verb == "start") stop_it(c);
  if (verb == "unpin")
    REQUIRE(c.dm.run(c.savepoint.pin, c.request_of("pin")).status == DM_STATUS_OK);
}

// A verb that takes a savepoint takes one of its own.
std::string request_for(const running_component& c, const std::string& verb) {
  rapidjson::Document asking;
  asking.Parse(c.request_of(verb).c_str());
  if (verb == "trigger") set(asking, "/operation", "another");
  if (verb == "incidents") asking.RemoveMember("incident");  // none is kept
  return text_of(asking);
}

struct obstacle {
  const char* name;
  // Sets the flag once somebody has come to it. Taken away when what is returned ends.
  std::shared_ptr<void> (*put_up)(running_component& c, met_flag met);
};

std::shared_ptr<void> hang(dm::fake::http_server& server, met_flag met) {
  server.disturb([met](const dm::fake::request&) {
    met->store(true);
    return std::optional(dm::fake::disturbance{});  // no answer until the client gives up
  });
  return {&server, [](dm::fake::http_server* hanging) { hanging->disturb(nullptr); }};
}

// Another operation is at work on the application's files: supervisord is asked before they are
// touched.
std::shared_ptr<void> lock_application(running_component& c, met_flag met) {
  const std::string directory = c.w.node.path() + "/opt/production/clicks";
  const int held = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(held >= 0);
  REQUIRE(::flock(held, LOCK_EX) == 0);
  dm::fake::http_server& supervisord = c.w.supervisord.server();
  supervisord.disturb([met](const dm::fake::request&) {
    met->store(true);
    return std::optional<dm::fake::disturbance>();
  });
  return {&supervisord, [held](dm::fake::http_server* watched) {
            watched->disturb(nullptr);
            ::close(held);
          }};
}

const obstacle lock_held{"the application's lock is held", lock_application};
const obstacle supervisord_hangs{"supervisord hangs", [](running_component& c, met_flag met) {
                                   return hang(c.w.supervisord.server(), met);
                                 }};
const obstacle hdfs_hangs{"HDFS hangs", [](running_component& c, met_flag met) {
                            return hang(c.w.name_node.server(), met);
                          }};
const obstacle yarn_hangs{"YARN hangs", [](running_component& c, met_flag met) {
                            return hang(c.w.resource_manager.server(), met);
                          }};
const obstacle job_manager_hangs{"the JobManager hangs", [](running_component& c, met_flag met) {
                                   return hang(c.w.job_manager.server(), met);
                                 }};

void check_code(const reply& answer, dm_status status, const char* code) {
  INFO(answer.text);
  CHECK(answer.status == status);
  CHECK(answer.error_code() == code);
}

void check_repeat(running_component& c, const std::string& verb, const std::string& request) {
  const reply again = repeated(c, verb_named(c, verb), request);
  INFO("repeated: " << again.text);
  CHECK(again.status == DM_STATUS_OK);
  check_invariants(c);
  end_of_it(c);
}

void deadline_at(const obstacle& in_the_way, const std::string& verb) {
  INFO(verb << ", its time ends while " << in_the_way.name);
  running_component c;
  prepare(c, verb);
  const std::string request = request_for(c, verb);
  const auto met = std::make_shared<std::atomic<bool>>(false);
  {
    const auto held = in_the_way.put_up(c, met);
    // A busy machine may need longer to come there.
    for (std::uint64_t limit_ms = 1'000; !*met && limit_ms <= 32'000; limit_ms *= 2) {
      const call bounded(c.plugin, c.dm, limit_ms);
      const auto start = std::chrono::steady_clock::now();
      check_code(c.dm.run(verb_named(c, verb), request, bounded.get()), DM_STATUS_DEADLINE_EXCEEDED,
                 "DEADLINE_EXCEEDED");
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(limit_ms) + hangs);
    }
    CHECK(*met);
  }
  check_repeat(c, verb, request);
}

void cancel_at(const obstacle& in_the_way, const std::string& verb) {
  INFO(verb << ", cancelled while " << in_the_way.name);
  running_component c;
  prepare(c, verb);
  const std::string request = request_for(c, verb);
  const auto met = std::make_shared<std::atomic<bool>>(false);
  {
    const auto held = in_the_way.put_up(c, met);
    const call cancellable(c.plugin, c.dm, long_timeout_ms);
    auto waiting = std::async(std::launch::async, [&] {
      return c.dm.run(verb_named(c, verb), request, cancellable.get());
    });
    const auto start = std::chrono::steady_clock::now();
    while (!*met && std::chrono::steady_clock::now() - start < hangs)
      std::this_thread::sleep_for(5ms);
    CHECK(*met);
    std::this_thread::sleep_for(100ms);
    cancellable.cancel();
    REQUIRE(waiting.wait_for(hangs) == std::future_status::ready);
    check_code(waiting.get(), DM_STATUS_CANCELLED, "CANCELLED");
  }
  check_repeat(c, verb, request);
}

void both_at(const obstacle& in_the_way, const std::vector<std::string>& waiting) {
  for (const std::string& verb : waiting) {
    deadline_at(in_the_way, verb);
    cancel_at(in_the_way, verb);
  }
}

// A call whose host does something at each event, on the operation's thread.
class heard_call {
 public:
  heard_call(const running_component& c, std::uint64_t timeout_ms,
             std::function<void(const heard_call& self, const std::string& event)> react)
      : plugin_(c.plugin), react_(std::move(react)) {
    dm_call_options options{};
    options.struct_size = sizeof options;
    options.timeout_ms = timeout_ms;
    options.user = this;
    options.on_event = [](void* user, dm_string event) {
      const auto* self = static_cast<heard_call*>(user);
      self->react_(*self, std::string(event.data, event.size));
    };
    REQUIRE(plugin_->call_open(c.dm.get(), &options, &call_) == DM_STATUS_OK);
  }
  ~heard_call() { plugin_->call_close(call_); }
  heard_call(const heard_call&) = delete;
  heard_call& operator=(const heard_call&) = delete;

  dm_call* get() const { return call_; }
  void cancel() const { plugin_->call_cancel(call_); }

 private:
  const library& plugin_;
  std::function<void(const heard_call&, const std::string&)> react_;
  dm_call* call_ = nullptr;
};

bool about_files(const std::string& event) {
  rapidjson::Document read;
  read.Parse(event.c_str());
  return read.IsObject() && read.HasMember("phase") &&
         std::string_view(read["phase"].GetString()) == "files";
}

struct file_work {
  const char* verb;
  void (*before)(running_component&);
};
constexpr file_work works_on_files[] = {
    {"create", [](running_component& c) { end_of_it(c); }},  // nothing is laid out yet
    {"destroy", [](running_component& c) { stop_it(c); }},
};

}  // namespace

TEST_CASE("DM-19 and DM-20: the wait for the application's lock ends with the operation") {
  both_at(lock_held, {"create", "destroy"});
}

TEST_CASE("DM-19 and DM-20: work on the component's files ends with the operation") {
  for (const file_work& work : works_on_files) {
    const std::string verb = work.verb;
    for (const bool by_cancel : {true, false}) {
      INFO(verb << (by_cancel ? ", cancelled" : ", its time ends") << " at its files");
      running_component c;
      work.before(c);
      const std::string request = request_for(c, verb);
      bool met = false;
      for (std::uint64_t limit_ms = 1'000; !met && limit_ms <= 32'000; limit_ms *= 2) {
        const auto over =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms) + 1s;
        const heard_call ending(c, by_cancel ? long_timeout_ms : limit_ms,
                                [&](const heard_call& self, const std::string& event) {
                                  if (!about_files(event)) return;
                                  met = true;
                                  by_cancel ? self.cancel() : std::this_thread::sleep_until(over);
                                });
        check_code(c.dm.run(verb_named(c, verb), request, ending.get()),
                   by_cancel ? DM_STATUS_CANCELLED : DM_STATUS_DEADLINE_EXCEEDED,
                   by_cancel ? "CANCELLED" : "DEADLINE_EXCEEDED");
      }
      CHECK(met);
      check_repeat(c, verb, request);
    }
  }
}

TEST_CASE("DM-19 and DM-20: the wait for supervisord's answer ends with the operation") {
  both_at(supervisord_hangs, {"create", "start", "destroy"});
}

TEST_CASE("DM-19 and DM-20: the wait for an HDFS that hangs ends with the operation: verbs") {
  both_at(hdfs_hangs, {"start", "stop", "destroy", "resume"});
}

TEST_CASE("DM-19 and DM-20: the wait for an HDFS that hangs ends with the operation: savepoints") {
  both_at(hdfs_hangs, {"trigger", "dispose", "pin", "unpin", "plan"});
}

TEST_CASE("DM-19 and DM-20: the wait for an HDFS that hangs ends with the operation: incidents") {
  both_at(hdfs_hangs, {"incidents"});
}

TEST_CASE("DM-19 and DM-20: the wait for a YARN that hangs ends with the operation") {
  both_at(yarn_hangs, {"start", "stop", "destroy", "resume", "trigger"});
}

TEST_CASE("DM-19 and DM-20: the wait for a JobManager that hangs ends with the operation") {
  both_at(job_manager_hangs, {"start", "stop", "destroy", "resume", "trigger"});
}
