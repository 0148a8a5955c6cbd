// Harmless: prints each of its arguments as "argument <hex of its UTF-8>", whatever the locale is, and runs for ever.
// SPDX-License-Identifier: Apache-2.0
package faults;

import java.nio.charset.StandardCharsets;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class Arguments {
  private Arguments() {}

  public static void main(String[] args) throws Exception {
    for (String argument : args) {
      StringBuilder hex = new StringBuilder("argument ");
      for (byte one : argument.getBytes(StandardCharsets.UTF_8)) {
        hex.append(String.format("%02x", one));
      }
      System.out.println(hex);
    }
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, Long.MAX_VALUE, number -> number);
    env.execute("Arguments");
  }
}
