//! Component plugins of a Deployment Manager: a safe wrapper of abi/dm_plugin.h. No crate but the standard library.
//!
//! Ownership: [`Session`], [`Call`] and [`Plugin`] keep alive what they stand on: the library is unloaded when the last of them is
//! gone, a session closed when it and its calls are. A reply is a copy and outlives all of them.
//!
//! Threads: all are `Send` and `Sync`. [`Session::run`] blocks its thread; several may run side by side on one session (DM-16). One
//! call serves one operation at a time; a second one is refused. Callbacks run on the thread inside the operation, return
//! promptly, and call nothing of the plugin but [`Call::cancel`] and [`Session::cancel`] (DM-17). A callback's panic ends there: the
//! panic hook has told it, and the operation goes on (DM-14).
//!
//! Errors: `Err` has the status and the document that says why (DM-13).
//!
//! SPDX-License-Identifier: Apache-2.0

pub mod ffi;
pub mod json;

use std::ffi::{CStr, CString};
use std::fmt;
use std::os::raw::{c_char, c_int, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use ffi::{DmCall, DmCallOptions, DmDocument, DmHost, DmPlugin, DmSession, DmString, Operation};

extern "C" {
    fn dlopen(path: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
    fn dlclose(library: *mut c_void) -> c_int;
}
const RTLD_NOW: c_int = 2; // RTLD_LOCAL is 0

/// The outcome of an operation: one of [`ffi::STATUSES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(pub ffi::DmStatus);

impl Status {
    pub const OK: Status = Status(0);
    pub const CANCELLED: Status = Status(1);
    pub const INVALID_ARGUMENT: Status = Status(3);
    pub const UNIMPLEMENTED: Status = Status(12);

    /// The word for it, as in an error's "code". What this crate does not know is INTERNAL (DM-5).
    pub fn word(self) -> &'static str {
        ffi::STATUSES.iter().find(|(_, value)| *value == self.0).map_or("INTERNAL", |(word, _)| word)
    }
}

/// An operation that is not OK. `document` is JSON; empty where there is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    pub status: Status,
    pub document: String,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = json::member(&self.document, "error").and_then(|error| json::text(json::member(error, "message")?));
        write!(out, "{}: {}", self.status.word(), message.as_deref().unwrap_or("no message"))
    }
}
impl std::error::Error for Error {}

/// A verb of the plugin's table or of an extension: where in which table it stands.
#[derive(Clone, Copy)]
pub struct Verb {
    extension: Option<&'static str>,
    offset: fn() -> usize,
}

macro_rules! verbs {
    ($($name:ident = $table:ident.$member:ident of $extension:expr;)*) => {
        impl Verb {
            $(pub const $name: Verb = Verb { extension: $extension, offset: || {
                let place = std::mem::MaybeUninit::<ffi::$table>::uninit();
                (unsafe { std::ptr::addr_of!((*place.as_ptr()).$member) }) as usize - place.as_ptr() as usize
            } };)*
        }
    };
}

verbs! {
    VALIDATE = DmPlugin.validate of None;
    CREATE = DmPlugin.create of None;
    DESTROY = DmPlugin.destroy of None;
    START = DmPlugin.start of None;
    STOP = DmPlugin.stop of None;
    STATUS = DmPlugin.status of None;
    FIND = DmPlugin.find of None;
    TRIGGER = DmSavepoint.trigger of Some(ffi::SAVEPOINT_EXTENSION);
    LIST = DmSavepoint.list of Some(ffi::SAVEPOINT_EXTENSION);
    RESUME = DmSavepoint.resume of Some(ffi::SAVEPOINT_EXTENSION);
    DISPOSE = DmSavepoint.dispose of Some(ffi::SAVEPOINT_EXTENSION);
    PIN = DmSavepoint.pin of Some(ffi::SAVEPOINT_EXTENSION);
    UNPIN = DmSavepoint.unpin of Some(ffi::SAVEPOINT_EXTENSION);
    PLAN = DmSavepoint.plan of Some(ffi::SAVEPOINT_EXTENSION);
    SOURCES = DmLogs.sources of Some(ffi::LOGS_EXTENSION);
    READ = DmLogs.read of Some(ffi::LOGS_EXTENSION);
    INCIDENTS = DmDiagnosis.incidents of Some(ffi::DIAGNOSIS_EXTENSION);
    EXPLAIN = DmDiagnosis.explain of Some(ffi::DIAGNOSIS_EXTENSION);
    FIGURES = DmMetrics.figures of Some(ffi::METRICS_EXTENSION);
    INSPECT = DmHousekeeping.inspect of Some(ffi::HOUSEKEEPING_EXTENSION);
    CLEAN = DmHousekeeping.clean of Some(ffi::HOUSEKEEPING_EXTENSION);
}

fn lend(text: &str) -> DmString {
    DmString { data: text.as_ptr() as *const c_char, size: text.len() }
}

/// A copy of what the plugin lends. It is UTF-8 by DM-9; what is not is replaced.
unsafe fn copy(data: *const c_char, size: usize) -> String {
    if data.is_null() {
        return String::new();
    }
    String::from_utf8_lossy(std::slice::from_raw_parts(data as *const u8, size)).into_owned()
}

struct Library {
    handle: *mut c_void,
    table: *const DmPlugin,
}

// The table is constant (DM-6), and its functions say themselves from which threads they may be called.
unsafe impl Send for Library {}
unsafe impl Sync for Library {}

impl Library {
    /// The table that begins with its own size has a member that ends at `end` (DM-3).
    unsafe fn covers(table: *const c_void, end: usize) -> bool {
        !table.is_null() && end <= *(table as *const usize)
    }

    fn find(&self, verb: Verb) -> Option<Operation> {
        unsafe {
            let table = match verb.extension {
                None => self.table as *const c_void,
                Some(id) => ((*self.table).extension)(lend(id)),
            };
            let offset = (verb.offset)();
            if !Library::covers(table, offset + std::mem::size_of::<Operation>()) {
                return None;
            }
            *((table as *const u8).add(offset) as *const Option<Operation>)
        }
    }

    unsafe fn taken(&self, status: ffi::DmStatus, mut document: DmDocument) -> Result<String, Error> {
        let text = copy(document.data, document.size);
        ((*self.table).release)(&mut document);
        if status == Status::OK.0 { Ok(text) } else { Err(Error { status: Status(status), document: text }) }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        unsafe { dlclose(self.handle) };
    }
}

/// A loaded plugin.
#[derive(Clone)]
pub struct Plugin {
    library: Arc<Library>,
}

impl Plugin {
    /// # Safety
    /// The file must be a plugin that keeps the contract of dm_plugin.h: its code runs in this process.
    pub unsafe fn load(path: &str) -> Result<Plugin, String> {
        let name = CString::new(path).map_err(|_| format!("{:?} is no path", path))?;
        let symbol = CString::new(ffi::ENTRY_SYMBOL).expect("a name without NUL");
        let handle = dlopen(name.as_ptr(), RTLD_NOW);
        if handle.is_null() {
            return Err(CStr::from_ptr(dlerror()).to_string_lossy().into_owned());
        }
        let mut library = Library { handle, table: null() };
        let entry = dlsym(handle, symbol.as_ptr());
        if entry.is_null() {
            return Err(format!("{} is no plugin: it has no {}", path, ffi::ENTRY_SYMBOL));
        }
        library.table = std::mem::transmute::<*mut c_void, ffi::Entry>(entry)(ffi::ABI_MAJOR);
        if library.table.is_null() {
            return Err(format!("{} does not speak ABI major {}", path, ffi::ABI_MAJOR));
        }
        Ok(Plugin { library: Arc::new(library) })
    }

    pub fn abi(&self) -> (u32, u32) {
        unsafe { ((*self.library.table).abi_major, (*self.library.table).abi_minor) }
    }

    /// JSON: name, version, extensions ...
    pub fn manifest(&self) -> String {
        unsafe {
            let manifest = (*self.library.table).manifest;
            copy(manifest.data, manifest.size)
        }
    }

    /// Whether [`Session::run`] would find the verb.
    pub fn has(&self, verb: Verb) -> bool {
        self.library.find(verb).is_some()
    }

    /// Opens an environment. `log` gets the plugin's lines from `level` on, one of [`ffi::LOG_LEVELS`].
    pub fn open(
        &self,
        environment: &str,
        level: i32,
        log: impl Fn(i32, &str) + Send + Sync + 'static,
    ) -> Result<Session, Error> {
        let log: Box<Log> = Box::new(Box::new(log));
        let user = &*log as *const Log as *mut c_void;
        let host = Box::new(DmHost {
            struct_size: std::mem::size_of::<DmHost>(),
            user,
            log_level: level,
            reserved: 0,
            log: Some(write_log),
        });
        let mut handle = null_mut();
        let mut document = DmDocument { data: null(), size: 0, owner: null_mut() };
        unsafe {
            let status = ((*self.library.table).open)(&*host, lend(environment), &mut handle, &mut document);
            let warnings = self.library.taken(status, document)?;
            let core = SessionCore { library: self.library.clone(), handle, _host: host, _log: log };
            Ok(Session { core: Arc::new(core), warnings })
        }
    }
}

type Log = Box<dyn Fn(i32, &str) + Send + Sync>;
type OnEvent = Box<dyn Fn(&str) + Send + Sync>;

unsafe extern "C" fn write_log(user: *mut c_void, level: i32, line: DmString) {
    let log = &*(user as *const Log);
    let _ = catch_unwind(AssertUnwindSafe(|| log(level, &copy(line.data, line.size))));
}

unsafe extern "C" fn tell_event(user: *mut c_void, event: DmString) {
    let on_event = &*(user as *const OnEvent);
    let _ = catch_unwind(AssertUnwindSafe(|| on_event(&copy(event.data, event.size))));
}

struct SessionCore {
    library: Arc<Library>,
    handle: *mut DmSession,
    _host: Box<DmHost>, // it and what it points at live until close() has returned (DM-10)
    _log: Box<Log>,
}

// A session's operations are [thread-safe] (DM-16); it is closed once, when nobody has it any more.
unsafe impl Send for SessionCore {}
unsafe impl Sync for SessionCore {}

impl Drop for SessionCore {
    fn drop(&mut self) {
        unsafe { ((*self.library.table).close)(self.handle) };
    }
}

/// One environment, opened.
pub struct Session {
    core: Arc<SessionCore>,
    /// The reply of open(): JSON with "warnings".
    pub warnings: String,
}

impl Session {
    /// Runs a verb and blocks until it is back. Without a call the session's default deadline holds (DM-21). A verb that the
    /// plugin does not have, because it is older or lacks the extension, is UNIMPLEMENTED without a document (DM-3, DM-6).
    pub fn run(&self, verb: Verb, request: &str, call: Option<&Call>) -> Result<String, Error> {
        let refused = |status| Err(Error { status, document: String::new() });
        let operation = match self.core.library.find(verb) {
            None => return refused(Status::UNIMPLEMENTED),
            Some(operation) => operation,
        };
        let handle = match call {
            None => null_mut(),
            Some(call) if !Arc::ptr_eq(&call.session, &self.core) => return refused(Status::INVALID_ARGUMENT),
            Some(call) if call.busy.swap(true, Ordering::Acquire) => return refused(Status::INVALID_ARGUMENT),
            Some(call) => call.handle,
        };
        let mut document = DmDocument { data: null(), size: 0, owner: null_mut() };
        let status = unsafe { operation(self.core.handle, handle, lend(request), &mut document) };
        if let Some(call) = call {
            call.busy.store(false, Ordering::Release);
        }
        unsafe { self.core.library.taken(status, document) }
    }

    /// What bounds, observes and cancels an operation. timeout_ms 0: the session's default for the verb (DM-19).
    pub fn call(
        &self,
        timeout_ms: u64,
        correlation_id: &str,
        on_event: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Call, Error> {
        let on_event: Box<OnEvent> = Box::new(Box::new(on_event));
        let options = DmCallOptions {
            struct_size: std::mem::size_of::<DmCallOptions>(),
            timeout_ms,
            correlation_id: lend(correlation_id),
            user: &*on_event as *const OnEvent as *mut c_void,
            on_event: Some(tell_event),
        };
        let mut handle = null_mut();
        let status = unsafe { ((*self.core.library.table).call_open)(self.core.handle, &options, &mut handle) };
        if status != Status::OK.0 {
            return Err(Error { status: Status(status), document: String::new() });
        }
        Ok(Call { session: self.core.clone(), handle, busy: AtomicBool::new(false), _on_event: on_event })
    }

    /// Ends the waiting of all operations, now and later (DM-26). False: the plugin is older than that, nothing was done.
    pub fn cancel(&self) -> bool {
        let table = self.core.library.table; // a shorter one than DmPlugin, of an older plugin: never a reference
        unsafe {
            let end = std::ptr::addr_of!((*table).session_cancel).add(1) as usize - table as usize;
            let known = Library::covers(table as *const c_void, end);
            if known {
                ((*table).session_cancel)(self.core.handle);
            }
            known
        }
    }
}

/// Bounds, observes and cancels an operation.
pub struct Call {
    session: Arc<SessionCore>,
    handle: *mut DmCall,
    busy: AtomicBool,
    _on_event: Box<OnEvent>, // the plugin has its address
}

// call_cancel() is [any-thread]; run() lets one operation at a time use it (DM-16).
unsafe impl Send for Call {}
unsafe impl Sync for Call {}

impl Call {
    /// Ends the waiting of the operation that runs, or will run, under it (DM-20).
    pub fn cancel(&self) {
        unsafe { ((*self.session.library.table).call_cancel)(self.handle) };
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        unsafe { ((*self.session.library.table).call_close)(self.handle) };
    }
}
