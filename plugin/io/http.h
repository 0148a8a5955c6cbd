// HTTP by curl's multi interface: the one wait of this project (sockets, back-off, deadline,
// cancellation, and in the guard the descriptors of its child).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/operation.h"
#include "io/url.h"

namespace dm::io {

// As a request's own time limit: none but the operation's deadline. For a server that answers one
// after the other, where a long wait is no sign of trouble.
constexpr milliseconds until_deadline = std::chrono::hours(24);

struct http_request {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;  // sent when not empty, or for PUT and POST (then also when empty)
  // Sent as the body instead, from the file's beginning: so many bytes of a descriptor that stays
  // the caller's. Read piece by piece, whatever its size; fewer than that are FAILED_PRECONDITION.
  int body_file = -1;
  std::int64_t body_file_bytes = 0;
  std::string unix_socket;       // path; the URL's host is then only a name
  std::string user_password;     // "user:password" for basic authentication; never logged
  milliseconds timeout{10'000};  // for this request; the operation's deadline bounds it further
  milliseconds connect_timeout{3'000};
  // Given up when nothing has come or gone for so long, whatever `timeout` is; 0: no such limit.
  std::chrono::seconds stall_limit{0};
  std::size_t max_body_bytes = std::size_t{64} << 20;
  // Its end does not wait for a name server that is silent: a thread of libcurl's may then outlive
  // it. For programs that end by themselves, never in somebody else's process.
  bool leaves_resolver = false;
  std::string kept_header;  // name, in lower case, of a header of the answer that is to be kept
  bool cut_body = false;    // a longer body is no error: its first bytes are the answer
};

struct http_response {
  long status = 0;
  std::string content_type;  // lower case, without parameters
  std::string location;      // the Location header as it was sent
  std::string header;        // the request's kept_header; empty: there is none
  std::string body;
  bool cut = false;  // cut_body: there would have been more

  bool json() const { return content_type == "application/json"; }
};

// A client whose idle connections live as long as it does. Redirects are never followed by
// themselves: whoever asks knows which hosts are configured (D-34). Thread-safe: each operation
// checks a multi handle out of a pool (D-20), which keeps at most eight idle connections in all,
// for a minute. Errors: UNAVAILABLE (not resolved, refused, reset, this request's timeout),
// RESOURCE_EXHAUSTED (body too large), DEADLINE_EXCEEDED and CANCELLED (the operation),
// INVALID_ARGUMENT (not a URL). An HTTP status is never an error here. error::maybe_done says that
// a request which changes something was sent and its answer is not known; such a request is sent
// exactly once, on a connection of its own. A body goes without Content-Type unless the headers
// name one.
class http_client {
 public:
  http_client();
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  result<http_response> perform(const operation& op, const http_request& request);

  // `count` requests side by side on this thread, at most `connections` at once. Each is made when
  // its turn has come and its answer taken when it is there, in whichever order: no more of them
  // are in memory than are under way. Every answer is taken before it returns, those that the
  // operation's end cut off too. What either function throws ends it at once.
  using maker = std::function<http_request(std::size_t index)>;
  using taker = std::function<void(std::size_t index, result<http_response> answer)>;
  static constexpr std::size_t usual_connections = 64;
  void perform_each(const operation& op, std::size_t count, const maker& make, const taker& take,
                    std::size_t connections = usual_connections);

  // The same for requests that are ready; the answers in their order.
  std::vector<result<http_response>> perform_all(const operation& op,
                                                 std::span<const http_request> requests,
                                                 std::size_t connections = usual_connections);

  // Several rounds of one operation, whose connections stay open from one round to the next,
  // however many they are, and are closed with it. On one thread; the client must outlive it.
  class rounds;

  // One question to several servers of which one can answer: the first request at once, the others
  // too when `head_start` has passed or its answer was not `good`. The first good answer wins, and
  // what is still under way then is given up.
  using judge = std::function<bool(const result<http_response>&)>;
  struct first_answer {
    std::optional<std::size_t> winner;           // index of the request; nullopt: none was good
    std::vector<result<http_response>> answers;  // UNAVAILABLE for what was given up
  };
  first_answer perform_first(const operation& op, std::span<const http_request> requests,
                             milliseconds head_start, const judge& good);

  // Waits for `duration`; ends early with CANCELLED or DEADLINE_EXCEEDED.
  result<void> sleep(const operation& op, milliseconds duration);

  // Waits until one of the descriptors is readable (true) or `duration` passed (false).
  result<bool> wait_readable(const operation& op, std::span<const int> descriptors,
                             milliseconds duration);

  // Closes idle connections: a client that polls rarely does not keep a server's thread (nor
  // memory) for it.
  void close_idle();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

class http_client::rounds {
 public:
  explicit rounds(http_client& client, std::size_t connections = usual_connections);
  ~rounds();
  rounds(const rounds&) = delete;
  rounds& operator=(const rounds&) = delete;

  // As http_client::perform_each; at most as many connections at once as the rounds have.
  void perform_each(const operation& op, std::size_t count, const maker& make, const taker& take,
                    std::size_t connections = usual_connections);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dm::io
