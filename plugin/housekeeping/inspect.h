// The verbs of housekeeping: what is left over, and its removal. Blocking. Whoever does not answer
// has no say: what depends on his word is withheld, and never removed (INV-4, INV-10).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/session.h"
#include "housekeeping/requests.h"

namespace dm::housekeeping {

// Changes nothing.
inspect_reply inspect(context::session& session, const io::operation& op,
                      const inspect_request& request);

// Inspects anew and removes of what it finds what the request names: each thing is looked at once
// more right before. Killed at any point and repeated it goes on with what is left (INV-5). One
// that cannot be removed keeps none of the others.
inspect_reply clean(context::session& session, const io::operation& op,
                    const clean_request& request);

}  // namespace dm::housekeeping
