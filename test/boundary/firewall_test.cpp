// The firewall: whatever a body throws becomes a status and a document.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/firewall.h"

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include <catch2/catch.hpp>

#include "json.h"
#include "scarce_memory.h"

using namespace dm;
using boundary::firewall;
using boundary::outcome;

namespace {

struct answer {
  dm_status status;
  std::string code;
  std::string cause;
};

template <class Exception>
answer thrown(const Exception& exception) {
  dm_document document{};
  answer found;
  found.status = firewall(&document, [&]() -> outcome { throw exception; });
  const io::json_document json = test::parsed({document.data, document.size});
  CHECK(document.data[document.size] == '\0');
  CHECK(test::text_at(json, "schema") == "1");
  CHECK_FALSE(test::text_at(json, "error.message").empty());
  found.code = test::text_at(json, "error.code");
  const io::json_value* causes = io::member(*io::member(json, "error"), "cause");
  if (causes != nullptr && causes->Size() > 0) found.cause = test::text_at((*causes)[0], "message");
  boundary::release_document(&document);
  CHECK(document.data == nullptr);
  return found;
}

}  // namespace

TEST_CASE("DM-14: exceptions become documents") {
  CHECK(thrown(std::bad_alloc()).status == DM_STATUS_RESOURCE_EXHAUSTED);
  CHECK(thrown(std::bad_alloc()).code == "RESOURCE_EXHAUSTED");

  const answer error = thrown(std::runtime_error("what it was\nand where"));
  CHECK(error.status == DM_STATUS_INTERNAL);
  CHECK(error.code == "INTERNAL");
  CHECK(error.cause == "what it was");

  CHECK(thrown(42).status == DM_STATUS_INTERNAL);
  CHECK(thrown(std::system_error(EMFILE, std::generic_category())).code == "RESOURCE_EXHAUSTED");
  CHECK(thrown(std::system_error(ENFILE, std::generic_category())).status ==
        DM_STATUS_RESOURCE_EXHAUSTED);
  CHECK(thrown(std::system_error(EIO, std::generic_category())).code == "INTERNAL");
}

TEST_CASE("DM-15: the firewall works without a place for the document") {
  CHECK(firewall(nullptr, []() -> outcome { throw std::runtime_error("nobody hears it"); }) ==
        DM_STATUS_INTERNAL);
  CHECK(firewall(nullptr, [] {
          return outcome{status_code::not_found, "{}"};
        }) == DM_STATUS_NOT_FOUND);
}

TEST_CASE("What a document held before is not seen again") {
  dm_document document{"stale", 5, nullptr};
  CHECK(firewall(&document, [] { return outcome{}; }) == DM_STATUS_OK);
  CHECK(document.data == nullptr);
  CHECK(document.size == 0);
}

TEST_CASE("DM-14: with no memory at all there is still a document, and it can be released") {
  for (long allowed = 0; allowed < 6; ++allowed) {
    dm_document document{};
    dm_status status = DM_STATUS_OK;
    {
      const test::scarce_memory memory(allowed);
      status = firewall(&document, []() -> outcome {
        throw std::runtime_error("a text that is too long for the small buffer of a string");
      });
    }
    INFO("allocations allowed: " << allowed);
    REQUIRE(document.data != nullptr);
    const io::json_document json = test::parsed({document.data, document.size});
    const std::string code = test::text_at(json, "error.code");
    CHECK((status == DM_STATUS_RESOURCE_EXHAUSTED ? code == "RESOURCE_EXHAUSTED"
                                                  : code == "INTERNAL"));
    boundary::release_document(&document);
    boundary::release_document(&document);
  }
}

TEST_CASE("DM-14: no memory for the hand-over of a document that was made") {
  outcome made{status_code::ok, R"({"schema":1,"a member long enough for the heap":"yes, it is"})"};
  dm_document document{};
  dm_status status = DM_STATUS_OK;
  {
    const test::scarce_memory memory(0);
    status = boundary::deliver(&document, std::move(made));
  }
  CHECK(status == DM_STATUS_RESOURCE_EXHAUSTED);
  CHECK(document.owner == nullptr);
  CHECK(test::text_at(test::parsed({document.data, document.size}), "error.code") ==
        "RESOURCE_EXHAUSTED");
}
