"""Component plugins of a Deployment Manager, loaded by ctypes. Standard library only.

    with Plugin("flink.so") as plugin, plugin.open(environment) as session:
        with session.call(timeout_ms=60000, on_event=print) as call:   # another thread may call.cancel()
            started = session.start(request, call)
        if not started.ok:
            print(started.status.name, started.error["message"])

Requests are mappings, or the bytes of a JSON document; replies have `document`, and `text`, the bytes it came in.

Ownership  Each of the three is closed by its with, in the order in which it was made: a session's calls before it, and no
           operation may be running under what is closed. A reply is a copy, and outlives all of them.
Threads    Verbs of one session may run side by side on several threads; each blocks its own and lets the other threads of the
           interpreter run (DM-16). cancel() comes from any thread. One call serves one operation at a time. Callbacks run on the
           thread inside the operation (DM-17). Python sees Ctrl-C on the main thread only when the operation is back: a
           program that is to be interrupted runs its operations on other threads, or under a time limit.
Errors     A verb never raises for what the plugin answers: reply.status is the outcome, reply.error says why (DM-13); check()
           raises PluginError instead, which has the reply. What raises is a plugin that is none (OSError, WrongMajor), an
           environment that is refused, and what the plugin has not (Unsupported). An exception of a callback goes to
           sys.unraisablehook: it cannot cross the plugin (DM-14).

SPDX-License-Identifier: Apache-2.0
"""
import ctypes
import json
import threading
from types import TracebackType
from typing import Any, Callable, Dict, Mapping, Optional, Type, Union

from .layout import (ABI_MAJOR, ENTRY_SYMBOL, EXTENSIONS, CallOptions, Document, Host, Log, LogLevel, OnEvent, PluginTable, Status,
                     String, Table)

__all__ = ["Call", "LogLevel", "Plugin", "PluginError", "Reply", "Session", "Status", "Unsupported", "WrongMajor"]

Request = Union[Mapping[str, Any], bytes]


class WrongMajor(Exception):
    """The library speaks another major of the contract."""


class Unsupported(Exception):
    """The plugin is older than the verb, or lacks its extension (DM-3, DM-6)."""


class PluginError(Exception):
    """A reply that is not OK."""

    def __init__(self, what: str, reply: "Reply") -> None:
        super().__init__(f"{what}: {reply.status.name}: {reply.error.get('message', 'no message')}")
        self.reply = reply


class Reply:
    def __init__(self, what: str, status: int, text: bytes) -> None:
        self.what = what
        self.status = Status.of(status)
        self.text = text
        self.document: Dict[str, Any] = json.loads(text) if text else {}

    @property
    def ok(self) -> bool:
        return self.status == Status.OK

    @property
    def error(self) -> Dict[str, Any]:
        """{} when there is none."""
        found = self.document.get("error")
        return found if isinstance(found, dict) else {}

    def check(self) -> "Reply":
        if not self.ok:
            raise PluginError(self.what, self)
        return self


class _Closing:
    """Closed by `with` or by close()."""

    def close(self) -> None:
        raise NotImplementedError

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


class Plugin(_Closing):
    """A loaded library. close() unloads it: every session must be closed before."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)  # RTLD_NOW | RTLD_LOCAL
        try:
            entry = getattr(library, ENTRY_SYMBOL)
        except AttributeError as error:
            raise OSError(f"{path} is no plugin: {error}") from None
        entry.argtypes = [ctypes.c_uint32]
        entry.restype = ctypes.POINTER(PluginTable)
        table = entry(ABI_MAJOR)
        if not table:
            raise WrongMajor(f"{path} does not speak ABI major {ABI_MAJOR}, the one this package was written for")
        self._handle = ctypes.c_void_p(library._handle)
        self.table: PluginTable = table.contents
        self.abi = (int(self.table.abi_major), int(self.table.abi_minor))
        self.manifest: Dict[str, Any] = json.loads(self.table.manifest.copy())

    def open(self, environment: Request, log: Optional[Callable[[LogLevel, str], None]] = None,
             log_level: LogLevel = LogLevel.WARNING) -> "Session":
        return Session(self, environment, log, log_level)

    def extension(self, name: str) -> Optional[Table]:
        """The table of "dm.savepoint/1" ..., or None."""
        address = self.table.extension(String.lend(name.encode()))
        return ctypes.cast(address, ctypes.POINTER(EXTENSIONS[name])).contents if address else None

    def close(self) -> None:
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            ctypes.CDLL(None).dlclose(handle)

    def __enter__(self) -> "Plugin":
        return self


class Call(_Closing):
    """Bounds, observes and cancels an operation. Made by session.call()."""

    def __init__(self, session: "Session", timeout_ms: int, correlation_id: str,
                 on_event: Optional[Callable[[Dict[str, Any]], None]]) -> None:
        def told(_user: Optional[int], event: String) -> None:
            assert on_event is not None
            on_event(json.loads(event.copy()))

        self._table = session.plugin.table
        self._on_event = OnEvent(told) if on_event else OnEvent(0)  # the plugin has its address
        named = String.lend(correlation_id.encode())
        options = CallOptions(struct_size=ctypes.sizeof(CallOptions), timeout_ms=timeout_ms, correlation_id=named,
                              on_event=self._on_event)
        self._lock = threading.Lock()  # between cancel() and close()
        self.handle = ctypes.c_void_p()
        status = self._table.call_open(session.handle, ctypes.byref(options), ctypes.byref(self.handle))
        if status != Status.OK:
            raise PluginError("call_open", Reply("call_open", status, b""))

    def cancel(self) -> None:
        """Ends the waiting of the operation that runs, or will run, under it (DM-20)."""
        with self._lock:
            self._table.call_cancel(self.handle)

    def close(self) -> None:
        with self._lock:
            handle, self.handle = self.handle, ctypes.c_void_p()
        self._table.call_close(handle)

    def __enter__(self) -> "Call":
        return self


class Session(_Closing):
    """One environment, opened. Made by plugin.open()."""

    def __init__(self, plugin: Plugin, environment: Request, log: Optional[Callable[[LogLevel, str], None]],
                 log_level: LogLevel) -> None:
        def write(_user: Optional[int], level: int, line: String) -> None:
            assert log is not None
            log(LogLevel(level), line.copy().decode(errors="replace"))

        self.plugin = plugin
        self._lock = threading.Lock()  # between cancel() and close()
        # It and what it points at live until close() has returned (DM-10).
        self._host = Host(struct_size=ctypes.sizeof(Host), log_level=log_level, log=Log(write) if log else Log(0))
        self.handle = ctypes.c_void_p()
        document = Document()
        status = plugin.table.open(ctypes.byref(self._host), String.lend(_bytes(environment)), ctypes.byref(self.handle),
                                   ctypes.byref(document))
        self.opened = self._taken("open", status, document).check()

    def call(self, timeout_ms: int = 0, correlation_id: str = "",
             on_event: Optional[Callable[[Dict[str, Any]], None]] = None) -> Call:
        return Call(self, timeout_ms, correlation_id, on_event)

    def run(self, verb: str, request: Request, call: Optional[Call] = None, extension: Optional[str] = None) -> Reply:
        """Any verb: run("find", request), run("explain", request, extension="dm.diagnosis/1")."""
        table = self.plugin.table if extension is None else self.plugin.extension(extension)
        if table is None or not table.has(verb):
            raise Unsupported(f"the plugin has no {verb}" + (f" of {extension}" if extension else ""))
        document = Document()
        status = getattr(table, verb)(self.handle, call.handle if call else None, String.lend(_bytes(request)),
                                      ctypes.byref(document))
        return self._taken(verb, status, document)

    def _taken(self, verb: str, status: int, document: Document) -> Reply:
        text = document.copy()
        self.plugin.table.release(ctypes.byref(document))
        return Reply(verb, status, text)

    def validate(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("validate", request, call)

    def create(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("create", request, call)

    def destroy(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("destroy", request, call)

    def start(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("start", request, call)

    def stop(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("stop", request, call)

    def status(self, request: Request, call: Optional[Call] = None) -> Reply:
        return self.run("status", request, call)

    def cancel(self) -> None:
        """Ends the waiting of all operations, now and later (DM-26)."""
        if not self.plugin.table.has("session_cancel"):
            raise Unsupported("the plugin has no session_cancel")
        with self._lock:
            self.plugin.table.session_cancel(self.handle)

    def close(self) -> None:
        with self._lock:
            handle, self.handle = self.handle, ctypes.c_void_p()
        self.plugin.table.close(handle)

    def __enter__(self) -> "Session":
        return self


def _bytes(request: Request) -> bytes:
    return request if isinstance(request, bytes) else json.dumps(request).encode()
