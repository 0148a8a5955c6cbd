// A frame of a Java stack trace, "java.base/java.net.Socket.connect(Socket.java:1)", and whose code
// it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::flink {

// The frame without the module or class loader before it: "java.net.Socket.connect(Socket.java:1)".
std::string_view without_module(std::string_view frame);

// Code of the JDK, of Scala, or a helper that throws for whoever calls it: it says nothing about
// who threw. A frame as without_module gives it.
bool throws_for_others(std::string_view frame);

// Code that connects for whoever calls it: Hadoop, ZooKeeper, Pekko, Netty, and all of the above.
bool works_for_others(std::string_view frame);

// Flink itself, as against its connectors and libraries that a program chose; Hadoop is not.
bool of_flink(std::string_view frame_or_class);

}  // namespace dm::flink
