// A text sent to a TCP port, on a connection that libcurl makes.
// SPDX-License-Identifier: Apache-2.0
#include "io/tcp_text.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "io/sigpipe.h"

namespace dm::io {

namespace {

constexpr milliseconds longest_poll{1'000};

curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// What is sent and not yet taken is thrown away by a close that finds something to read; so the
// sending half is closed first, and the other end's close waited for, as long as there is time.
void close_politely(const operation& op, int socket) {
  if (::shutdown(socket, SHUT_WR) != 0) return;
  std::array<char, 256> unread{};
  while (op.check("the end of a connection")) {
    pollfd waiting{socket, POLLIN, 0};
    const auto left = static_cast<int>(std::min(op.remaining(), longest_poll).count());
    if (::poll(&waiting, 1, left) < 0) return;
    if (waiting.revents == 0) return;  // it keeps the connection: what was sent is there
    if (::recv(socket, unread.data(), unread.size(), MSG_DONTWAIT) <= 0) return;
  }
}

}  // namespace

result<void> send_text(const operation& op, const std::string& host, std::uint16_t port,
                       std::string_view text) {
  const sigpipe_blocked quiet;
  const std::string where = fmt::format("{}:{}", host, port);
  const auto failed = [&](std::string_view why) {
    return fail(status_code::unavailable,
                fmt::format("sending {} bytes to {}: {}", text.size(), where, why));
  };
  if (auto in_time = op.check("a connection to " + where); !in_time) return in_time;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  if (!easy) return fail(status_code::resource_exhausted, "libcurl cannot allocate a transfer");
  const std::string url = "http://" + where;
  std::array<char, CURL_ERROR_SIZE> said{};
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, said.data());
  curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(easy.get(), CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(1, op.remaining().count())));
  if (const CURLcode code = curl_easy_perform(easy.get()); code != CURLE_OK) {
    if (auto in_time = op.check("a connection to " + where); !in_time) return in_time;
    return failed(said[0] != '\0' ? first_line(said.data()) : curl_easy_strerror(code));
  }
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy.get(), CURLINFO_ACTIVESOCKET, &socket);
  while (!text.empty()) {
    if (auto in_time = op.check("the end of what is sent to " + where); !in_time) return in_time;
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(easy.get(), text.data(), text.size(), &sent);
    if (code == CURLE_AGAIN) {
      pollfd waiting{socket, POLLOUT, 0};
      ::poll(&waiting, 1, static_cast<int>(std::min(op.remaining(), longest_poll).count()));
      continue;
    }
    if (code != CURLE_OK) return failed("the connection was closed");
    text.remove_prefix(sent);
  }
  close_politely(op, socket);
  return {};
}

}  // namespace dm::io
