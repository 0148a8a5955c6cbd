// A flink.so that was built before, driven through its C header alone.
// SPDX-License-Identifier: Apache-2.0
#include "built_plugin.h"

#include <dlfcn.h>

#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

namespace dm::bench {

namespace {

dm_string lend(std::string_view text) { return {text.data(), text.size()}; }

std::string copied(const dm_document& document) {
  return document.data == nullptr ? std::string() : std::string(document.data, document.size);
}

}  // namespace

built_plugin::built_plugin(const std::string& path) {
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(::dlerror());
  const auto entry =
      reinterpret_cast<dm_plugin_entry_function>(::dlsym(handle, DM_PLUGIN_ENTRY_SYMBOL));
  if (entry != nullptr) table_ = entry(DM_PLUGIN_ABI_MAJOR);
  if (table_ == nullptr) throw std::runtime_error(path + " is no plugin of this major version");
}

plugin_session::plugin_session(const built_plugin& plugin, const std::string& environment)
    : plugin_(plugin) {
  dm_host host{};
  host.struct_size = sizeof host;
  dm_document reply{};
  const dm_status status = plugin_->open(&host, lend(environment), &session_, &reply);
  const std::string text = copied(reply);
  plugin_->release(&reply);
  if (status != DM_STATUS_OK) throw std::runtime_error("open: " + text);
}

answer plugin_session::run(dm_operation verb, std::string_view request,
                           std::uint64_t timeout_ms) const {
  dm_call* call = nullptr;
  if (timeout_ms > 0) {
    dm_call_options options{};
    options.struct_size = sizeof options;
    options.timeout_ms = timeout_ms;
    if (plugin_->call_open(session_, &options, &call) != DM_STATUS_OK)
      throw std::runtime_error("call_open failed");
  }
  answer made;
  dm_document reply{};
  const auto begin = std::chrono::steady_clock::now();
  made.status = verb(session_, call, lend(request), &reply);
  made.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  made.text = copied(reply);
  plugin_->release(&reply);
  plugin_->call_close(call);
  return made;
}

answer plugin_session::succeed(dm_operation verb, std::string_view request,
                               std::uint64_t timeout_ms) const {
  answer made = run(verb, request, timeout_ms);
  if (made.status != DM_STATUS_OK)
    throw std::runtime_error(fmt::format("status {}: {}", made.status, made.text.substr(0, 2000)));
  return made;
}

}  // namespace dm::bench
