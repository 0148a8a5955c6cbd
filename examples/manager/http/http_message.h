// A request and its answer as the routes see them, without any HTTP library's types.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/caller.h"
#include "base/cancellation.h"
#include "base/json.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

struct http_request {
  std::string method;
  std::vector<std::string> path;  // its parts, percent-decoded: "/a/b" is {"a", "b"}
  std::vector<std::pair<std::string, std::string>> query;      // percent-decoded
  std::map<std::string, std::string, std::less<>> parameters;  // of the route's pattern
  std::string route;          // the pattern; the router sets it, empty while none matches
  std::string last_event_id;  // the header that a follower of events comes back with
  // The headers by which a client says in what form it wants an answer; several are joined by
  // commas.
  std::string accept;
  std::string accept_encoding;
  std::string if_none_match;
  /// Hands the body over piece by piece, once; throws what the receiver throws, and
  /// failure(failed_validation) when the sender breaks off.
  std::function<void(const std::function<void(std::string_view)>&)> read_body;

  const std::string& parameter(std::string_view name) const {
    return parameters.find(name)->second;
  }
  std::optional<std::string> query_value(std::string_view name) const;
  /// The whole body; throws failure(too_large) beyond `limit` bytes.
  std::string body_text(std::uint64_t limit) const;

  /// Of a route with `until_left`: requested when the client has gone, or has closed its half of
  /// the connection, so that nobody waits for the answer any more. Good while the handler runs;
  /// nullptr where there is no connection.
  cancellation* left = nullptr;

  /// Who asks, and how that is known.
  caller who;
  /// The account that asks; nullopt: nobody said, or the proven name is no account of this machine.
  std::optional<std::string> user() const;
  /// For writes: throws failure(failed_validation) where nobody said who asks.
  std::string required_user() const { return required_caller().user; }
  const caller& required_caller() const;
};

/// The receiving end of a streamed answer. It may be kept beyond the handler and used by any
/// thread: nothing here blocks, so one thread can serve any number of clients.
class http_stream {
 public:
  virtual ~http_stream() = default;
  /// Queues a piece. False: the client is gone, or takes so little that more than 1 MiB waits, or
  /// the server stops; the stream is closed then and whoever writes forgets it. [any-thread]
  virtual bool write(std::string piece) = 0;
  /// The answer is complete: what is queued is still sent. [any-thread]
  virtual void end() = 0;
  /// True once nothing can be written any more. [any-thread]
  virtual bool closed() const = 0;
  /// Bytes that the client has not taken yet. [any-thread]
  virtual std::size_t waiting() const { return 0; }
};

struct http_response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;

  /// A streamed answer: `body` is sent first, then this is called once, on a thread of the
  /// handlers, with the stream; it hands the stream to whoever writes and returns at once. Not for
  /// HEAD.
  ///     response.content_type = "text/event-stream";
  ///     response.heartbeat = ":\n\n";
  ///     response.stream = [&events](std::shared_ptr<http_stream> to) { events.subscribe(to); };
  std::function<void(std::shared_ptr<http_stream>)> stream;
  /// Sent by the server when nothing was written for 15 s: a client that is gone is found that way.
  std::string heartbeat;

  /// An answer that is put off: called once, on a thread of the handlers, which is free at once.
  /// `answer` is called once, on any thread, with the answer proper; the headers above are added to
  /// it. `abandoned` says, on any thread, that nobody waits any more (the client is gone, or the
  /// server stops); then no answer is needed.
  struct promise {
    std::function<void(http_response)> answer;
    std::function<bool()> abandoned;
  };
  std::function<void(promise)> later;

  static http_response of(const json::value& document, int status = 200);
  /// 202 with an empty body.
  static http_response accepted();
};

/// "/a%20b/c?x=1&y" -> parts and query. nullopt: broken percent-encoding, a NUL, or no
/// UTF-8.
struct http_target {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<http_target> parse_target(std::string_view target);

}  // namespace manager
