// Logs --lines N (default 1000) lines of a hundred bytes with every number, by the logger "flink", whose lines stand in
// flink.log, and prints --prints N (default 1) on its output and one on its error output. With
// --seconds N it finishes.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class LogsMuch {
  private static final Logger LOG = LoggerFactory.getLogger("flink");
  private static final String REST =
      "a line that is as long as lines of logs are, so that a file is soon full of such lines";

  private LogsMuch() {}

  public static void main(String[] args) throws Exception {
    long lines = Numbers.argument(args, "lines", 1000);
    long prints = Numbers.argument(args, "prints", 1);
    long seconds = Numbers.argument(args, "seconds", 0);
    long last = seconds == 0 ? Long.MAX_VALUE : seconds * Numbers.RATE;
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(
        env,
        last,
        number -> {
          for (long line = 0; line < lines; ++line) {
            LOG.info("number {} line {} {}", number, line, REST);
          }
          for (long print = 0; print < prints; ++print) {
            System.out.println("printed " + number + " password=hidden-from-readers");
          }
          System.err.println("complained " + number);
          return number;
        });
    env.execute("LogsMuch");
  }
}
