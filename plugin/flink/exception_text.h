// A Java stack trace as Flink prints it, reduced to what a person needs. Its text is untrusted: it
// may be megabytes long, hold base64 and control characters, or be no stack trace at all.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dm::flink {

// One exception of a chain.
struct exception_cause {
  std::string class_name;  // "java.lang.IllegalStateException"; empty when the text names none
  std::string message;     // one line, may be empty
  std::string frame;       // where it was thrown: "examples.Job.main(Job.java:12)", may be empty
  // Proof for a machine, as class_name and message are words for people: a message may begin with
  // the name of another class.
  std::string thrown_class;  // its own class; of a RemoteException the far side's
  std::string thrower;  // the first frame that does not throw for its caller; empty: no such frame
  std::string owner;    // the first frame that does not work for its caller either
};

// The chain from the outermost to the innermost, at most 32 long (then the outermost 16 and the
// innermost 16); exceptions that wrap another one's text in one line count as that one. Suppressed
// ones are left out.
std::vector<exception_cause> exception_chain(std::string_view stack_trace);

// The sentence for people in a Flink exception text: the innermost "Caused by", without wrappers,
// base64 and frames; an exception without a message is told with the place where it was thrown. One
// line of valid UTF-8, at most `limit` bytes; empty for an empty text.
std::string exception_summary(std::string_view stack_trace, std::size_t limit = 400);

// Where the exception that exception_summary() tells was thrown: the first frame of its innermost
// cause that is the program's own, else where that was thrown; empty: no frame is known.
std::string telling_frame(std::string_view stack_trace);

// The chain with its telling frames, in the form of a stack trace: small enough to be kept, enough
// to be summarised and classified again.
std::string exception_outline(std::string_view stack_trace);

}  // namespace dm::flink
