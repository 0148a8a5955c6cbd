"""The types of dm_plugin.h and of the extensions' headers, as ctypes; abi/layout.txt says how they are laid out.

SPDX-License-Identifier: Apache-2.0
"""
import ctypes
import enum
from typing import Dict, Iterator, Type

ABI_MAJOR = 1
ABI_MINOR = 1  # what this package knows; a plugin may know less, or more
ENTRY_SYMBOL = "dm_plugin_entry"


class Status(enum.IntEnum):
    """The outcome of an operation."""
    OK = 0
    CANCELLED = 1
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16

    @classmethod
    def of(cls, number: int) -> "Status":
        """What this package does not know is INTERNAL (DM-5)."""
        try:
            return cls(number)
        except ValueError:
            return cls.INTERNAL


class LogLevel(enum.IntEnum):
    """From which level on the plugin logs; below it nothing is even formatted."""
    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARNING = 3
    ERROR = 4
    OFF = 5


class String(ctypes.Structure):
    """Lent text. The plugin reads the bytes where they are: lend() keeps them as long as this object lives, not as long as
    another struct that it was copied into."""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    @classmethod
    def lend(cls, text: bytes) -> "String":
        lent = cls(ctypes.cast(ctypes.c_char_p(text), ctypes.c_void_p), len(text))
        lent._bytes = text
        return lent

    def copy(self) -> bytes:
        return ctypes.string_at(self.data, self.size) if self.data else b""


class Document(ctypes.Structure):
    """A document of the plugin's, for release()."""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("owner", ctypes.c_void_p)]

    def copy(self) -> bytes:
        return ctypes.string_at(self.data, self.size) if self.data else b""


StatusNumber = ctypes.c_int32  # dm_status
Log = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, String)
OnEvent = ctypes.CFUNCTYPE(None, ctypes.c_void_p, String)
# One type for all verbs: that is what the plugin's table is made for.
Operation = ctypes.CFUNCTYPE(StatusNumber, ctypes.c_void_p, ctypes.c_void_p, String, ctypes.POINTER(Document))


class Host(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("user", ctypes.c_void_p), ("log_level", ctypes.c_int32),
                ("reserved", ctypes.c_int32), ("log", Log)]


class CallOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("timeout_ms", ctypes.c_uint64), ("correlation_id", String),
                ("user", ctypes.c_void_p), ("on_event", OnEvent)]


_OPEN = ctypes.CFUNCTYPE(StatusNumber, ctypes.POINTER(Host), String, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(Document))
_CALL_OPEN = ctypes.CFUNCTYPE(StatusNumber, ctypes.c_void_p, ctypes.POINTER(CallOptions), ctypes.POINTER(ctypes.c_void_p))
_HANDLE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Table(ctypes.Structure):
    """Begins with struct_size: a member beyond it is not there (DM-3)."""

    def has(self, member: str) -> bool:
        place = getattr(type(self), member, None)
        return place is not None and place.offset + place.size <= int(self.struct_size)


class PluginTable(Table):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("abi_major", ctypes.c_uint32), ("abi_minor", ctypes.c_uint32), ("manifest", String),
        ("open", _OPEN), ("close", _HANDLE), ("call_open", _CALL_OPEN), ("call_cancel", _HANDLE), ("call_close", _HANDLE),
        ("validate", Operation), ("create", Operation), ("destroy", Operation), ("start", Operation), ("stop", Operation),
        ("status", Operation), ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(Document))),
        ("extension", ctypes.CFUNCTYPE(ctypes.c_void_p, String)),
        ("session_cancel", _HANDLE), ("find", Operation),  # since 1.1
    ]


class SavepointTable(Table):
    _fields_ = [("struct_size", ctypes.c_size_t), ("trigger", Operation), ("list", Operation), ("resume", Operation),
                ("dispose", Operation), ("pin", Operation), ("unpin", Operation), ("plan", Operation)]


class LogsTable(Table):
    _fields_ = [("struct_size", ctypes.c_size_t), ("sources", Operation), ("read", Operation)]


class DiagnosisTable(Table):
    _fields_ = [("struct_size", ctypes.c_size_t), ("incidents", Operation), ("explain", Operation)]


class MetricsTable(Table):
    _fields_ = [("struct_size", ctypes.c_size_t), ("figures", Operation)]


class HousekeepingTable(Table):
    _fields_ = [("struct_size", ctypes.c_size_t), ("inspect", Operation), ("clean", Operation)]


EXTENSIONS: Dict[str, Type[Table]] = {
    "dm.savepoint/1": SavepointTable, "dm.logs/1": LogsTable, "dm.diagnosis/1": DiagnosisTable, "dm.metrics/1": MetricsTable,
    "dm.housekeeping/1": HousekeepingTable,
}

_STRUCTS: Dict[str, Type[ctypes.Structure]] = {
    "dm_string": String, "dm_document": Document, "dm_host": Host, "dm_call_options": CallOptions, "dm_plugin": PluginTable,
    **{"dm_" + name.split("/")[0][3:]: table for name, table in EXTENSIONS.items()},
}


def facts() -> Iterator[str]:
    """This module's layout, in the lines of abi/layout.txt."""
    yield f"value DM_PLUGIN_ABI_MAJOR {ABI_MAJOR}"
    yield f"value DM_PLUGIN_ABI_MINOR {ABI_MINOR}"
    yield f"text DM_PLUGIN_ENTRY_SYMBOL {ENTRY_SYMBOL}"
    for status in Status:
        yield f"value DM_STATUS_{status.name} {status.value}"
    for level in LogLevel:
        yield f"value DM_LOG_{level.name} {level.value}"
    yield f"type dm_status {ctypes.sizeof(StatusNumber)}"
    for extension in EXTENSIONS:
        yield f"text {extension.split('/')[0].replace('.', '_').upper()}_EXTENSION {extension}"
    for name, struct in _STRUCTS.items():
        yield f"type {name} {ctypes.sizeof(struct)}"
        for field in struct._fields_:
            place = getattr(struct, field[0])
            yield f"member {name}.{field[0]} {place.offset} {place.size}"
