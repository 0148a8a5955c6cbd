// Takes --megabytes N (default 1024) outside of the heap, where no limit of the JVM holds, after --after N numbers, and
// keeps them: more than its container has asked for. YARN kills the container where it looks at memory
// (yarn.nodemanager.pmem-check-enabled).
// SPDX-License-Identifier: Apache-2.0
package faults;

import java.lang.reflect.Field;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class Outgrows {
  private Outgrows() {}

  public static void main(String[] args) throws Exception {
    long megabytes = Numbers.argument(args, "megabytes", 1024);
    long after = Numbers.argument(args, "after", 20);
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(
        env,
        Long.MAX_VALUE,
        number -> {
          if (number == after) {
            outgrow(megabytes << 20);
          }
          return number;
        });
    env.execute("Outgrows");
  }

  private static void outgrow(long bytes) throws Exception {
    // By its name: it is no part of the release that this is compiled for, but every JVM has it.
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Object unsafe = field.get(null);
    Object address = type.getMethod("allocateMemory", long.class).invoke(unsafe, bytes);
    type.getMethod("setMemory", long.class, long.class, byte.class).invoke(unsafe, address, bytes, (byte) 1);
  }
}
