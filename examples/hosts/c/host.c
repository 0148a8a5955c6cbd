/* host.c - a host in C: the life of one component. JSON is jansson's, everything else dm_plugin.h's.
 *
 *   host-c <plugin.so> <environment.json> <create request.json>
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dm_plugin.h"
#include "dm_savepoint.h"

static const dm_plugin *plugin;
static dm_session *session;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "host-c: %s: %s\n", what, why);
  exit(1);
}

static json_t *read_document(const char *path) {
  json_error_t error;
  json_t *document = json_load_file(path, 0, &error);
  if (document == NULL) fail(path, error.text);
  return document;
}

static dm_string lend(const char *text) { return (dm_string){text, strlen(text)}; }

/* Called on the thread that is inside an operation, and only there (DM-17). */
static void log_line(void *user, int32_t level, dm_string message) {
  (void)user, (void)level;
  fprintf(stderr, "%.*s\n", (int)message.size, message.data);
}

static const char *text_of(json_t *object, const char *member) { return json_string_value(json_object_get(object, member)); }

/* One line on what a verb has answered; of status and list that is the component's own entry. */
static void show(const char *verb, dm_status status, json_t *reply) {
  json_t *error = json_object_get(reply, "error"), *batch = json_object_get(reply, "components");
  json_t *entry = batch == NULL ? reply : json_array_get(batch, 0);
  const char *savepoint = text_of(json_object_get(entry, "savepoint"), "state");
  printf("%s: %s", verb, status == DM_STATUS_OK ? "OK" : error == NULL ? "no document" : text_of(error, "code"));
  if (json_is_true(json_object_get(entry, "changed"))) printf(", changed");
  if (text_of(entry, "state") != NULL) printf(", state %s", text_of(entry, "state"));
  if (text_of(entry, "desired") != NULL) printf(", desired %s", text_of(entry, "desired"));
  if (savepoint != NULL) printf(", savepoint %s", savepoint);
  if (json_object_get(entry, "total") != NULL) printf(", total %d", (int)json_integer_value(json_object_get(entry, "total")));
  printf("\n");
  if (error != NULL) fprintf(stderr, "%s: %s\n", verb, text_of(error, "message"));
}

static void run(const char *verb, dm_operation operation, dm_call *call, json_t *request) {
  dm_document document = {NULL, 0, NULL};
  char *text = json_dumps(request, JSON_COMPACT);
  /* Blocks this thread; text is lent until then (DM-10). The status is the outcome, the document says why (DM-13). */
  dm_status status = operation(session, call, lend(text), &document);
  json_t *reply = json_loadb(document.data, document.size, 0, NULL);
  plugin->release(&document); /* also after a failure (DM-11, DM-13) */
  show(verb, status, reply);
  /* What create has made: a host stores it, also beside an error, and sends it with every later request (DM-13, DM-24). */
  if (json_object_get(reply, "data") != NULL) json_object_set(request, "data", json_object_get(reply, "data"));
  json_decref(reply);
  free(text);
}

typedef struct waiting {
  dm_call *call;
  sem_t seen; /* an event */
} waiting;

static void on_event(void *user, dm_string event) {
  json_t *document = json_loadb(event.data, event.size, 0, NULL);
  printf("  %s: %s\n", text_of(document, "phase"), text_of(document, "message"));
  json_decref(document);
  sem_post(&((waiting *)user)->seen);
}

/* On another thread: somebody has seen enough, and ends the waiting (DM-20). */
static void *cancel_after_an_event(void *user) {
  waiting *start = user;
  sem_wait(&start->seen);
  plugin->call_cancel(start->call);
  return NULL;
}

static void start(json_t *request, int cancelled) {
  waiting start;
  dm_call_options options = {sizeof options, 300000, lend("host-c"), &start, on_event};
  pthread_t other;
  sem_init(&start.seen, 0, 0);
  if (plugin->call_open(session, &options, &start.call) != DM_STATUS_OK) fail("call_open", "refused");
  if (cancelled && pthread_create(&other, NULL, cancel_after_an_event, &start) != 0) fail("pthread_create", "no thread");
  run("start", plugin->start, start.call, request);
  sem_post(&start.seen); /* should there have been no event */
  if (cancelled) pthread_join(other, NULL); /* neither call nor library may go while call_cancel() runs */
  plugin->call_close(start.call);
  sem_destroy(&start.seen);
}

int main(int argc, char **argv) {
  dm_host host = {sizeof host, NULL, DM_LOG_ERROR, 0, log_line};
  dm_document opened = {NULL, 0, NULL};
  dm_plugin_entry_function entry;
  void *library = argc == 4 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) fail("host-c <plugin.so> <environment.json> <create request.json>", argc == 4 ? dlerror() : "usage");
  /* A pointer to an object is no pointer to a function in ISO C; POSIX says that it may be copied into one. */
  *(void **)&entry = dlsym(library, DM_PLUGIN_ENTRY_SYMBOL);
  if (entry == NULL || (plugin = entry(DM_PLUGIN_ABI_MAJOR)) == NULL) fail(argv[1], "is no plugin of ABI major 1");
  setvbuf(stdout, NULL, _IOLBF, 0);
  json_t *manifest = json_loadb(plugin->manifest.data, plugin->manifest.size, 0, NULL);
  printf("plugin %s, ABI %u.%u\n", text_of(manifest, "name"), plugin->abi_major, plugin->abi_minor);
  json_decref(manifest);
  json_t *settings = read_document(argv[2]);
  char *environment = json_dumps(settings, JSON_COMPACT);
  if (plugin->open(&host, lend(environment), &session, &opened) != DM_STATUS_OK) fail("open", opened.data);
  plugin->release(&opened); /* warnings */
  free(environment);
  json_decref(settings);
  json_t *request = read_document(argv[3]), *batch = json_pack("{s:i, s:[O]}", "schema", 1, "components", request);
  run("validate", plugin->validate, NULL, request); /* members that a verb does not know are ignored (DM-7) */
  run("create", plugin->create, NULL, request);
  start(request, 1);
  start(request, 0);
  run("status", plugin->status, NULL, batch);
  const dm_savepoint *savepoint = plugin->extension(lend(DM_SAVEPOINT_EXTENSION));
  if (savepoint == NULL || !DM_HAS_MEMBER(dm_savepoint, savepoint, list)) fail("dm.savepoint/1", "is not offered");
  /* The id is the caller's, and stored before: the same one again never takes a second savepoint. */
  json_object_set_new(request, "operation", json_sprintf("host-c-%ld", (long)time(NULL)));
  run("trigger", savepoint->trigger, NULL, request);
  run("list", savepoint->list, NULL, batch);
  json_object_del(request, "operation"); /* the stop takes one of its own */
  run("stop", plugin->stop, NULL, request);
  run("destroy", plugin->destroy, NULL, request);
  json_decref(batch);
  json_decref(request);
  plugin->close(session);
  dlclose(library);
  printf("closed\n");
  return 0;
}
