// Which Deployment Manager is asked, and who asks: one context of the configuration, with what the
// environment and the options say above it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace dmctl {

inline constexpr std::string_view default_socket = "/run/deployment-manager/api.sock";

/// What a context consists of; "" is what nobody has said.
struct place {
  std::string socket;       // path of a unix socket
  std::string url;          // http://… or https://…, without a path
  std::string user;         // user.name: who is believed, or whom an administrator acts for
  std::string token_file;   // 0600: a bearer token
  std::string netrc_file;   // 0600: a password for a proxy in front
  std::string ca;           // PEM: who signs the Deployment Manager's certificate
  std::string certificate;  // PEM: of this client
  std::string key;          // PEM, 0600: of the certificate
};

/// Name in files and of the option, "DMCTL_" and upper case in the environment.
struct place_member {
  std::string_view name;
  std::string place::*member;
  std::string_view meaning;
};
inline constexpr std::array<place_member, 8> place_members = {{
    {"socket", &place::socket, "Path of the Deployment Manager's unix socket"},
    {"url", &place::url, "Its address, http://HOST:PORT or https://HOST:PORT"},
    {"user", &place::user, "Who is named as user.name"},
    {"token_file", &place::token_file, "File with a bearer token, mode 0600"},
    {"netrc_file", &place::netrc_file, "File with a password for a proxy (netrc), mode 0600"},
    {"ca", &place::ca, "PEM file: who signs the Deployment Manager's certificate"},
    {"certificate", &place::certificate, "PEM file: this client's certificate"},
    {"key", &place::key, "PEM file: the certificate's key, mode 0600"},
}};

/// Those of `above` that say something, over those of `below`. An address takes all of `below` but
/// the user away: a token goes nowhere but to whom it is meant for.
place merged(const place& below, const place& above);

/// What is wrong with it; empty: nothing. Looks at no file.
std::string problem_with(const place& one);

/// "/run/deployment-manager/api.sock" or "https://dm:5000".
std::string shown_address(const place& one);

}  // namespace dmctl
