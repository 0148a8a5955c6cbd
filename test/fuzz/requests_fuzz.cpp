// Requests as any host may send them, through the boundary: validate as a whole, the other verbs up
// to where the lifecycle would begin; and the environment document.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/handles.h"
#include "boundary/request_reader.h"
#include "boundary/requests.h"
#include "boundary/savepoint_requests.h"
#include "boundary/session.h"
#include "boundary/verbs.h"
#include "fuzz.h"
#include "io/utf8.h"

using namespace dm;

namespace {

dm_session& session() {
  static dm_session made = [] {
    input::settings settings;
    settings.name_space = "test";
    settings.flink_home = "/nonexistent/flink";
    settings.node = "edge";
    // The discard port: a request that says "online" ends at once.
    settings.resource_managers = {"http://127.0.0.1:9"};
    settings.name_nodes = {"http://127.0.0.1:9"};
    settings.supervisor.url = "http://127.0.0.1:9/RPC2";
    dm_host silent{};
    silent.struct_size = sizeof silent;
    return dm_session(boundary::host(silent), settings);
  }();
  return made;
}

void check_reply(dm_status status, dm_document& reply) {
  fuzz::require(reply.data != nullptr && reply.data[reply.size] == '\0',
                "every reply is a document that ends in a NUL");
  const std::string_view text(reply.data, reply.size);
  fuzz::require(io::is_valid_utf8(text), "every reply is UTF-8");
  const auto json = io::parse_json(text, "the reply");
  fuzz::require(json && json->IsObject(), "every reply is a JSON object");
  fuzz::require((io::member(*json, "error") != nullptr) == (status != DM_STATUS_OK),
                "an error stands in failures only");
  fuzz::require(status != DM_STATUS_INTERNAL, "no input is the plugin's own defect");
  boundary::release_document(&reply);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dm_string request{reinterpret_cast<const char*>(data), size};
  dm_document reply{};
  check_reply(boundary::operation<boundary::validate>(&session(), nullptr, request, &reply), reply);

  if (const auto document = boundary::parse_request(fuzz::text_of(data, size), "The request")) {
    static_cast<void>(boundary::read_create_request(*document));
    static_cast<void>(boundary::read_start_request(*document));
    static_cast<void>(boundary::read_stop_request(*document));
    static_cast<void>(boundary::read_destroy_request(*document));
    static_cast<void>(boundary::read_status_request(*document));
    static_cast<void>(boundary::read_trigger_request(*document));
    static_cast<void>(boundary::read_list_request(*document));
    static_cast<void>(boundary::read_resume_request(*document));
    static_cast<void>(boundary::read_dispose_request(*document));
    static_cast<void>(boundary::read_pin_request(*document));
    static_cast<void>(boundary::read_plan_request(*document));
  }

  dm_host silent{};
  silent.struct_size = sizeof silent;
  dm_session* opened = nullptr;
  const dm_status status = boundary::open(&silent, request, &opened, &reply);
  fuzz::require((opened != nullptr) == (status == DM_STATUS_OK),
                "a session is made by a success only");
  check_reply(status, reply);
  boundary::close(opened);
  return 0;
}
