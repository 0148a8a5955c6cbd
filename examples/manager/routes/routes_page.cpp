// /page/<file>: the files of the page that GET / answers a browser with.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "http/negotiation.h"
#include "routes/page_files.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

namespace manager {
namespace {

const page_files& files() {
  static const page_files all;
  return all;
}

// What is no file of the page is nobody's business who has not said who he is.
bool is_file(const http_request& request) {
  return files().find(request.parameter("file")) != nullptr;
}

http_response get_file(const http_request& request) {
  check_query(request, {});
  const page_file* file = files().find(request.parameter("file"));
  if (file == nullptr) {
    throw failure(failure_kind::not_found, fmt::format("There is no file {} of the page",
                                                       printable(request.parameter("file"))));
  }
  return page_response(*file, request);
}

}  // namespace

bool wants_page(const http_request& request) { return accepts_html(request.accept); }

http_response get_page(const http_request& request) {
  // Who has not said who he is can be here only where tokens are the proof.
  const bool nobody = request.who.how == proof::none && request.who.roles.empty();
  return page_response(files().index(nobody), request);
}

void add_page_routes(router& routes, const route_tools&) {
  files();  // what is wrong with them ends the start, not a request
  routes.add("GET", "/page/{file}", get_file, {.before_token = is_file});
}

}  // namespace manager
