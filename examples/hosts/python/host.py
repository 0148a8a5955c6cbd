#!/usr/bin/env python3
"""The smallest host of a component plugin in Python: loads it, prints its manifest, validates a descriptor, asks for a
component's status, cancels an operation from another thread, unloads. Standard library only.

    host.py <plugin.so> <environment.json> <validate request.json> <status request.json>

SPDX-License-Identifier: Apache-2.0
"""
import _ctypes
import ctypes
import sys
import threading

ABI_MAJOR = 1
OK, CANCELLED = 0, 1
LOG_WARNING, LOG_ERROR = 3, 4


class String(ctypes.Structure):
    """dm_string: lent text. Keep a reference to the bytes as long as the plugin may read them."""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    @classmethod
    def of(cls, text):
        lent = cls(ctypes.cast(ctypes.c_char_p(text), ctypes.c_void_p), len(text))
        lent.text = text
        return lent

    def __str__(self):
        return ctypes.string_at(self.data, self.size).decode() if self.data else ""


class Document(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("owner", ctypes.c_void_p)]

    def __str__(self):
        return ctypes.string_at(self.data, self.size).decode() if self.data else ""


Session, Call = ctypes.c_void_p, ctypes.c_void_p
Log = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, String)
OnEvent = ctypes.CFUNCTYPE(None, ctypes.c_void_p, String)
# One type for all verbs: that is what the plugin's table is made for.
Operation = ctypes.CFUNCTYPE(ctypes.c_int32, Session, Call, String, ctypes.POINTER(Document))


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
        ("open", ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(Host), String, ctypes.POINTER(Session),
                                  ctypes.POINTER(Document))),
        ("close", ctypes.CFUNCTYPE(None, Session)),
        ("call_open", ctypes.CFUNCTYPE(ctypes.c_int32, Session, ctypes.POINTER(CallOptions), ctypes.POINTER(Call))),
        ("call_cancel", ctypes.CFUNCTYPE(None, Call)),
        ("call_close", ctypes.CFUNCTYPE(None, Call)),
        ("validate", Operation), ("create", Operation), ("destroy", Operation), ("start", Operation),
        ("stop", Operation), ("status", Operation),
        ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Document))),
        ("extension", ctypes.CFUNCTYPE(ctypes.c_void_p, String)),
    ]


def load(path):
    library = ctypes.CDLL(path)  # RTLD_NOW | RTLD_LOCAL
    library.dm_plugin_entry.argtypes = [ctypes.c_uint32]
    library.dm_plugin_entry.restype = ctypes.POINTER(Plugin)
    table = library.dm_plugin_entry(ABI_MAJOR)
    if not table:
        sys.exit(f"host.py: {path} does not speak ABI major {ABI_MAJOR}, the one this host was written for")
    return library, table.contents


def log_line(_user, level, message):
    """Called on the thread that is inside an operation, and only there (DM-17)."""
    if level >= LOG_WARNING:
        print(message, file=sys.stderr)


def show(plugin, what, status, reply):
    print(f"{what}: {status} {reply}")
    plugin.release(ctypes.byref(reply))
    return status


def cancelled_status(plugin, session, request):
    """Another thread ends the waiting of an operation (DM-20)."""
    options = CallOptions(struct_size=ctypes.sizeof(CallOptions), timeout_ms=60000, correlation_id=String.of(b"host.py"))
    call = Call()
    if plugin.call_open(session, ctypes.byref(options), ctypes.byref(call)) != OK:
        sys.exit("host.py: call_open was refused")
    other = threading.Timer(0.2, plugin.call_cancel, [call])
    other.start()
    reply = Document()
    status = show(plugin, "cancelled", plugin.status(session, call, request, ctypes.byref(reply)), reply)
    # The operation may be back before call_cancel() is: neither the call nor the library may go while it runs.
    other.join()
    plugin.call_close(call)
    if status != CANCELLED:
        sys.exit("host.py: status was not cancelled")


def main(path, environment, validate, status):
    def read(name):
        with open(name, "rb") as file:
            return String.of(file.read())

    library, plugin = load(path)
    print(f"manifest: {plugin.manifest}")

    host = Host(struct_size=ctypes.sizeof(Host), log_level=LOG_ERROR, log=Log(log_line))
    session, reply = Session(), Document()
    opened = plugin.open(ctypes.byref(host), read(environment), ctypes.byref(session), ctypes.byref(reply))
    if show(plugin, "open", opened, reply) != OK:
        sys.exit("host.py: open was refused")
    show(plugin, "validate", plugin.validate(session, None, read(validate), ctypes.byref(reply)), reply)
    show(plugin, "status", plugin.status(session, None, read(status), ctypes.byref(reply)), reply)
    cancelled_status(plugin, session, read(status))

    plugin.close(session)
    _ctypes.dlclose(library._handle)
    print("unloaded")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
