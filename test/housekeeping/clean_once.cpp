// Runs one clean, and ends: a process for clean_crash_test to kill.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include "boundary/housekeeping_requests.h"
#include "housekeeping/inspect.h"
#include "io/file.h"

namespace {

using namespace dm;

// clean_once <environment document> <request document>; the request names the cluster, too.
result<void> run(const std::string& environment, const std::string& request) {
  constexpr std::size_t limit = 1 << 20;
  const auto environment_text = io::read_file(environment, limit);
  const auto request_text = io::read_file(request, limit);
  if (!environment_text) return fail(environment_text.error());
  if (!request_text) return fail(request_text.error());
  auto settings = input::read_settings(*environment_text, "");
  if (!settings) return fail(settings.error());
  const auto document = io::parse_json(*request_text, "the request");
  if (!document) return fail(document.error());
  settings->resource_managers = {io::string_member_or(*document, "resource_manager", "")};
  settings->name_nodes = {io::string_member_or(*document, "name_node", "")};
  auto read = boundary::read_clean_request(*document);
  if (!read) return fail(read.error());
  context::session session(std::move(*settings));
  const auto reply =
      housekeeping::clean(session, io::operation::within(std::chrono::seconds(60)), *read);
  return reply.failure ? result<void>(fail(*reply.failure)) : result<void>();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto done = run(argv[1], argv[2]);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().text().c_str());
  return 1;
}
