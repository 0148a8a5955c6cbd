// JSON that comes from outside the Deployment Manager: bodies of requests, properties.json and
// hdfs.json of packages, and its configuration.
// SPDX-License-Identifier: Apache-2.0
#include "application/properties.h"
#include "base/failure.h"
#include "configuration/configuration.h"
#include "fuzz.h"
#include "hdfs/hdfs_descriptor.h"
#include "routes/request_body.h"

#include <string>
#include <vector>

using namespace dm;

namespace {

manager::json::document environment() {
  std::string problem;
  return std::move(*manager::json::parse(R"({"namespace":"test","a_password":"hush"})", problem));
}

void as_body(std::string_view text) {
  manager::http_request request;
  request.method = "POST";
  request.read_body = [text](const std::function<void(std::string_view)>& receive) {
    receive(text);
  };
  try {
    const auto body = manager::read_body(request, 1U << 20,
                                         {manager::flag_member("wait"), manager::component_member(),
                                          manager::operation_member(), manager::format_member()});
    fuzz::require(body.IsObject(), "a body that is accepted is an object");
  } catch (const manager::failure& refused) {
    fuzz::require(*refused.what() != '\0', "a refusal has words");
  }
}

void as_properties(const manager::json::document& given) {
  if (!given.IsObject()) return;
  const auto known = environment();
  const auto merged = manager::application_properties(known, given, &given, {"app", "main", "ada"});
  fuzz::require(merged.IsObject(), "properties are an object");
  fuzz::require(manager::json::text_of(merged, "component_application") == "app",
                "what is fixed cannot be overridden");
}

void as_descriptor(const manager::json::document& given) {
  std::vector<manager::problem> problems;
  manager::check_hdfs_descriptor(given, problems);
  if (!problems.empty()) return;
  const auto known = environment();
  static_cast<void>(manager::read_hdfs_descriptor(given, known, {{"/user/*"}, {}}, problems));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  as_body(text);
  std::string problem;
  if (const auto given = manager::json::parse_properties(text, problem)) {
    fuzz::require(manager::json::parse(manager::json::to_text(*given), problem).has_value(),
                  "what is written is read again");
    as_properties(*given);
    as_descriptor(*given);
  }
  std::vector<manager::problem> problems;
  const auto settings = manager::parse_configuration(std::string(text), "/etc", problems);
  fuzz::require(settings.has_value() == problems.empty(),
                "a configuration is accepted, or its problems are told");
  return 0;
}
