// One plugin's shared library: dlopen, entry function, table, manifest.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_library.h"

#include "base/json.h"
#include "base/log.h"
#include "base/names.h"
#include "plugin/library_file.h"
#include "plugin/supervised_step.h"

#include <fmt/format.h>

#include <dlfcn.h>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace manager {
namespace {

// Every function that this host uses; the table may be longer (DM-3).
bool is_complete(const dm_plugin& table) {
  return DM_HAS_MEMBER(dm_plugin, &table, release) && table.open != nullptr &&
         table.close != nullptr && table.call_open != nullptr && table.call_cancel != nullptr &&
         table.call_close != nullptr && table.validate != nullptr && table.create != nullptr &&
         table.destroy != nullptr && table.start != nullptr && table.stop != nullptr &&
         table.status != nullptr && table.release != nullptr;
}

}  // namespace

// The library's own code runs here, too.
void plugin_library::unloader::operator()(void* handle) const {
  try {
    if (run_in_time([handle] { ::dlclose(handle); }, {longest})) return;
    log::error("event=plugin_stuck verb=unload timeout_ms={} information={}", longest.count(),
               "a plugin does not come back from being unloaded; its thread is left to itself");
  } catch (const std::system_error& problem) {
    // Without a thread it stays loaded, which harms nobody.
    log::warning("event=plugin_not_unloaded information={}", problem.what());
  }
}

plugin_library::plugin_library(const std::filesystem::path& file, const watchdog_limits& limits)
    : file_(file), handle_(nullptr, unloader{limits.open}) {
  check_library_file(file_);
  handle_.reset(::dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!handle_) {
    const char* why = ::dlerror();
    throw std::runtime_error(fmt::format("{} cannot be loaded: {} (ldd(1) shows missing libraries)",
                                         file_.string(), why != nullptr ? why : "unknown error"));
  }
  const auto entry =
      reinterpret_cast<dm_plugin_entry_function>(::dlsym(handle_.get(), DM_PLUGIN_ENTRY_SYMBOL));
  if (entry == nullptr) {
    throw std::runtime_error(fmt::format("{} is no plugin: it does not export {}", file_.string(),
                                         DM_PLUGIN_ENTRY_SYMBOL));
  }
  table_ = entry(DM_PLUGIN_ABI_MAJOR);
  if (table_ == nullptr || table_->abi_major != DM_PLUGIN_ABI_MAJOR) {
    throw std::runtime_error(fmt::format(
        "{} does not speak version {} of the plugin contract (dm_plugin.h), which this Deployment "
        "Manager needs",
        file_.string(), DM_PLUGIN_ABI_MAJOR));
  }
  if (!is_complete(*table_)) {
    throw std::runtime_error(
        fmt::format("{} has an incomplete table of functions", file_.string()));
  }
  const auto manifest = json::parse_or_throw({table_->manifest.data, table_->manifest.size},
                                             file_.string() + "'s manifest");
  name_ = json::text_of(manifest, "name");
  version_ = json::text_of(manifest, "version");
  component_type_ = json::text_of(manifest, "component_type");
  if (!is_name(component_type_)) {
    throw std::runtime_error(
        fmt::format("{}'s manifest has no usable component_type (found \"{}\")", file_.string(),
                    printable(component_type_)));
  }
}

std::shared_ptr<const plugin_library> load_in_time(const std::filesystem::path& file,
                                                   const watchdog_limits& limits) {
  const auto made = std::make_shared<std::shared_ptr<const plugin_library>>();
  const bool in_time = run_in_time(
      [made, file, limits] { *made = std::make_shared<const plugin_library>(file, limits); },
      {limits.open},
      [file] {
        log::warning("event=plugin_came_back verb=load file={} information={}", file.string(),
                     "it was given up; a restart tries it again");
      });
  if (in_time) return std::move(*made);
  throw std::runtime_error(
      fmt::format("{} has not come back from being loaded within {} ms (plugin_watchdog.open_ms): "
                  "its thread is "
                  "left to itself, and the plugin is not used",
                  file.string(), limits.open.count()));
}

}  // namespace manager
