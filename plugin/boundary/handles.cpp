// The table's functions that make and end sessions and calls.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/handles.h"

#include <dlfcn.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "boundary/call.h"
#include "boundary/error_document.h"
#include "boundary/firewall.h"
#include "boundary/request_reader.h"
#include "boundary/session.h"
#include "input/settings.h"

namespace dm::boundary {

namespace {

// Where the library lies, for the default place of the guard. Empty when the loader does not know.
std::string library_directory() {
  static constexpr char own_symbol = 0;
  Dl_info info{};
  if (dladdr(&own_symbol, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  const std::filesystem::path path = std::filesystem::canonical(info.dli_fname, ignored);
  return ignored ? std::string() : path.parent_path().string();
}

outcome failed_open(const error& e) { return {e.code, error_document(e)}; }

outcome wrong_argument(std::string message) {
  error e;
  e.code = status_code::invalid_argument;
  e.message = std::move(message);
  return failed_open(e);
}

std::string opened(const input::settings& settings) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema_version);
  io::key(writer, "warnings");
  writer.StartArray();
  for (const input::setting_warning& warning : settings.warnings) {
    writer.StartObject();
    io::put(writer, "path", warning.path);
    io::put(writer, "message", warning.message);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return std::string(io::text(buffer));
}

outcome open_session(const dm_host* given, dm_string environment,
                     std::unique_ptr<dm_session>& made) {
  if (given == nullptr) return wrong_argument("open was called without a host");
  if (given->struct_size < sizeof given->struct_size) {
    return wrong_argument(
        fmt::format("dm_host.struct_size is {}; it must be sizeof(dm_host)", given->struct_size));
  }
  const std::optional<std::string_view> text = borrow(environment);
  if (!text)
    return wrong_argument("The environment document has a size but its data pointer is NULL");

  const host host(*given);
  result<input::settings> settings = input::read_settings(*text, library_directory());
  if (!settings) {
    host.log(io::log_level::error, fmt::format("open: {}", settings.error().text()));
    return failed_open(settings.error());
  }
  made = std::make_unique<dm_session>(host, std::move(*settings));
  const input::settings& known = made->session.settings();
  host.log(io::log_level::info,
           fmt::format("flink {}: session open for namespace {} on node {}, resource managers {}",
                       DM_FLINK_VERSION, known.name_space, known.node,
                       fmt::join(known.resource_managers, " ")));
  return {status_code::ok, opened(known)};
}

outcome open_call(dm_session* session, const dm_call_options* options, dm_call** call) {
  // No document: this function has no reply, its status says it all.
  if (call == nullptr) return {status_code::invalid_argument, {}};
  *call = nullptr;
  if (session == nullptr) return {status_code::invalid_argument, {}};
  auto made = std::make_unique<dm_call>(*session);
  if (options != nullptr) {
    if (const result<void> read = read_call_options(*options, *made); !read) {
      session->host.log(io::log_level::error, fmt::format("call_open: {}", read.error().text()));
      return {read.error().code, {}};
    }
  }
  *call = made.release();
  return {};
}

}  // namespace

dm_status open(const dm_host* given, dm_string environment, dm_session** session,
               dm_document* reply) noexcept {
  std::unique_ptr<dm_session> made;
  const dm_status status = firewall(reply, [&] {
    if (session == nullptr)
      return wrong_argument("open was called without a place for the session");
    *session = nullptr;
    return open_session(given, environment, made);
  });
  // Only now: the hand-over of the document may have failed too, and then there is no session.
  if (status == DM_STATUS_OK) *session = made.release();
  return status;
}

void close(dm_session* session) noexcept {
  firewall(nullptr, [&] {
    delete session;
    return outcome{};
  });
}

dm_status call_open(dm_session* session, const dm_call_options* options, dm_call** call) noexcept {
  return firewall(nullptr, [&] { return open_call(session, options, call); });
}

void call_cancel(dm_call* call) noexcept {
  // Any thread, at any moment, even from a callback: nothing here can fail or wait.
  if (call != nullptr) call->cancel.cancel();
}

void session_cancel(dm_session* session) noexcept {
  // As call_cancel(): it waits for nothing but another thread that enters or leaves an operation.
  firewall(nullptr, [&] {
    if (session != nullptr) session->running.cancel_all();
    return outcome{};
  });
}

void call_close(dm_call* call) noexcept {
  firewall(nullptr, [&] {
    delete call;
    return outcome{};
  });
}

}  // namespace dm::boundary
