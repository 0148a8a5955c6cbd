// The one way from the host into the plugin: no exception gets out, and every reply is a document
// with an owner.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/firewall.h"

#include <exception>
#include <new>
#include <string_view>
#include <system_error>

#include "boundary/error_document.h"

namespace dm::boundary {

namespace {

// Documents without an owner: they exist even when there is no memory to write one.
constexpr std::string_view out_of_memory =
    R"({"schema":1,"error":{"code":"RESOURCE_EXHAUSTED","message":"The plugin could not get the memory for this )"
    R"(operation. What it had done until then stands.","hint":"Free memory on the host of the deployment manager and )"
    R"(send the request again: every verb may be repeated.","retry":false}})";
constexpr std::string_view unknown_exception =
    R"({"schema":1,"error":{"code":"INTERNAL","message":"An exception of an unknown type ended this operation. What )"
    R"(it had done until then stands.","hint":"This is a defect of the plugin: report it with the log. Every verb may )"
    R"(be repeated.","retry":false}})";

dm_status deliver_static(dm_document* reply, status_code status,
                         std::string_view document) noexcept {
  if (reply != nullptr) *reply = dm_document{document.data(), document.size(), nullptr};
  return static_cast<dm_status>(status);
}

error unexpected(std::string_view what) {
  error e;
  e.code = status_code::internal;
  e.message = "An unexpected exception ended this operation. What it had done until then stands.";
  e.hint = "This is a defect of the plugin: report it with the log. Every verb may be repeated.";
  e.causes.push_back({"plugin", first_line(what)});
  return e;
}

error no_descriptor(const std::system_error& exception) {
  error e;
  e.code = status_code::resource_exhausted;
  e.message =
      "The process of the deployment manager has no descriptor or memory left for this operation.";
  e.hint = "Raise its limit of open files (ulimit -n), or run fewer operations at once.";
  e.causes.push_back({"operating system", first_line(exception.what())});
  return e;
}

bool lacks_resources(const std::system_error& exception) {
  const std::error_code& code = exception.code();
  return code == std::errc::too_many_files_open ||
         code == std::errc::too_many_files_open_in_system || code == std::errc::not_enough_memory ||
         code == std::errc::no_space_on_device || code == std::errc::resource_unavailable_try_again;
}

dm_status deliver_error(dm_document* reply, const error& e) {
  return deliver(reply, outcome{e.code, error_document(e)});
}

// Throws only bad_alloc.
dm_status deliver_known_exception(dm_document* reply) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return deliver_static(reply, status_code::resource_exhausted, out_of_memory);
  } catch (const std::system_error& e) {
    return deliver_error(reply, lacks_resources(e) ? no_descriptor(e) : unexpected(e.what()));
  } catch (const std::exception& e) {
    return deliver_error(reply, unexpected(e.what()));
  } catch (...) {
    return deliver_static(reply, status_code::internal, unknown_exception);
  }
}

}  // namespace

dm_status deliver(dm_document* reply, outcome&& what) noexcept {
  const auto status = static_cast<dm_status>(what.status);
  if (reply == nullptr || what.document.empty()) return status;
  try {
    auto* owned = new std::string(std::move(what.document));
    *reply = dm_document{owned->c_str(), owned->size(), owned};
    return status;
  } catch (...) {
    return deliver_static(reply, status_code::resource_exhausted, out_of_memory);
  }
}

dm_status deliver_current_exception(dm_document* reply) noexcept {
  try {
    return deliver_known_exception(reply);
  } catch (...) {
    return deliver_static(reply, status_code::resource_exhausted, out_of_memory);
  }
}

void release_document(dm_document* document) noexcept {
  if (document == nullptr) return;
  delete static_cast<std::string*>(document->owner);
  *document = dm_document{};
}

}  // namespace dm::boundary
