// The ledger's documents and its index: what is read is written back the same.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz.h"
#include "state/document_names.h"
#include "state/restore_point.h"
#include "state/savepoint_index.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm::state;
  using dm::fuzz::require;
  const std::string_view text = dm::fuzz::text_of(data, size);
  if (const auto record = read_requested_record(text, "op")) {
    const auto again = read_requested_record(to_json(*record), "op");
    require(again && to_json(*again) == to_json(*record), "a request survives being written");
  }
  if (const auto record = read_result_record(text, "op")) {
    require(!record->completed || record->path.starts_with('/'), "a completed one has a path");
    const auto again = read_result_record(to_json(*record), "op");
    require(again && to_json(*again) == to_json(*record), "a result survives being written");
  }
  if (const auto record = read_pin_record(text))
    require(read_pin_record(to_json(*record)).has_value(), "a pin survives");
  if (const auto record = read_disposal_record(text)) {
    const auto again = read_disposal_record(to_json(*record));
    require(again && to_json(*again) == to_json(*record), "a tombstone survives being written");
  }
  if (const auto index = read_savepoint_index(text)) {
    const auto again = read_savepoint_index(to_json(*index));
    require(again && to_json(*again) == to_json(*index), "an index survives being written");
  }
  if (const auto name = parse_document_name(text))
    require(document_name(name->id, name->kind) == text, "a document's name is put together again");
  if (const auto name = parse_checkpoint_id(text))
    require(name->epoch > 0 && name->checkpoint_id > 0, "checkpoints are counted from one");
  return 0;
}
