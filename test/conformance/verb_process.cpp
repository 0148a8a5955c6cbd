// A host that runs one verb and ends: a process for kill_test to kill.
// usage: verb_process PLUGIN VERB ENVIRONMENT REQUEST (two files); exit 0 when the verb returned.
// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "dm_plugin.h"
#include "dm_savepoint.h"

namespace {

std::string content(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

dm_operation find_verb(const dm_plugin& plugin, const std::string& name) {
  const auto& savepoint = *static_cast<const dm_savepoint*>(
      plugin.extension({DM_SAVEPOINT_EXTENSION, std::strlen(DM_SAVEPOINT_EXTENSION)}));
  const struct {
    const char* name;
    dm_operation verb;
  } verbs[] = {
      {"create", plugin.create},    {"destroy", plugin.destroy},    {"start", plugin.start},
      {"stop", plugin.stop},        {"status", plugin.status},      {"validate", plugin.validate},
      {"find", plugin.find},        {"trigger", savepoint.trigger}, {"list", savepoint.list},
      {"resume", savepoint.resume}, {"dispose", savepoint.dispose}, {"pin", savepoint.pin},
      {"unpin", savepoint.unpin},   {"plan", savepoint.plan}};
  for (const auto& known : verbs) {
    if (name == known.name) return known.verb;
  }
  return nullptr;
}

}  // namespace

int main(int, char** argv) {
  void* library = ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return 90;
  const auto entry =
      reinterpret_cast<dm_plugin_entry_function>(::dlsym(library, DM_PLUGIN_ENTRY_SYMBOL));
  const dm_plugin& plugin = *entry(DM_PLUGIN_ABI_MAJOR);
  dm_host host{};
  host.struct_size = sizeof host;
  const std::string environment = content(argv[3]);
  const std::string request = content(argv[4]);
  dm_session* session = nullptr;
  dm_document reply{};
  if (plugin.open(&host, {environment.data(), environment.size()}, &session, &reply) !=
      DM_STATUS_OK)
    return 91;
  plugin.release(&reply);
  find_verb(plugin, argv[2])(session, nullptr, {request.data(), request.size()}, &reply);
  plugin.release(&reply);
  plugin.close(session);
  return 0;
}
