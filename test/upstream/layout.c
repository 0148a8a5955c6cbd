/* Sizes and places of the header's members, for whoever writes them down in another language.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dm_plugin.h>
#include <stdio.h>

#define MEMBER(type, member) \
  printf("%s.%s %zu %zu\n", #type, #member, offsetof(type, member), sizeof(((type *)0)->member))
#define SIZE(type) printf("%s %zu\n", #type, sizeof(type))

int main(void) {
  SIZE(dm_string), MEMBER(dm_string, data), MEMBER(dm_string, size);
  SIZE(dm_document), MEMBER(dm_document, data), MEMBER(dm_document, size), MEMBER(dm_document, owner);
  SIZE(dm_host), MEMBER(dm_host, struct_size), MEMBER(dm_host, user), MEMBER(dm_host, log_level);
  MEMBER(dm_host, reserved), MEMBER(dm_host, log);
  SIZE(dm_call_options), MEMBER(dm_call_options, struct_size), MEMBER(dm_call_options, timeout_ms);
  MEMBER(dm_call_options, correlation_id), MEMBER(dm_call_options, user), MEMBER(dm_call_options, on_event);
  SIZE(dm_plugin), MEMBER(dm_plugin, struct_size), MEMBER(dm_plugin, abi_major), MEMBER(dm_plugin, abi_minor);
  MEMBER(dm_plugin, manifest), MEMBER(dm_plugin, open), MEMBER(dm_plugin, close), MEMBER(dm_plugin, call_open);
  MEMBER(dm_plugin, call_cancel), MEMBER(dm_plugin, call_close), MEMBER(dm_plugin, validate), MEMBER(dm_plugin, create);
  MEMBER(dm_plugin, destroy), MEMBER(dm_plugin, start), MEMBER(dm_plugin, stop), MEMBER(dm_plugin, status);
  MEMBER(dm_plugin, release), MEMBER(dm_plugin, extension), MEMBER(dm_plugin, session_cancel), MEMBER(dm_plugin, find);
  return 0;
}
