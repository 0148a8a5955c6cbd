// Reads why a container's files could not be brought to its node.
// SPDX-License-Identifier: Apache-2.0
#include "flink/localization_failure.h"

#include <algorithm>
#include <array>
#include <vector>

#include "flink/exception_text.h"
#include "io/error.h"
#include "io/utf8.h"

namespace dm::flink {
namespace {

constexpr std::size_t longest_sentence = 290;  // with what stands before it at most 400
constexpr std::size_t most_read = 1 << 16;     // the end of the text tells
constexpr std::string_view caused_by = "Caused by: ";
constexpr std::string_view frame_mark = " at ";

// Thrown while a file is fetched; words only tell apart what shares a class.
struct thrown {
  std::string_view class_name;
  std::string_view words;  // in its message; empty: any
};
constexpr std::array clusters_own = {
    // HDFS is away, not ready, or has lost what it should have.
    thrown{"org.apache.hadoop.hdfs.BlockMissingException", ""},
    thrown{"org.apache.hadoop.hdfs.CannotObtainBlockLengthException", ""},
    thrown{"org.apache.hadoop.fs.ChecksumException", ""},
    thrown{"org.apache.hadoop.hdfs.server.namenode.SafeModeException", ""},
    thrown{"org.apache.hadoop.ipc.StandbyException", ""},
    thrown{"org.apache.hadoop.ipc.RetriableException", ""},
    thrown{"org.apache.hadoop.ipc.ObserverRetryOnActiveException", ""},
    thrown{"org.apache.hadoop.net.ConnectTimeoutException", ""},
    thrown{"java.net.ConnectException", ""},
    thrown{"java.net.NoRouteToHostException", ""},
    thrown{"java.net.PortUnreachableException", ""},
    thrown{"java.net.SocketException", ""},
    thrown{"java.net.SocketTimeoutException", ""},
    thrown{"java.net.UnknownHostException", ""},
    thrown{"java.nio.channels.ClosedChannelException", ""},
    thrown{"java.nio.channels.UnresolvedAddressException", ""},
    // Of a call (NetUtils); one of an archive that is cut off is the program's.
    thrown{"java.io.EOFException", "End of File Exception between local host is"},
    thrown{"java.io.IOException", "ailed on local exception"},
    thrown{"java.io.IOException", "Could not obtain block"},
    thrown{"java.io.IOException", "No live nodes contain"},
    // Tokens and Kerberos.
    thrown{"org.apache.hadoop.security.token.SecretManager$InvalidToken", ""},
    thrown{"org.apache.hadoop.hdfs.security.token.block.InvalidBlockTokenException", ""},
    thrown{"org.apache.hadoop.security.KerberosAuthException", ""},
    thrown{"javax.security.sasl.SaslException", ""},
    thrown{"org.ietf.jgss.GSSException", ""},
    // The node's disks.
    thrown{"org.apache.hadoop.util.DiskChecker$DiskErrorException", ""},
    thrown{"org.apache.hadoop.util.DiskChecker$DiskOutOfSpaceException", ""},
    thrown{"org.apache.hadoop.fs.FSError", ""},
    thrown{"java.io.IOException", "No space left on device"},
    // A library or a staged file was changed, removed or closed since it was named.
    thrown{"java.io.IOException", "changed on src filesystem"},
    thrown{"java.io.IOException", "and as such cannot be part of the public cache"},
    thrown{"java.io.FileNotFoundException", ""},
    thrown{"org.apache.hadoop.security.AccessControlException", ""},
};

bool blank(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }

// The class of an exception stands at the beginning of a line or behind a blank, "]" or "(", and
// its message behind it: no name of a file on HDFS can look like that, since none has a ":".
bool threw(std::string_view text, const thrown& wanted) {
  for (std::size_t at = text.find(wanted.class_name); at != std::string_view::npos;
       at = text.find(wanted.class_name, at + 1)) {
    const bool line_start = at == 0 || text[at - 1] == '\n';
    const bool begins = line_start || blank(text[at - 1]) || text[at - 1] == ']' ||
                        text[at - 1] == '(' || text[at - 1] == '}';
    std::string_view rest = text.substr(at + wanted.class_name.size());
    const bool ends = rest.starts_with(": ") || rest.starts_with("):") ||
                      ((line_start || text.substr(0, at).ends_with(caused_by)) &&
                       (rest.empty() || rest.front() == '\n' || rest.starts_with(":\n")));
    if (!begins || !ends) continue;
    rest = rest.substr(0, rest.find('\n'));
    if (rest.find(wanted.words) != std::string_view::npos) return true;
  }
  return false;
}

// "org.apache.hadoop.ipc.Client.call(Client.java:1558)" with or without its beginning.
bool is_frame(std::string_view line) {
  return line.ends_with(')') &&
         (line.find(".java:") != std::string_view::npos || line.ends_with("(Unknown Source)") ||
          line.ends_with("(Native Method)"));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Where " at a.B.c(B.java:1)" begins.
std::size_t frame_in(std::string_view line) {
  for (std::size_t at = line.find(frame_mark); at != std::string_view::npos;
       at = line.find(frame_mark, at + 1)) {
    std::string_view frame = line.substr(at + frame_mark.size());
    frame = frame.substr(0, frame.find(')') + 1);
    if (is_frame(frame) && frame.find(' ') > frame.find('(')) return at;
  }
  return std::string_view::npos;
}

// Lines without frames, each cause on its own, as it was before line breaks became blanks.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  const auto take = [&](std::string_view line) {
    line = trim(line);
    const bool more = line.starts_with("... ") && line.ends_with(" more");
    // Of a frame that was cut off its end alone may be left: "258)".
    const bool torn = lines.empty() && line.ends_with(')') && line.find(' ') == line.npos;
    if (!line.empty() && !is_frame(line) && !torn && !more) lines.push_back(line);
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t end = std::min({line.size(), frame_in(line), line.find(caused_by, 1)});
    take(text.substr(0, end));
    text.remove_prefix(end);
    // The frame's own "at" or the line break goes, what is left begins the next line.
    if (text.starts_with(frame_mark)) {
      text.remove_prefix(text.find(')') + 1);
    } else if (text.starts_with('\n')) {
      text.remove_prefix(1);
    }
  }
  return lines;
}

// What the container's own NodeManager says, without what stands around it.
std::string_view words_of_node(std::string_view text) {
  constexpr std::string_view heading = "Diagnostics:";
  if (const auto at = text.find(heading); at != std::string_view::npos)
    text.remove_prefix(at + heading.size());
  text = trim(text.substr(0, text.find("For more detailed output")));
  if (text.starts_with('[')) text.remove_prefix(std::min(text.find(']') + 1, text.size()));
  if (text.size() > most_read) text.remove_prefix(text.size() - most_read);
  return text;
}

// "hdfs://nn:8020/a/b.jar", the first that is a file's and no file system's alone.
std::string_view file_in(std::string_view text) {
  constexpr std::string_view scheme = "hdfs://";
  for (std::size_t at = text.find(scheme); at != std::string_view::npos;
       at = text.find(scheme, at + 1)) {
    std::string_view address = text.substr(at);
    const auto end = std::find_if(address.begin(), address.end(), [](char c) {
      return blank(c) || std::string_view(",;'\"()[]{}").find(c) != std::string_view::npos;
    });
    address = address.substr(0, static_cast<std::size_t>(end - address.begin()));
    while (address.ends_with(':') || address.ends_with('.')) address.remove_suffix(1);
    const auto path = address.find('/', scheme.size());
    if (path != std::string_view::npos && path + 1 < address.size()) return address;
  }
  return {};
}

// The innermost exception; without one the first line that is no torn frame.
std::string told_by(const std::vector<std::string_view>& lines) {
  std::string causes;
  for (std::string_view line : lines) {
    if (line.starts_with(caused_by)) line.remove_prefix(caused_by.size());
    const auto chain = exception_chain(line);
    if (chain.empty() || chain.front().thrown_class.empty() || chain.front().message.empty())
      continue;
    if (!causes.empty()) causes += caused_by;
    (causes += line) += '\n';
  }
  if (!causes.empty()) return exception_summary(causes, longest_sentence);
  return lines.empty() ? std::string()
                       : first_line(io::valid_utf8(lines.front()), longest_sentence);
}

}  // namespace

localization_failure read_localization_failure(std::string_view diagnostics) {
  localization_failure failure;
  const std::string_view words = words_of_node(diagnostics);
  if (std::any_of(clusters_own.begin(), clusters_own.end(),
                  [&](const thrown& one) { return threw(words, one); }))
    failure.failure = failure_class::cluster_not_ready;
  failure.sentence = told_by(lines_of(words));
  const std::string file = first_line(io::valid_utf8(file_in(words)), longest_sentence);
  if (!file.empty() && failure.sentence.find(file) == std::string::npos) {
    failure.sentence = failure.sentence.empty()
                           ? file
                           : first_line(file + ": " + failure.sentence, longest_sentence);
  }
  return failure;
}

}  // namespace dm::flink
