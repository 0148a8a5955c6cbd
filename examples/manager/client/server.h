// The Deployment Manager, as commands use it: documents, writes that begin an operation, and what
// is known when an answer was lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/address.h"
#include "client/connection.h"

#include <functional>
#include <string>

namespace dmctl {

class server {
 public:
  server(connection& wire, std::string user, std::chrono::milliseconds longest)
      : wire_(wire), user_(std::move(user)), longest_(longest) {}

  struct reply {
    long status = 0;
    json::document body = json::make_object();
    std::string operation;  // of the header Location
    std::string next;       // `after` of the next page, of the header Link
  };

  /// The document of a GET; throws problem for every answer but 2xx, and where it is no JSON.
  json::document get(const std::string& target);
  reply get_page(const std::string& target);
  /// The same, but 503 is an answer, too: /readyz.
  reply look(const std::string& target);

  /// One that changes something, or takes its time: sent once. An answer that was lost is a
  /// problem that says what is known, and how to find out: `how_to_find_out` is such a line.
  reply write(const std::string& method, const std::string& target, const std::string& body,
              const std::string& how_to_find_out);
  /// A plan: changes nothing, but has a body.
  json::document ask_with_body(const std::string& target, const std::string& body);

  /// The same as an upload of a file, from its present place.
  reply upload(const std::string& target, std::FILE* file, std::uint64_t bytes,
               const std::function<void(std::uint64_t)>& tick, const std::string& how_to_find_out);

  /// A stream of server-sent events, until `receive` says false or `enough`, which is asked some
  /// times a second, says true. Returns then, and when the stream ended; throws no_answer where it
  /// broke.
  void follow(const std::string& target, const std::function<bool(std::string_view)>& receive,
              const std::function<bool()>& enough);

  const interruption& stop() const { return wire_.stop(); }
  const place& where() const { return wire_.where(); }
  const std::string& user() const { return user_; }

 private:
  std::string with_user(const std::string& target) const;
  answer ask(const request& what);
  reply to_reply(answer told) const;
  reply send(const request& what, const std::string& how_to_find_out);

  connection& wire_;
  std::string user_;
  std::chrono::milliseconds longest_;
};

}  // namespace dmctl
