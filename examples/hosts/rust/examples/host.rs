//! A host in Rust, by the crate dm-plugin around it: the life of one component.
//!
//!     host <plugin.so> <environment.json> <create request.json>
//!
//! SPDX-License-Identifier: Apache-2.0
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};

use dm_plugin::{ffi, json, Call, Error, Plugin, Session, Status, Verb};

/// The text of a member; None where there is none.
fn word(object: &str, member: &str) -> Option<String> {
    json::text(json::member(object, member)?)
}

/// One line on what a verb has answered; of status and list that is the component's own entry.
fn show(name: &str, outcome: &Result<String, Error>) {
    let (status, document) = match outcome {
        Ok(document) => (Status::OK, document),
        Err(error) => (error.status, &error.document),
    };
    let entry = json::member(document, "components").and_then(json::first).unwrap_or(document);
    let mut line = format!("{}: {}", name, status.word());
    if json::member(entry, "changed") == Some("true") {
        line += ", changed";
    }
    for member in ["state", "desired"] {
        if let Some(said) = word(entry, member) {
            line += &format!(", {} {}", member, said);
        }
    }
    if let Some(state) = json::member(entry, "savepoint").and_then(|savepoint| word(savepoint, "state")) {
        line += &format!(", savepoint {}", state);
    }
    if let Some(total) = json::member(entry, "total") {
        line += &format!(", total {}", total);
    }
    println!("{}", line);
    if let Err(error) = outcome {
        eprintln!("{}: {}", name, error);
    }
}

/// Who the component is, and what create returned, in one document that is every verb's request: they ignore what they do not
/// know (DM-7).
struct Component<'a> {
    session: &'a Session,
    request: String,
}

/// An object with a member more.
fn with(object: &str, member: &str, value: &str) -> String {
    format!("{},\"{}\":{}}}", object.trim_end().strip_suffix('}').unwrap_or(object), member, value)
}

impl Component<'_> {
    fn run(&self, name: &str, verb: Verb, call: Option<&Call>) {
        show(name, &self.session.run(verb, &self.request, call));
    }

    /// What it returns a host stores, also when it stands beside an error: every later verb needs it (DM-13, DM-24).
    fn create(&mut self) {
        let outcome = self.session.run(Verb::CREATE, &self.request, None);
        show("create", &outcome);
        let document = outcome.unwrap_or_else(|error| error.document);
        if let Some(data) = json::member(&document, "data") {
            self.request = with(&self.request, "data", data);
        }
    }

    fn batch(&self, name: &str, verb: Verb) {
        show(name, &self.session.run(verb, &format!("{{\"schema\":1,\"components\":[{}]}}", self.request), None));
    }

    fn start(&self, cancelled: bool) -> Result<(), Error> {
        let (seen, events) = mpsc::sync_channel(1);
        let back = seen.clone();
        let call = self.session.call(300_000, "host-rust", move |event| {
            println!("  {}: {}", word(event, "phase").unwrap_or_default(), word(event, "message").unwrap_or_default());
            let _ = seen.try_send(());
        })?;
        let call = &call;
        std::thread::scope(|threads| {
            if cancelled {
                // On another thread: somebody has seen enough, and ends the waiting (DM-20).
                threads.spawn(move || {
                    let _ = events.recv();
                    call.cancel();
                });
            }
            self.run("start", Verb::START, Some(call));
            let _ = back.try_send(()); // should there have been no event
        });
        Ok(())
    }
}

fn life(plugin: &str, environment: &str, create: &str) -> Result<(), Box<dyn std::error::Error>> {
    // Sound as long as the file is such a plugin.
    let plugin = unsafe { Plugin::load(plugin)? };
    let (major, minor) = plugin.abi();
    println!("plugin {}, ABI {}.{}", word(&plugin.manifest(), "name").unwrap_or_default(), major, minor);
    let (_, errors) = ffi::LOG_LEVELS[4];
    let session = plugin.open(&std::fs::read_to_string(environment)?, errors, |_, line| eprintln!("{}", line))?;
    let mut one = Component { session: &session, request: std::fs::read_to_string(create)? };
    one.run("validate", Verb::VALIDATE, None);
    one.create();
    one.start(true)?;
    one.start(false)?;
    one.batch("status", Verb::STATUS);
    // The id is the caller's, and stored before: the same one again never takes a second savepoint.
    let id = format!("\"host-rust-{}\"", SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
    show("trigger", &session.run(Verb::TRIGGER, &with(&one.request, "operation", &id), None));
    one.batch("list", Verb::LIST);
    one.run("stop", Verb::STOP, None);
    one.run("destroy", Verb::DESTROY, None);
    Ok(())
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 4 {
        eprintln!("usage: host <plugin.so> <environment.json> <create request.json>");
        std::process::exit(2);
    }
    if let Err(problem) = life(&arguments[1], &arguments[2], &arguments[3]) {
        eprintln!("host: {}", problem);
        std::process::exit(1);
    }
    println!("closed");
}
