// Types, ownership and the host's programming errors: DM-9 … DM-15, DM-21, from outside.
// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "host.h"
#include "surroundings.h"

using namespace conformance;

namespace {

struct fixture {
  library plugin;
  node_folder node;
  refused_port nobody;
  recorder record;
  session opened{plugin, record, environment_document(node, nobody.number())};
};

// Text whose next byte belongs to nobody: whoever reads it ends with SIGSEGV.
class fenced_text {
 public:
  explicit fenced_text(std::string_view text)
      : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    pages_ = (text.size() + page_ - 1) / page_ + 1;
    area_ = static_cast<char*>(::mmap(nullptr, pages_ * page_, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(area_ != MAP_FAILED);
    char* fence = area_ + (pages_ - 1) * page_;
    REQUIRE(::mprotect(fence, page_, PROT_NONE) == 0);
    text_ = {fence - text.size(), text.size()};
    std::memcpy(fence - text.size(), text.data(), text.size());
  }
  ~fenced_text() { ::munmap(area_, pages_ * page_); }
  fenced_text(const fenced_text&) = delete;
  fenced_text& operator=(const fenced_text&) = delete;
  dm_string get() const { return text_; }

 private:
  std::size_t page_;
  std::size_t pages_;
  char* area_;
  dm_string text_{};
};

}  // namespace

TEST_CASE("DM-9: incoming text is read by its length and not a byte further") {
  fixture f;
  const fenced_text environment(environment_document(f.node, f.nobody.number()));
  dm_session* second = nullptr;
  CHECK(f.plugin->open(f.record.host(), environment.get(), &second, nullptr) == DM_STATUS_OK);
  f.plugin->close(second);

  const fenced_text request(validate_request(false));
  CHECK(run(f.plugin, f.plugin->validate, f.opened.get(), nullptr, request.get()).status ==
        DM_STATUS_OK);
  const fenced_text broken("{\"schema\":1");
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    CHECK(run(f.plugin, verb, f.opened.get(), nullptr, broken.get()).status ==
          DM_STATUS_INVALID_ARGUMENT);
  }
}

TEST_CASE("DM-9: outgoing text is UTF-8 and ends in a NUL beyond its length") {
  fixture f;
  for (const char* request : {"{", "{\"schema\":1,\"namespace\":\"\xFF\xFE\"}", "{\"schema\":1}"}) {
    for (const auto& [name, verb] : verbs(f.plugin)) {
      INFO(name << " " << request);
      const reply answer = f.opened.run(verb, request);
      REQUIRE_FALSE(answer.text.empty());
      CHECK(answer.ends_in_nul);
      CHECK(answer.json.IsObject());
      CHECK(answer.text.find('\0') == std::string::npos);
    }
  }
  for (const log_line& line : f.record.lines()) CHECK(line.ends_in_nul);
}

TEST_CASE("DM-10: nothing of the host's memory is kept after a call returns") {
  const library plugin;
  const node_folder node;
  const refused_port nobody;
  const recorder record;
  std::string environment = environment_document(node, nobody.number());
  dm_session* opened = nullptr;
  REQUIRE(plugin->open(record.host(), lend(environment), &opened, nullptr) == DM_STATUS_OK);
  environment.assign(environment.size(), 'x');

  std::string id = "request-8";
  dm_call_options options{};
  options.struct_size = sizeof options;
  options.correlation_id = lend(id);
  dm_call* made = nullptr;
  REQUIRE(plugin->call_open(opened, &options, &made) == DM_STATUS_OK);
  id = "overwritten";
  options = {};

  const reply answer = run(plugin, plugin->status, opened, made, lend("{"));
  CHECK(answer.text.find("request-8") != std::string::npos);
  plugin->call_close(made);
  plugin->close(opened);
}

TEST_CASE("DM-11: release accepts NULL, a zeroed document, and the same document twice") {
  fixture f;
  f.plugin->release(nullptr);
  dm_document document{};
  f.plugin->release(&document);
  REQUIRE(f.plugin->validate(f.opened.get(), nullptr, lend("{"), &document) ==
          DM_STATUS_INVALID_ARGUMENT);
  REQUIRE(document.data != nullptr);
  f.plugin->release(&document);
  CHECK(document.data == nullptr);
  CHECK(document.size == 0);
  CHECK(document.owner == nullptr);
  f.plugin->release(&document);
}

TEST_CASE("DM-11: a failed open leaves no session, and its document says why") {
  const library plugin;
  recorder record;
  auto* opened = reinterpret_cast<dm_session*>(&record);  // must be overwritten
  dm_document document{};
  CHECK(plugin->open(record.host(), lend("{}"), &opened, &document) == DM_STATUS_INVALID_ARGUMENT);
  CHECK(opened == nullptr);
  CHECK(std::string(document.data).find("\"error\"") != std::string::npos);
  plugin->release(&document);
}

TEST_CASE("DM-13: a failure has an error document with its code, and it is the status") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    const reply answer = f.opened.run(verb, "[]");
    CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
    CHECK(answer.error_code() == "INVALID_ARGUMENT");
    CHECK_FALSE(answer.error_message().empty());
    CHECK(answer.json["schema"].GetInt() == 1);
    CHECK(answer.json["error"]["retry"].GetBool() == false);
  }
}

TEST_CASE("DM-15: a verb without a session is refused, with a document and without one") {
  const library plugin;
  for (const auto& [name, verb] : verbs(plugin)) {
    INFO(name);
    const reply answer = run(plugin, verb, nullptr, nullptr, lend("{}"));
    CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
    CHECK(answer.error_code() == "INVALID_ARGUMENT");
    CHECK(verb(nullptr, nullptr, lend("{}"), nullptr) == DM_STATUS_INVALID_ARGUMENT);
  }
}

TEST_CASE("DM-15: a reply pointer of NULL is allowed") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    CHECK(verb(f.opened.get(), nullptr, lend("{"), nullptr) == DM_STATUS_INVALID_ARGUMENT);
  }
  CHECK(f.plugin->validate(f.opened.get(), nullptr, lend(validate_request(false)), nullptr) ==
        DM_STATUS_OK);
}

TEST_CASE("DM-15: text with a size and no pointer is refused; without a size it is empty") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    CHECK(run(f.plugin, verb, f.opened.get(), nullptr, {nullptr, 5}).status ==
          DM_STATUS_INVALID_ARGUMENT);
    CHECK(run(f.plugin, verb, f.opened.get(), nullptr, {nullptr, 0}).status ==
          DM_STATUS_INVALID_ARGUMENT);
  }
  dm_session* second = nullptr;
  CHECK(f.plugin->open(f.record.host(), {nullptr, 5}, &second, nullptr) ==
        DM_STATUS_INVALID_ARGUMENT);
  CHECK(f.plugin->open(f.record.host(), {nullptr, 0}, &second, nullptr) ==
        DM_STATUS_INVALID_ARGUMENT);
  dm_call_options options{};
  options.struct_size = sizeof options;
  options.correlation_id = {nullptr, 5};
  dm_call* made = nullptr;
  CHECK(f.plugin->call_open(f.opened.get(), &options, &made) == DM_STATUS_INVALID_ARGUMENT);
  CHECK(made == nullptr);
}

TEST_CASE("DM-15: open and call_open refuse what is NULL and should not be") {
  fixture f;
  const std::string environment = environment_document(f.node, f.nobody.number());
  dm_session* second = nullptr;
  dm_call* made = nullptr;
  CHECK(f.plugin->open(nullptr, lend(environment), &second, nullptr) == DM_STATUS_INVALID_ARGUMENT);
  CHECK(f.plugin->open(f.record.host(), lend(environment), nullptr, nullptr) ==
        DM_STATUS_INVALID_ARGUMENT);
  CHECK(f.plugin->call_open(nullptr, nullptr, &made) == DM_STATUS_INVALID_ARGUMENT);
  CHECK(f.plugin->call_open(f.opened.get(), nullptr, nullptr) == DM_STATUS_INVALID_ARGUMENT);
  CHECK(second == nullptr);
  CHECK(made == nullptr);
}

TEST_CASE("DM-15: what ends a handle accepts NULL") {
  const library plugin;
  plugin->close(nullptr);
  plugin->call_cancel(nullptr);
  plugin->call_close(nullptr);
}

TEST_CASE("DM-21: operations without a call, and calls without options") {
  fixture f;
  CHECK(f.opened.run(f.plugin->validate, validate_request(false), nullptr).status == DM_STATUS_OK);
  dm_call* made = nullptr;
  REQUIRE(f.plugin->call_open(f.opened.get(), nullptr, &made) == DM_STATUS_OK);
  CHECK(f.opened.run(f.plugin->validate, validate_request(false), made).status == DM_STATUS_OK);
  f.plugin->call_close(made);
}

TEST_CASE("DM-16: a call belongs to the session that it was opened for") {
  fixture f;
  const session other(f.plugin, f.record, environment_document(f.node, f.nobody.number()));
  const call of_other(f.plugin, other);
  const reply answer = f.opened.run(f.plugin->validate, validate_request(false), of_other.get());
  CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
}
