//! The types of dm_plugin.h and of the extensions' headers. tests/layout.rs compares them with abi/layout.txt.
use std::os::raw::{c_char, c_void};

pub const ABI_MAJOR: u32 = 1;
/// What this crate knows; a plugin may know less, or more.
pub const ABI_MINOR: u32 = 1;
pub const ENTRY_SYMBOL: &str = "dm_plugin_entry";

/// One of [`STATUSES`], or another one: the enumeration may grow (DM-5).
pub type DmStatus = i32;

pub const STATUSES: [(&str, DmStatus); 13] = [
    ("OK", 0),
    ("CANCELLED", 1),
    ("INVALID_ARGUMENT", 3),
    ("DEADLINE_EXCEEDED", 4),
    ("NOT_FOUND", 5),
    ("ALREADY_EXISTS", 6),
    ("PERMISSION_DENIED", 7),
    ("RESOURCE_EXHAUSTED", 8),
    ("FAILED_PRECONDITION", 9),
    ("UNIMPLEMENTED", 12),
    ("INTERNAL", 13),
    ("UNAVAILABLE", 14),
    ("UNAUTHENTICATED", 16),
];
pub const LOG_LEVELS: [(&str, i32); 6] = [("TRACE", 0), ("DEBUG", 1), ("INFO", 2), ("WARNING", 3), ("ERROR", 4), ("OFF", 5)];

#[repr(C)]
pub struct DmSession {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct DmCall {
    _opaque: [u8; 0],
}

pub type Operation = unsafe extern "C" fn(*mut DmSession, *mut DmCall, DmString, *mut DmDocument) -> DmStatus;
pub type Entry = unsafe extern "C" fn(u32) -> *const DmPlugin;

// A struct as in C, and its layout in the lines of abi/layout.txt: one list of members for both.
macro_rules! c_struct {
    ($name:ident, $c_name:literal, { $($member:ident: $kind:ty,)* }) => {
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name {
            $(pub $member: $kind,)*
        }

        impl $name {
            fn facts(lines: &mut Vec<String>) {
                let place = std::mem::MaybeUninit::<$name>::uninit();
                let begin = place.as_ptr();
                lines.push(format!("type {} {}", $c_name, std::mem::size_of::<$name>()));
                $(
                    let offset = unsafe { std::ptr::addr_of!((*begin).$member) } as usize - begin as usize;
                    let size = std::mem::size_of::<$kind>();
                    lines.push(format!("member {}.{} {} {}", $c_name, stringify!($member), offset, size));
                )*
            }
        }
    };
}

c_struct!(DmString, "dm_string", {
    data: *const c_char,
    size: usize,
});
c_struct!(DmDocument, "dm_document", {
    data: *const c_char,
    size: usize,
    owner: *mut c_void,
});
c_struct!(DmHost, "dm_host", {
    struct_size: usize,
    user: *mut c_void,
    log_level: i32,
    reserved: i32,
    log: Option<unsafe extern "C" fn(*mut c_void, i32, DmString)>,
});
c_struct!(DmCallOptions, "dm_call_options", {
    struct_size: usize,
    timeout_ms: u64,
    correlation_id: DmString,
    user: *mut c_void,
    on_event: Option<unsafe extern "C" fn(*mut c_void, DmString)>,
});
c_struct!(DmPlugin, "dm_plugin", {
    struct_size: usize,
    abi_major: u32,
    abi_minor: u32,
    manifest: DmString,
    open: unsafe extern "C" fn(*const DmHost, DmString, *mut *mut DmSession, *mut DmDocument) -> DmStatus,
    close: unsafe extern "C" fn(*mut DmSession),
    call_open: unsafe extern "C" fn(*mut DmSession, *const DmCallOptions, *mut *mut DmCall) -> DmStatus,
    call_cancel: unsafe extern "C" fn(*mut DmCall),
    call_close: unsafe extern "C" fn(*mut DmCall),
    validate: Operation,
    create: Operation,
    destroy: Operation,
    start: Operation,
    stop: Operation,
    status: Operation,
    release: unsafe extern "C" fn(*mut DmDocument),
    extension: unsafe extern "C" fn(DmString) -> *const c_void,
    session_cancel: unsafe extern "C" fn(*mut DmSession),
    find: Operation,
});
c_struct!(DmSavepoint, "dm_savepoint", {
    struct_size: usize,
    trigger: Operation,
    list: Operation,
    resume: Operation,
    dispose: Operation,
    pin: Operation,
    unpin: Operation,
    plan: Operation,
});
c_struct!(DmLogs, "dm_logs", {
    struct_size: usize,
    sources: Operation,
    read: Operation,
});
c_struct!(DmDiagnosis, "dm_diagnosis", {
    struct_size: usize,
    incidents: Operation,
    explain: Operation,
});
c_struct!(DmMetrics, "dm_metrics", {
    struct_size: usize,
    figures: Operation,
});
c_struct!(DmHousekeeping, "dm_housekeeping", {
    struct_size: usize,
    inspect: Operation,
    clean: Operation,
});

pub const SAVEPOINT_EXTENSION: &str = "dm.savepoint/1";
pub const LOGS_EXTENSION: &str = "dm.logs/1";
pub const DIAGNOSIS_EXTENSION: &str = "dm.diagnosis/1";
pub const METRICS_EXTENSION: &str = "dm.metrics/1";
pub const HOUSEKEEPING_EXTENSION: &str = "dm.housekeeping/1";

/// This module's layout, in the lines of abi/layout.txt.
pub fn facts() -> Vec<String> {
    let mut lines = vec![
        format!("value DM_PLUGIN_ABI_MAJOR {}", ABI_MAJOR),
        format!("value DM_PLUGIN_ABI_MINOR {}", ABI_MINOR),
        format!("text DM_PLUGIN_ENTRY_SYMBOL {}", ENTRY_SYMBOL),
        format!("type dm_status {}", std::mem::size_of::<DmStatus>()),
        format!("text DM_SAVEPOINT_EXTENSION {}", SAVEPOINT_EXTENSION),
        format!("text DM_LOGS_EXTENSION {}", LOGS_EXTENSION),
        format!("text DM_DIAGNOSIS_EXTENSION {}", DIAGNOSIS_EXTENSION),
        format!("text DM_METRICS_EXTENSION {}", METRICS_EXTENSION),
        format!("text DM_HOUSEKEEPING_EXTENSION {}", HOUSEKEEPING_EXTENSION),
    ];
    lines.extend(STATUSES.iter().map(|(name, value)| format!("value DM_STATUS_{} {}", name, value)));
    lines.extend(LOG_LEVELS.iter().map(|(name, value)| format!("value DM_LOG_{} {}", name, value)));
    DmString::facts(&mut lines);
    DmDocument::facts(&mut lines);
    DmHost::facts(&mut lines);
    DmCallOptions::facts(&mut lines);
    DmPlugin::facts(&mut lines);
    DmSavepoint::facts(&mut lines);
    DmLogs::facts(&mut lines);
    DmDiagnosis::facts(&mut lines);
    DmMetrics::facts(&mut lines);
    DmHousekeeping::facts(&mut lines);
    lines
}
