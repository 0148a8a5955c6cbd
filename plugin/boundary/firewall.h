// The one way from the host into the plugin: no exception gets out, and every reply is a document
// with an owner.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "dm_plugin.h"
#include "io/error.h"

namespace dm::boundary {

// What a function of the table comes to: its status, and the document that says why.
struct outcome {
  status_code status = status_code::ok;
  std::string document;  // JSON; empty: no document
};

// Hands the document over to the host; release_document() takes it back. A NULL reply drops it
// (DM-15). If there is no memory for the hand-over the status becomes RESOURCE_EXHAUSTED with a
// document that needs none.
dm_status deliver(dm_document* reply, outcome&& what) noexcept;

// The same for the exception that is being handled: bad_alloc and a lack of descriptors are
// RESOURCE_EXHAUSTED, everything else is INTERNAL. Call it from a catch block only.
dm_status deliver_current_exception(dm_document* reply) noexcept;

// Frees what deliver() handed over and zeroes the document. NULL and zeroed documents are fine
// (DM-11).
void release_document(dm_document* document) noexcept;

// Every function of the table is built on this (DM-14). `body` returns an outcome.
template <class Body>
dm_status firewall(dm_document* reply, Body&& body) noexcept {
  try {
    // Whatever happens from here on, the host never sees what the document held before.
    if (reply != nullptr) *reply = dm_document{};
    return deliver(reply, std::forward<Body>(body)());
  } catch (...) {
    return deliver_current_exception(reply);
  }
}

}  // namespace dm::boundary
