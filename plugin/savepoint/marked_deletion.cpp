// Deleting a restore point: marked, looked at again, and only then deleted.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/marked_deletion.h"

#include <fmt/format.h>

namespace dm::savepoint {

using context::component_view;

namespace {

using reason = std::optional<std::string>;

// What others have written since the decision.
result<reason> needed_now(component_view& view, const io::operation& op,
                          const marked_deletion& deletion) {
  auto pin = view.ledger().pinned(op, deletion.point.id);
  if (!pin) return fail(std::move(pin.error()));
  if (*pin) {
    return reason(fmt::format("it was pinned meanwhile by {}",
                              (*pin)->user.empty() ? "(unknown)" : (*pin)->user));
  }
  auto seen = view.log().read_newest(op);
  if (!seen) return fail(std::move(seen.error()));
  if (seen->newest_number() == deletion.facts.log.newest_number()) return reason();
  disposal_facts now = deletion.facts;
  now.log = std::move(*seen);
  now.live_epoch = 0;  // by the log: an incarnation that is wanted and has not ended
  now.live_has_checkpoint = false;
  if (auto named = named_by_run(now, deletion.point)) return named;
  return in_use(view.data(), now, deletion.point);
}

bool is_own(const state::disposal_record& stands, const state::disposal_record& written) {
  return stands.disposed_at == written.disposed_at && stands.user == written.user &&
         stands.reason == written.reason;
}

}  // namespace

result<std::optional<std::string>> carry_out(component_view& view, const io::operation& op,
                                             const marked_deletion& deletion) {
  state::savepoint_ledger& ledger = view.ledger();
  const std::string& id = deletion.point.id;
  auto begun = ledger.begin_disposal(op, id, deletion.tombstone);
  const bool no_room = !begun && begun.error().code == status_code::resource_exhausted;
  if (!begun && !no_room) return fail(std::move(begun.error()));
  auto needed = needed_now(view, op, deletion);
  if (!needed) return fail(std::move(needed.error()));
  if (*needed) {
    if (begun && is_own(*begun, deletion.tombstone)) {
      if (auto withdrawn = ledger.withdraw_disposal(op, id); !withdrawn)
        return fail(std::move(withdrawn.error()));
    }
    return std::move(*needed);
  }
  if (auto removed = deletion.remove(); !removed) return fail(std::move(removed.error()));
  if (no_room) begun = ledger.begin_disposal(op, id, deletion.tombstone);
  if (!begun) {
    return fail_while(fmt::format("{} is deleted, which could not be recorded; dispose of it again "
                                  "once there is room",
                                  id),
                      std::move(begun.error()));
  }
  if (auto finished = ledger.finish_disposal(op, id); !finished)
    return fail(std::move(finished.error()));
  return reason();
}

}  // namespace dm::savepoint
