// Package dmplugin loads component plugins of a Deployment Manager, by cgo and the C headers of abi/.
//
// In this source tree the headers are found where they are; elsewhere, with -tags dm_installed, by pkg-config dm-plugin.
//
// Ownership: Close a session before its plugin, when no operation of it runs. Replies are copies.
//
// Threads: Run may be called by several goroutines on one session; each holds a thread of the system until it is back (DM-16).
// The context bounds and cancels it. Callbacks run inside Run (DM-17): they return promptly and call nothing of the plugin;
// cancelling a context is allowed. A panic of a callback ends there and is printed: it cannot cross the plugin (DM-14).
//
// Errors: a *Error has the status and the document that says why (DM-13); the document comes beside it, too.
//
// SPDX-License-Identifier: Apache-2.0
package dmplugin

/*
#cgo !dm_installed CFLAGS: -I${SRCDIR}/../../../../abi
#cgo dm_installed pkg-config: dm-plugin
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "bridge.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/cgo"
	"time"
	"unsafe"
)

// Status is the outcome of an operation.
type Status int32

const (
	OK                 Status = C.DM_STATUS_OK
	Cancelled          Status = C.DM_STATUS_CANCELLED
	InvalidArgument    Status = C.DM_STATUS_INVALID_ARGUMENT
	DeadlineExceeded   Status = C.DM_STATUS_DEADLINE_EXCEEDED
	NotFound           Status = C.DM_STATUS_NOT_FOUND
	AlreadyExists      Status = C.DM_STATUS_ALREADY_EXISTS
	PermissionDenied   Status = C.DM_STATUS_PERMISSION_DENIED
	ResourceExhausted  Status = C.DM_STATUS_RESOURCE_EXHAUSTED
	FailedPrecondition Status = C.DM_STATUS_FAILED_PRECONDITION
	Unimplemented      Status = C.DM_STATUS_UNIMPLEMENTED
	Internal           Status = C.DM_STATUS_INTERNAL
	Unavailable        Status = C.DM_STATUS_UNAVAILABLE
	Unauthenticated    Status = C.DM_STATUS_UNAUTHENTICATED
)

var statusWords = map[Status]string{OK: "OK", Cancelled: "CANCELLED", InvalidArgument: "INVALID_ARGUMENT",
	DeadlineExceeded: "DEADLINE_EXCEEDED", NotFound: "NOT_FOUND", AlreadyExists: "ALREADY_EXISTS",
	PermissionDenied: "PERMISSION_DENIED", ResourceExhausted: "RESOURCE_EXHAUSTED", FailedPrecondition: "FAILED_PRECONDITION",
	Unimplemented: "UNIMPLEMENTED", Internal: "INTERNAL", Unavailable: "UNAVAILABLE", Unauthenticated: "UNAUTHENTICATED"}

// String is the word for it, as in an error's "code". What this package does not know is INTERNAL (DM-5).
func (s Status) String() string {
	if word, known := statusWords[s]; known {
		return word
	}
	return "INTERNAL"
}

// LogLevel is from which level on the plugin logs; below it nothing is even formatted.
type LogLevel int32

const (
	LogTrace   LogLevel = C.DM_LOG_TRACE
	LogDebug   LogLevel = C.DM_LOG_DEBUG
	LogInfo    LogLevel = C.DM_LOG_INFO
	LogWarning LogLevel = C.DM_LOG_WARNING
	LogError   LogLevel = C.DM_LOG_ERROR
	LogOff     LogLevel = C.DM_LOG_OFF
)

// Error is an operation that is not OK.
type Error struct {
	Verb     string
	Status   Status
	Document []byte // JSON; empty where there is none
	cause    error
}

func (e *Error) Error() string {
	var document struct {
		Error struct{ Message string }
	}
	_ = json.Unmarshal(e.Document, &document)
	return fmt.Sprintf("%s: %s: %s", e.Verb, e.Status, document.Error.Message)
}

// Unwrap is the context's error, where it was the context that ended the waiting.
func (e *Error) Unwrap() error { return e.cause }

// StatusOf tells the outcome of a verb from its error.
func StatusOf(err error) Status {
	var refused *Error
	switch {
	case err == nil:
		return OK
	case errors.As(err, &refused):
		return refused.Status
	}
	return Internal
}

// Verb is an operation of the plugin's table or of an extension's: where in which table it stands.
type Verb struct {
	name      string
	extension string
	offset    uintptr
}

const (
	savepoints   = C.DM_SAVEPOINT_EXTENSION
	logs         = C.DM_LOGS_EXTENSION
	diagnosis    = C.DM_DIAGNOSIS_EXTENSION
	metrics      = C.DM_METRICS_EXTENSION
	housekeeping = C.DM_HOUSEKEEPING_EXTENSION
)

var (
	Validate  = Verb{"validate", "", unsafe.Offsetof(C.dm_plugin{}.validate)}
	Create    = Verb{"create", "", unsafe.Offsetof(C.dm_plugin{}.create)}
	Destroy   = Verb{"destroy", "", unsafe.Offsetof(C.dm_plugin{}.destroy)}
	Start     = Verb{"start", "", unsafe.Offsetof(C.dm_plugin{}.start)}
	Stop      = Verb{"stop", "", unsafe.Offsetof(C.dm_plugin{}.stop)}
	Observe   = Verb{"status", "", unsafe.Offsetof(C.dm_plugin{}.status)}
	Find      = Verb{"find", "", unsafe.Offsetof(C.dm_plugin{}.find)}
	Trigger   = Verb{"trigger", savepoints, unsafe.Offsetof(C.dm_savepoint{}.trigger)}
	List      = Verb{"list", savepoints, unsafe.Offsetof(C.dm_savepoint{}.list)}
	Resume    = Verb{"resume", savepoints, unsafe.Offsetof(C.dm_savepoint{}.resume)}
	Dispose   = Verb{"dispose", savepoints, unsafe.Offsetof(C.dm_savepoint{}.dispose)}
	Pin       = Verb{"pin", savepoints, unsafe.Offsetof(C.dm_savepoint{}.pin)}
	Unpin     = Verb{"unpin", savepoints, unsafe.Offsetof(C.dm_savepoint{}.unpin)}
	Plan      = Verb{"plan", savepoints, unsafe.Offsetof(C.dm_savepoint{}.plan)}
	Sources   = Verb{"sources", logs, unsafe.Offsetof(C.dm_logs{}.sources)}
	Read      = Verb{"read", logs, unsafe.Offsetof(C.dm_logs{}.read)}
	Incidents = Verb{"incidents", diagnosis, unsafe.Offsetof(C.dm_diagnosis{}.incidents)}
	Explain   = Verb{"explain", diagnosis, unsafe.Offsetof(C.dm_diagnosis{}.explain)}
	Figures   = Verb{"figures", metrics, unsafe.Offsetof(C.dm_metrics{}.figures)}
	Inspect   = Verb{"inspect", housekeeping, unsafe.Offsetof(C.dm_housekeeping{}.inspect)}
	Clean     = Verb{"clean", housekeeping, unsafe.Offsetof(C.dm_housekeeping{}.clean)}
)

// Name is the verb's word.
func (v Verb) Name() string { return v.name }

// Plugin is a loaded library.
type Plugin struct {
	handle unsafe.Pointer
	table  *C.dm_plugin
}

// Load fails where the library cannot be loaded, is no plugin, or speaks another major.
func Load(path string) (*Plugin, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	library := C.bridge_load(name)
	if library.table == nil {
		defer C.free(unsafe.Pointer(library.problem))
		C.bridge_unload(library.handle)
		return nil, fmt.Errorf("%s: %s", path, C.GoString(library.problem))
	}
	return &Plugin{library.handle, library.table}, nil
}

// Close unloads the library. Its sessions must be closed.
func (p *Plugin) Close() {
	C.bridge_unload(p.handle)
	p.handle, p.table = nil, nil
}

// ABI is the version of the contract that the plugin speaks.
func (p *Plugin) ABI() (major, minor uint32) {
	return uint32(p.table.abi_major), uint32(p.table.abi_minor)
}

// Manifest is JSON: name, version, extensions ...
func (p *Plugin) Manifest() json.RawMessage {
	return C.GoBytes(unsafe.Pointer(p.table.manifest.data), C.int(p.table.manifest.size))
}

// Session is one environment, opened.
type Session struct {
	plugin   *Plugin
	handle   *C.dm_session
	host     *C.dm_host
	log      cgo.Handle
	Warnings []byte // the reply of open(): JSON with "warnings"
}

// Open connects to nothing; what is wrong with the environment is told here. log may be nil.
func (p *Plugin) Open(environment []byte, level LogLevel, log func(level LogLevel, line string)) (*Session, error) {
	s := &Session{plugin: p}
	if log != nil {
		s.log = cgo.NewHandle(log)
	}
	data, size := lend(environment)
	defer C.free(unsafe.Pointer(data))
	reply := C.bridge_open(p.table, data, size, C.int32_t(level), C.uintptr_t(s.log), &s.handle, &s.host)
	var err error
	if s.Warnings, err = p.taken("open", reply, nil); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close ends the session. No operation of it may be running.
func (s *Session) Close() {
	C.bridge_close(s.plugin.table, s.handle, s.host)
	if s.log != 0 {
		s.log.Delete()
	}
	s.handle, s.host, s.log = nil, nil, 0
}

// Cancel ends the waiting of all operations, now and later (DM-26). False: the plugin is older than that.
func (s *Session) Cancel() bool { return C.bridge_session_cancel(s.plugin.table, s.handle) != 0 }

// Options of an operation beside its context.
type Options struct {
	CorrelationID string             // put into log lines and errors
	OnEvent       func(event []byte) // an event document (DM-22)
}

// Run carries out a verb and returns its reply, also beside an error. The context's deadline is the operation's; without one
// the session's default for the verb holds. A verb that the plugin does not have is Unimplemented (DM-3, DM-6).
func (s *Session) Run(ctx context.Context, verb Verb, request []byte, options Options) ([]byte, error) {
	table := s.plugin.table
	var extension *C.char
	if verb.extension != "" {
		extension = C.CString(verb.extension)
		defer C.free(unsafe.Pointer(extension))
	}
	operation := C.bridge_find(table, extension, C.size_t(verb.offset))
	if operation == nil {
		return nil, &Error{Verb: verb.name, Status: Unimplemented}
	}
	var onEvent cgo.Handle
	if options.OnEvent != nil {
		onEvent = cgo.NewHandle(options.OnEvent)
		defer onEvent.Delete()
	}
	id, idSize := lend([]byte(options.CorrelationID))
	defer C.free(unsafe.Pointer(id))
	var call *C.dm_call
	if status := C.bridge_call_open(table, s.handle, timeout(ctx), id, idSize, C.uintptr_t(onEvent), &call); status != C.DM_STATUS_OK {
		return nil, &Error{Verb: verb.name, Status: Status(status)}
	}
	defer C.bridge_call_close(table, call)

	back, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) { // its deadline is the plugin's own to tell
				C.bridge_call_cancel(table, call)
			}
		case <-back:
		}
	}()
	data, size := lend(request)
	defer C.free(unsafe.Pointer(data))
	reply := C.bridge_run(operation, s.handle, call, data, size)
	close(back)
	<-watched // the call may not go while it is cancelled
	return s.plugin.taken(verb.name, reply, ctx.Err())
}

func timeout(ctx context.Context) C.uint64_t {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		return 0
	}
	if left := time.Until(deadline).Milliseconds(); left > 0 {
		return C.uint64_t(left)
	}
	return 1
}

// A copy in C's memory, to be freed: the plugin may not be handed memory that Go moves.
func lend(text []byte) (*C.char, C.size_t) { return (*C.char)(C.CBytes(text)), C.size_t(len(text)) }

func (p *Plugin) taken(verb string, reply C.bridge_reply, ended error) ([]byte, error) {
	document := C.GoBytes(unsafe.Pointer(reply.document.data), C.int(reply.document.size))
	C.bridge_release(p.table, reply.document)
	status := Status(reply.status)
	if status == OK {
		return document, nil
	}
	refused := &Error{Verb: verb, Status: status, Document: document}
	if status == Cancelled || status == DeadlineExceeded {
		refused.cause = ended
	}
	return document, refused
}

//export dmpluginLog
func dmpluginLog(handle C.uintptr_t, level C.int32_t, line *C.char, size C.size_t) {
	defer printed()
	cgo.Handle(handle).Value().(func(LogLevel, string))(LogLevel(level), C.GoStringN(line, C.int(size)))
}

//export dmpluginEvent
func dmpluginEvent(handle C.uintptr_t, event *C.char, size C.size_t) {
	defer printed()
	cgo.Handle(handle).Value().(func([]byte))(C.GoBytes(unsafe.Pointer(event), C.int(size)))
}

func printed() {
	if panicked := recover(); panicked != nil {
		fmt.Fprintln(os.Stderr, "dmplugin: a callback panicked:", panicked)
	}
}
