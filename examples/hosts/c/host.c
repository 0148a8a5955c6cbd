/* host.c - the smallest host of a component plugin in C: loads it, prints its manifest, validates a descriptor, asks for
 * a component's status, cancels an operation from another thread, unloads.
 *
 *   host <plugin.so> <environment.json> <validate request.json> <status request.json>
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dm_plugin.h"

static const dm_plugin *plugin;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "host: %s: %s\n", what, why);
  exit(1);
}

/* The whole file, ended by a NUL. */
static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t size = 0;
  size_t got = 0;
  if (file == NULL) fail(path, "cannot be opened");
  do {
    char *longer = realloc(text, size + 4096 + 1);
    if (longer == NULL) fail(path, "no memory");
    text = longer;
    got = fread(text + size, 1, 4096, file);
    size += got;
  } while (got > 0);
  if (ferror(file)) fail(path, "cannot be read");
  fclose(file);
  text[size] = '\0';
  return text;
}

static dm_string lend(const char *text) {
  dm_string lent = {text, strlen(text)};
  return lent;
}

/* Called on the thread that is inside an operation, and only there (DM-17). */
static void log_line(void *user, int32_t level, dm_string message) {
  (void)user;
  if (level >= DM_LOG_WARNING) fprintf(stderr, "%.*s\n", (int)message.size, message.data);
}

static dm_status show(const char *what, dm_status status, dm_document *reply) {
  printf("%s: %d %s\n", what, (int)status, reply->data == NULL ? "" : reply->data);
  plugin->release(reply);
  return status;
}

/* Another thread ends the waiting of an operation (DM-20). */
static void *cancel_soon(void *call) {
  struct timespec moment = {0, 200 * 1000 * 1000};
  nanosleep(&moment, NULL);
  plugin->call_cancel(call);
  return NULL;
}

static void cancelled_status(dm_session *session, dm_string request) {
  dm_call_options options;
  dm_call *call = NULL;
  dm_document reply;
  pthread_t other;
  memset(&options, 0, sizeof options);
  memset(&reply, 0, sizeof reply);
  options.struct_size = sizeof options;
  options.timeout_ms = 60000;
  options.correlation_id = lend("host.c");
  if (plugin->call_open(session, &options, &call) != DM_STATUS_OK) fail("call_open", "refused");
  if (pthread_create(&other, NULL, cancel_soon, call) != 0) fail("pthread_create", "no thread");
  if (show("cancelled", plugin->status(session, call, request, &reply), &reply) != DM_STATUS_CANCELLED) {
    fail("status", "was not cancelled");
  }
  pthread_join(other, NULL);
  plugin->call_close(call);
}

int main(int argc, char **argv) {
  void *library;
  dm_plugin_entry_function entry;
  dm_host host;
  dm_session *session = NULL;
  dm_document reply;
  char *environment;
  char *validate;
  char *status;
  if (argc != 5) fail("usage", "host <plugin.so> <environment.json> <validate request.json> <status request.json>");
  environment = read_file(argv[2]);
  validate = read_file(argv[3]);
  status = read_file(argv[4]);

  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fail("dlopen", dlerror());
  /* A pointer to an object is no pointer to a function in ISO C; POSIX says that it may be copied into one. */
  *(void **)&entry = dlsym(library, DM_PLUGIN_ENTRY_SYMBOL);
  if (entry == NULL) fail("dlsym", dlerror());
  plugin = entry(DM_PLUGIN_ABI_MAJOR);
  if (plugin == NULL) fail(argv[1], "does not speak ABI major 1, the one this host was built for");
  printf("manifest: %s\n", plugin->manifest.data);

  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.log_level = DM_LOG_ERROR;
  host.log = log_line;
  memset(&reply, 0, sizeof reply);
  if (show("open", plugin->open(&host, lend(environment), &session, &reply), &reply) != DM_STATUS_OK) {
    fail("open", "refused");
  }
  show("validate", plugin->validate(session, NULL, lend(validate), &reply), &reply);
  show("status", plugin->status(session, NULL, lend(status), &reply), &reply);
  cancelled_status(session, lend(status));

  plugin->close(session);
  dlclose(library);
  free(environment);
  free(validate);
  free(status);
  printf("unloaded\n");
  return 0;
}
