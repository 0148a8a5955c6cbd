"""The C interface of a component plugin such as flink.so (dm_plugin.h) in ctypes: a library, its sessions, their verbs. Knows
nothing of any Deployment Manager.

SPDX-License-Identifier: Apache-2.0
"""
import ctypes
import json
import os
import threading
import time

import _ctypes

ABI_MAJOR = 1
SCHEMA = 1

# DM-5: a number that is not here is INTERNAL.
CODES = {0: "OK", 1: "CANCELLED", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 6: "ALREADY_EXISTS",
         7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 12: "UNIMPLEMENTED", 13: "INTERNAL",
         14: "UNAVAILABLE", 16: "UNAUTHENTICATED"}


class String(ctypes.Structure):
    """dm_string: lent text."""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    @classmethod
    def of(cls, text):
        encoded = text.encode("utf-8")
        lent = cls(ctypes.cast(ctypes.c_char_p(encoded), ctypes.c_void_p), len(encoded))
        lent.lender = encoded  # the bytes live as long as this does (DM-10)
        return lent

    def text(self):
        return ctypes.string_at(self.data, self.size).decode("utf-8", "replace") if self.data else ""


class Document(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("owner", ctypes.c_void_p)]

    text = String.text


SessionPointer, CallPointer = ctypes.c_void_p, ctypes.c_void_p
Log = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, String)
OnEvent = ctypes.CFUNCTYPE(None, ctypes.c_void_p, String)
# One type for all verbs: that is what the plugin's table is made for.
Operation = ctypes.CFUNCTYPE(ctypes.c_int32, SessionPointer, CallPointer, String, ctypes.POINTER(Document))


class Host(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("user", ctypes.c_void_p), ("log_level", ctypes.c_int32),
                ("reserved", ctypes.c_int32), ("log", Log)]


class CallOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("timeout_ms", ctypes.c_uint64), ("correlation_id", String),
                ("user", ctypes.c_void_p), ("on_event", OnEvent)]


class Plugin(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("abi_major", ctypes.c_uint32), ("abi_minor", ctypes.c_uint32),
        ("manifest", String),
        ("open", ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(Host), String, ctypes.POINTER(SessionPointer),
                                  ctypes.POINTER(Document))),
        ("close", ctypes.CFUNCTYPE(None, SessionPointer)),
        ("call_open", ctypes.CFUNCTYPE(ctypes.c_int32, SessionPointer, ctypes.POINTER(CallOptions),
                                       ctypes.POINTER(CallPointer))),
        ("call_cancel", ctypes.CFUNCTYPE(None, CallPointer)),
        ("call_close", ctypes.CFUNCTYPE(None, CallPointer)),
        ("validate", Operation), ("create", Operation), ("destroy", Operation), ("start", Operation),
        ("stop", Operation), ("status", Operation),
        ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Document))),
        ("extension", ctypes.CFUNCTYPE(ctypes.c_void_p, String)),
        # since 1.1
        ("session_cancel", ctypes.CFUNCTYPE(None, SessionPointer)),
        ("find", Operation),
    ]


class LibraryError(Exception):
    """The library cannot be used, and why, for the one who installs it."""


class PluginFailure(Exception):
    """A verb that was not OK. `code` decides; the text is for people. `reply` is all of the reply document."""

    def __init__(self, verb, code, reply):
        self.verb, self.code, self.reply = verb, code, reply
        error = reply.get("error")
        self.error = error if isinstance(error, dict) else {}
        super().__init__(self.error.get("message") or "%s ended with %s and says no more" % (verb, code))

    @property
    def details(self):
        return [entry for entry in self.error.get("details") or [] if isinstance(entry, dict)]

    def text(self):
        """Everything an operator needs, in one line."""
        parts = [str(self)]
        parts += ["%s: found %s, allowed: %s" % (entry.get("path"), entry.get("found"), entry.get("allowed"))
                  for entry in self.details]
        parts += ["%s said: %s" % (cause.get("source"), cause.get("message")) for cause in self.error.get("cause") or []]
        if self.error.get("hint"):
            parts.append(self.error["hint"])
        return "; ".join(parts)


class Library:
    """A plugin that is loaded. It stays loaded: threads of the Deployment Manager may be inside at any time."""

    def __init__(self, path, component_type):
        self.path = path
        if not os.path.isfile(path):
            raise LibraryError("there is no plugin library %s" % path)
        try:
            library = ctypes.CDLL(path)  # RTLD_NOW | RTLD_LOCAL
        except OSError as failure:
            raise LibraryError("the plugin library %s cannot be loaded: %s" % (path, failure)) from None
        try:
            self._read(library, component_type)
        except LibraryError:
            _ctypes.dlclose(library._handle)  # so that a mended file is looked at anew
            raise
        self._library = library

    def _read(self, library, component_type):
        try:
            entry = library.dm_plugin_entry
        except AttributeError:
            raise LibraryError("%s is no component plugin: it exports no dm_plugin_entry" % self.path) from None
        entry.argtypes = [ctypes.c_uint32]
        entry.restype = ctypes.POINTER(Plugin)
        table = entry(ABI_MAJOR)
        if not table:
            raise LibraryError("the plugin library %s does not speak ABI major %d, the only one that this adapter knows: "
                               "install adapter and library of one release" % (self.path, ABI_MAJOR))
        self.table = table.contents
        if not self.has("extension"):
            raise LibraryError("the table of the plugin library %s has %d bytes, fewer than ABI %d.0 has: it is none that was "
                               "released" % (self.path, self.table.struct_size, ABI_MAJOR))
        try:
            # A copy: what a later dlclose() takes away is not pointed at.
            self.manifest = json.loads(self.table.manifest.text())
            served, schemas = self.manifest["component_type"], list(self.manifest["schemas"])
        except (ValueError, LookupError, TypeError):
            raise LibraryError("the manifest of the plugin library %s cannot be read" % self.path) from None
        if served != component_type:
            raise LibraryError("the plugin library %s serves components of type %s, not %s" % (self.path, served, component_type))
        if SCHEMA not in schemas:
            raise LibraryError("the plugin library %s understands the schemas %s, this adapter writes %d only: install adapter "
                               "and library of one release" % (self.path, schemas, SCHEMA))

    def has(self, member):
        """DM-3: what struct_size does not cover is not there."""
        field = getattr(Plugin, member)
        return self.table.struct_size >= field.offset + field.size


class Session:
    """The plugin in one environment. Any thread may call it, several at once (DM-16)."""

    def __init__(self, library, environment, log=None, log_level=2):
        """log(level, text) is called on the thread that is inside a verb, and only there (DM-17)."""
        self._library = library
        # Both live until close() has returned (DM-10).
        self._log = Log(lambda _user, level, message: log(level, message.text())) if log else Log()
        self._host = Host(struct_size=ctypes.sizeof(Host), log_level=log_level, log=self._log)
        self._pointer = SessionPointer()
        self._inside = 0
        self._changed = threading.Condition()
        self._over = False
        reply = Document()
        document = String.of(json.dumps(environment))
        status = library.table.open(ctypes.byref(self._host), document, ctypes.byref(self._pointer), ctypes.byref(reply))
        self.opened = self._finish("open", status, reply)

    def call(self, verb, request, seconds=None):
        """The reply of a verb; PluginFailure where it is not OK. seconds: instead of the verb's own time limit."""
        with self._changed:
            if self._over:
                raise PluginFailure(verb, "CANCELLED", {"error": {"message": "the Deployment Manager ends; nothing was begun"}})
            self._inside += 1
        try:
            return self._call(verb, request, seconds)
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _call(self, verb, request, seconds):
        if not self._library.has(verb):
            raise PluginFailure(verb, "UNIMPLEMENTED", {"error": {
                "message": "the plugin library %s has no %s: it is older than this adapter" % (self._library.path, verb)}})
        table, call, reply = self._library.table, CallPointer(), Document()
        document = String.of(json.dumps(dict(request, schema=SCHEMA)))
        if seconds is not None:
            options = CallOptions(struct_size=ctypes.sizeof(CallOptions), timeout_ms=max(1, int(seconds * 1000)))
            opened = table.call_open(self._pointer, ctypes.byref(options), ctypes.byref(call))
            if opened != 0:
                raise PluginFailure(verb, CODES.get(opened, "INTERNAL"), {})
        try:
            return self._finish(verb, getattr(table, verb)(self._pointer, call, document, ctypes.byref(reply)), reply)
        finally:
            table.call_close(call)

    def _finish(self, verb, status, reply):
        text = reply.text()
        self._library.table.release(ctypes.byref(reply))
        code = CODES.get(status, "INTERNAL")
        try:
            document = json.loads(text) if text else {}
        except ValueError:
            document = None
        if not isinstance(document, dict):
            code, document = "INTERNAL", {"error": {"message": "the reply of %s is no JSON object" % verb}}
        if code != "OK":
            raise PluginFailure(verb, code, document)
        return document

    def cancel(self):
        """Ends the waiting of whoever is inside, and of whoever comes (DM-26)."""
        with self._changed:
            self._over = True
            if self._pointer is not None and self._library.has("session_cancel"):
                self._library.table.session_cancel(self._pointer)  # under the lock: close() must not be faster

    def close(self, seconds=None):
        """Waits for those who are inside, then ends the session. False if they are not back in time: it stays open then."""
        until = None if seconds is None else time.monotonic() + seconds
        with self._changed:
            self._over = True
            while self._inside:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._changed.wait(left)
            pointer, self._pointer = self._pointer, None
        if pointer is not None:
            self._library.table.close(pointer)
        return True
