// Proof that a callback comes from this Deployment Manager and arrives as it was sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace manager {

/// The longest secret that is read, in bytes.
inline constexpr std::size_t longest_callback_secret = 4096;
inline constexpr std::size_t shortest_callback_secret = 16;

/// The secret in a file: its content without the line's end. Throws std::runtime_error that names
/// the file, never what is in it: when it cannot be read, is too short or too long, or may be read
/// by everyone.
std::string read_callback_secret(const std::filesystem::path& file);

/// "X-Signature-256: sha256=<64 hex digits>": the HMAC-SHA256 of the body under the secret.
std::string signature_header(std::string_view secret, std::string_view body);

}  // namespace manager
