/* dm_plugin.h - the contract between a Deployment Manager (the host) and a component plugin.
 *
 * A plugin is a shared library that exports one function, dm_plugin_entry. It returns a constant table of
 * functions. A typical host does:
 *
 *   void *library = dlopen("flink.so", RTLD_NOW | RTLD_LOCAL);
 *   dm_plugin_entry_function entry = (dm_plugin_entry_function)dlsym(library, DM_PLUGIN_ENTRY_SYMBOL);
 *   const dm_plugin *plugin = entry(DM_PLUGIN_ABI_MAJOR);          // NULL: speaks another major
 *   dm_session *session; dm_document reply = {0};
 *   if (plugin->open(&host, environment, &session, &reply) == DM_STATUS_OK) {
 *     plugin->release(&reply);
 *     plugin->status(session, NULL, request, &reply);             // blocks this thread
 *     ... use reply.data, reply.size ...
 *     plugin->release(&reply);
 *     plugin->close(session);
 *   }
 *   dlclose(library);
 *
 * Requests and replies are JSON documents; documents.md beside this file describes each of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rules. Tests and comments name them by number.
 *
 * Version and growth
 *   DM-1   The library exports one function. Everything else is reached through its table.
 *   DM-2   dm_plugin_entry(major) returns NULL for a major it does not speak. It fails in no other way, allocates
 *          nothing and starts nothing.
 *   DM-3   Within a major, members are only appended. A host reads a member only if struct_size covers it; a plugin
 *          does the same with structs that the host gives. A tail that is absent or zero means "default".
 *   DM-4   A released function never changes its signature, ownership, threading or meaning. What must change gets a
 *          new member with a new name.
 *   DM-5   An enumeration that the plugin receives does not grow within a major. One that it returns may: a host
 *          treats a value it does not know as DM_STATUS_INTERNAL.
 *   DM-6   Optional capabilities are extensions with an id "name/revision". extension() returns NULL for one that is
 *          absent; what it returns is valid as long as the library is loaded. Appended members keep the revision, any
 *          other change is a new one.
 *   DM-7   JSON has a version of its own: every document has "schema". Unknown members are ignored, a missing required
 *          member is DM_STATUS_INVALID_ARGUMENT. The manifest lists the schema versions the plugin understands.
 * Types
 *   DM-8   The header is clean C11 and C++11 and includes <stddef.h> and <stdint.h> only.
 *   DM-9   Text is UTF-8 with an explicit length. Incoming text need not end in a NUL; outgoing text always does, one
 *          byte beyond its length.
 * Ownership
 *   DM-10  Incoming pointers are borrowed until the call returns; nothing is kept. Exception: the dm_host of open() and
 *          what it points at live until close() returns.
 *   DM-11  Only dm_document, dm_session and dm_call change hands, and each is freed by the function that pairs with its
 *          maker. release() zeroes the document and accepts a zeroed one.
 *   DM-12  Arguments of callbacks are borrowed for the duration of the callback.
 * Errors
 *   DM-13  The return value is the outcome, the reply says why. On failure the reply holds {"error": {...}}. A create()
 *          that failed half-way also returns "data", so that the host can destroy() what was made.
 *   DM-14  No exception, longjmp or signal crosses the boundary in either direction.
 *   DM-15  A programming error of the host (NULL where it is not allowed, a struct_size of 0) is
 *          DM_STATUS_INVALID_ARGUMENT, never a crash. A reply pointer of NULL is allowed: no document is made.
 * Threads
 *   DM-16  Every function carries a tag:
 *            [any-thread]               at any time, from any thread
 *            [session: one at a time]   not while another call with this tag runs on the same session
 *            [thread-safe]              operations of one session may run side by side on several threads
 *          One dm_call serves one operation at a time.
 *   DM-17  Callbacks run only on the thread that is inside the operation. They return promptly and may call nothing of
 *          the plugin but call_cancel().
 *   DM-18  No thread, child process, timer or descriptor of the plugin outlives the call that made it, except a
 *          session's idle connections. After close() and the return of every operation the library may be unloaded.
 * Long operations
 *   DM-19  timeout_ms bounds an operation as a whole, from the moment it is entered: name resolution, connects, retries,
 *          polling. Overrun is DM_STATUS_DEADLINE_EXCEEDED; status answers what it knows by then.
 *   DM-20  call_cancel() may come at any moment between call_open() and call_close(), also before the operation; it is
 *          idempotent and sticky. The operation returns DM_STATUS_CANCELLED within 100 ms plus any step that must not be
 *          torn (a name look-up in the system's resolver is one). It ends the waiting; the reply says which remote
 *          effects have already happened.
 *   DM-21  A NULL call means: default deadline, no events, and no cancellation but session_cancel()'s.
 *   DM-22  Progress is an event document {"schema":1,"event":"progress","phase",...}. "done" may go back after a retry.
 *   DM-26  session_cancel() does for every operation of the session what call_cancel() does for one: for those that run,
 *          with a call or without, and for those that begin later. It is sticky; what is left to do is close().
 * Good guest
 *   DM-23  Nothing process-wide is touched: no environment, directory, umask, locale, signal disposition, standard
 *          stream; no exit. Descriptors are close-on-exec.
 *   DM-24  The plugin is stateless: what create() returned as "data" is all that later verbs need. The host stores it.
 *          Two processes may serve one record.
 *   DM-25  Verbs are idempotent where that has a meaning: start of a started, stop of a stopped, destroy of an absent
 *          component are DM_STATUS_OK with "changed": false.
 */
#ifndef DM_PLUGIN_H
#define DM_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DM_PLUGIN_ABI_MAJOR 1u
#define DM_PLUGIN_ABI_MINOR 1u
#define DM_PLUGIN_ENTRY_SYMBOL "dm_plugin_entry"

#if defined(_WIN32)
#define DM_PLUGIN_EXPORT __declspec(dllexport)
#else
#define DM_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

/* Text or a document that is lent. Frozen for ever, hence without a size member. */
typedef struct dm_string {
  const char *data; /* UTF-8; may be NULL when size is 0 */
  size_t size;      /* bytes, without any terminating NUL */
} dm_string;

/* A document that the plugin made and the caller releases. Frozen for ever. Initialise it with zeroes. */
typedef struct dm_document {
  const char *data; /* UTF-8 JSON, NUL-terminated beyond size; NULL when there is none */
  size_t size;
  void *owner; /* the plugin's own; do not touch */
} dm_document;

/* Outcome of an operation: one of enum dm_status_code. The width is fixed; the enumeration may grow (DM-5). */
typedef int32_t dm_status;

enum dm_status_code {
  DM_STATUS_OK = 0,
  DM_STATUS_CANCELLED = 1,           /* call_cancel() ended the waiting */
  DM_STATUS_INVALID_ARGUMENT = 3,    /* the request is wrong; the same request will never succeed */
  DM_STATUS_DEADLINE_EXCEEDED = 4,   /* timeout_ms passed; what had been started remotely may go on */
  DM_STATUS_NOT_FOUND = 5,           /* the component, savepoint, file ... named does not exist */
  DM_STATUS_ALREADY_EXISTS = 6,      /* something else has that name already */
  DM_STATUS_PERMISSION_DENIED = 7,   /* known who asks, but not allowed */
  DM_STATUS_RESOURCE_EXHAUSTED = 8,  /* memory, disk, queue, quota */
  DM_STATUS_FAILED_PRECONDITION = 9, /* the state of things forbids it; change that first */
  DM_STATUS_UNIMPLEMENTED = 12,      /* not offered by this version */
  DM_STATUS_INTERNAL = 13,           /* a defect of the plugin */
  DM_STATUS_UNAVAILABLE = 14,        /* a service does not answer; the one status that says "try again" */
  DM_STATUS_UNAUTHENTICATED = 16     /* who asks could not be established */
};

/* Thresholds for dm_host.log_level and the level argument of dm_host.log. */
enum dm_log_level {
  DM_LOG_TRACE = 0,
  DM_LOG_DEBUG = 1,
  DM_LOG_INFO = 2,
  DM_LOG_WARNING = 3,
  DM_LOG_ERROR = 4,
  DM_LOG_OFF = 5
};

typedef struct dm_session dm_session; /* made by open(), ended by close() */
typedef struct dm_call dm_call;       /* made by call_open(), ended by call_close() */

/* What the host offers to the plugin. New members are appended to the end only (DM-3). */
typedef struct dm_host {
  size_t struct_size; /* sizeof(dm_host) as the host knows it */
  void *user;         /* handed back in every callback */
  int32_t log_level;  /* enum dm_log_level: what is below it is not even formatted */
  int32_t reserved;   /* 0 */
  /* One log line without its end of line. May be NULL: nothing is logged. [the operation's thread, DM-17] */
  void (*log)(void *user, int32_t level, dm_string message);
} dm_host;

/* How one operation is to be carried out. New members are appended to the end only (DM-3). */
typedef struct dm_call_options {
  size_t struct_size;       /* sizeof(dm_call_options) as the host knows it */
  uint64_t timeout_ms;      /* DM-19; 0: the session's default for the verb */
  dm_string correlation_id; /* put into log lines and errors; copied by call_open() */
  void *user;               /* handed back in on_event */
  /* An event document (DM-22). May be NULL. [the operation's thread, DM-17] */
  void (*on_event)(void *user, dm_string event);
} dm_call_options;

/* Every verb has this shape. call and reply may be NULL (DM-15, DM-21). On return *reply holds the reply document, or
 * the error document, to be given to release(). [thread-safe] */
typedef dm_status (*dm_operation)(dm_session *session, dm_call *call, dm_string request, dm_document *reply);

/* The plugin's table: constant, valid while the library is loaded. New members are appended to the end only (DM-3). */
typedef struct dm_plugin {
  size_t struct_size; /* sizeof(dm_plugin) as the plugin knows it */
  uint32_t abi_major;
  uint32_t abi_minor;
  /* JSON: name, version, component type, extensions, schema versions. Readable without opening anything. */
  dm_string manifest;

  /* Makes a session from the environment document. On success *session is set and reply may hold warnings; on failure
   * *session is NULL and the reply says why. Does no network. [any-thread] */
  dm_status (*open)(const dm_host *host, dm_string environment, dm_session **session, dm_document *reply);
  /* Ends a session. No operation of it may be running. NULL is allowed. [session: one at a time] */
  void (*close)(dm_session *session);

  /* Makes the token that bounds, observes and cancels an operation. options may be NULL: defaults. [thread-safe] */
  dm_status (*call_open)(dm_session *session, const dm_call_options *options, dm_call **call);
  /* Ends the waiting of the operation that runs, or will run, under this call (DM-20). NULL is allowed. [any-thread] */
  void (*call_cancel)(dm_call *call);
  /* Ends the token. Its operation must have returned. NULL is allowed. [any-thread] */
  void (*call_close)(dm_call *call);

  dm_operation validate; /* reports every problem of a component's descriptor at once */
  dm_operation create;   /* lays the component out on this node; starts nothing */
  dm_operation destroy;  /* ends the job if need be and removes what create made */
  dm_operation start;    /* wants the job running, and waits until its tasks run */
  dm_operation stop;     /* wants the job stopped, and waits until it is */
  dm_operation status;   /* observes a batch of components */

  /* Frees a document that an operation filled and zeroes it. NULL and zeroed documents are allowed. [any-thread] */
  void (*release)(dm_document *document);

  /* The table of an extension (DM-6), or NULL. [any-thread] */
  const void *(*extension)(dm_string id);

  /* --- since 1.1 --- */

  /* Ends the waiting of every operation of the session, now and from now on (DM-26). For a host that shuts down: call it,
   * wait for the threads inside the plugin, then close(). NULL is allowed. [any-thread, also inside a callback] */
  void (*session_cancel)(dm_session *session);
  dm_operation find; /* the data of components that this node has, for a host that has lost its own records */
} dm_plugin;

/* The one exported function (DM-1, DM-2). [any-thread] */
DM_PLUGIN_EXPORT const dm_plugin *dm_plugin_entry(uint32_t abi_major);

/* Its type, for dlsym(). */
typedef const dm_plugin *(*dm_plugin_entry_function)(uint32_t abi_major);

/* True if the table (or struct) that p points at is large enough to have the member (DM-3). */
#define DM_HAS_MEMBER(type, p, member) \
  ((p)->struct_size >= offsetof(type, member) + sizeof((p)->member))

#ifdef __cplusplus
}
#endif

#endif /* DM_PLUGIN_H */
