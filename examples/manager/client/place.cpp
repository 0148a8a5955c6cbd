// Which Deployment Manager is asked, and who asks.
// SPDX-License-Identifier: Apache-2.0
#include "client/place.h"

#include "client/text.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <stdexcept>

namespace dmctl {
namespace {

struct parts {
  std::string scheme, host, path, user, query;
};

std::optional<parts> parts_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> address(curl_url(), curl_url_cleanup);
  if (!address) throw std::runtime_error("out of memory");
  if (curl_url_set(address.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto get = [&](CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(address.get(), part, &text, 0) != CURLUE_OK) return std::string();
    std::string result = text;
    curl_free(text);
    return result;
  };
  return parts{get(CURLUPART_SCHEME), get(CURLUPART_HOST), get(CURLUPART_PATH),
               get(CURLUPART_USER) + get(CURLUPART_PASSWORD),
               get(CURLUPART_QUERY) + get(CURLUPART_FRAGMENT)};
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

place merged(const place& below, const place& above) {
  place result = below;
  if (!above.socket.empty() || !above.url.empty()) {
    result = place{};
    result.user = below.user;
  }
  for (const place_member& one : place_members) {
    if (!(above.*one.member).empty()) result.*one.member = above.*one.member;
  }
  return result;
}

std::string problem_with(const place& one) {
  if (!one.socket.empty() && !one.url.empty()) {
    return fmt::format("socket and url are both given ({} and {}); one of them is the address",
                       harmless(one.socket), harmless(one.url));
  }
  if (one.url.empty()) {
    if (one.socket.size() > 107) return "the path of a socket has at most 107 bytes";
    if (!one.certificate.empty() || !one.ca.empty()) {
      return "certificates go with an https:// url, not with a socket";
    }
  } else {
    const auto address = parts_of(one.url);
    if (!address || (address->scheme != "http" && address->scheme != "https")) {
      return fmt::format("the url \"{}\" is none; allowed: http://HOST:PORT, https://HOST:PORT",
                         harmless(one.url));
    }
    // Not shown: it may be a password.
    if (!address->user.empty()) {
      return "the url has a user or a password in it; name a netrc_file or a token_file instead";
    }
    if (address->path != "/" || !address->query.empty()) {
      return fmt::format("the url \"{}\" has more than host and port", harmless(one.url));
    }
    const bool secret = !one.token_file.empty() || !one.netrc_file.empty();
    if (secret && address->scheme == "http" && !is_this_machine(address->host)) {
      return fmt::format("a token or password would be readable on the way to {}; use https://",
                         harmless(one.url));
    }
    if (address->scheme == "http" && (!one.certificate.empty() || !one.ca.empty())) {
      return fmt::format("certificates go with an https:// url, not with {}", harmless(one.url));
    }
  }
  if (one.certificate.empty() != one.key.empty()) {
    return "certificate and key go together; one of them is missing";
  }
  if (!one.token_file.empty() && !one.netrc_file.empty()) {
    return "token_file and netrc_file are both given; one of them is the proof";
  }
  return {};
}

std::string shown_address(const place& one) {
  if (!one.url.empty()) return one.url;
  return one.socket.empty() ? std::string(default_socket) : one.socket;
}

}  // namespace dmctl
