// How a flink client ended.
// SPDX-License-Identifier: Apache-2.0
#include "guard/client_end.h"

#include <cstring>

#include <fmt/format.h>

#include "io/file.h"
#include "io/json.h"
#include "io/time.h"

namespace dm::guard {

namespace {
constexpr std::size_t limit_bytes = 4096;
}

std::string client_end::text() const {
  if (timed_out) return "it was ended, having submitted nothing in its time";
  if (exit.signal != 0) return fmt::format("signal {} ({})", exit.signal, ::strsignal(exit.signal));
  return fmt::format("exit code {}", exit.code);
}

std::string client_end_name(std::uint64_t epoch) { return fmt::format("client-{}.end", epoch); }

result<void> write_client_end(const std::string& directory, std::uint64_t epoch,
                              const client_end& end) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "exit_code", end.exit.code);
  io::put(writer, "signal", end.exit.signal);
  io::put(writer, "timed_out", end.timed_out);
  io::put(writer, "ended_at", io::to_rfc3339(io::now()));
  writer.EndObject();
  auto opened = io::open_directory(directory);
  if (!opened) return fail(opened.error());
  return io::write_file(opened->get(), client_end_name(epoch), io::text(buffer), 0640, {});
}

std::optional<client_end> read_client_end(const std::string& directory, std::uint64_t epoch) {
  const auto text = io::read_file(directory + "/" + client_end_name(epoch), limit_bytes);
  if (!text) return std::nullopt;
  const auto document = io::parse_json(*text, client_end_name(epoch));
  if (!document || !document->IsObject()) return std::nullopt;
  const auto code = io::integer_member(*document, "exit_code");
  const auto signal = io::integer_member(*document, "signal");
  if (!code || !signal || *code < -1 || *code > 255 || *signal < 0 || *signal > 255)
    return std::nullopt;
  client_end end;
  end.exit.code = static_cast<int>(*code);
  end.exit.signal = static_cast<int>(*signal);
  end.timed_out = io::bool_member(*document, "timed_out").value_or(false);
  return end;
}

}  // namespace dm::guard
