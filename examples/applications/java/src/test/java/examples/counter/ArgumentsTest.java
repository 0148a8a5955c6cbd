// Tests of Arguments: where a value comes from, and that all problems are named at once.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static Arguments of(String... args) {
    Properties properties = new Properties();
    properties.setProperty("counter.rate", "20");
    return new Arguments(args, properties);
  }

  @Test
  void argumentBeforePropertyBeforeFallback() {
    assertEquals(5, of("--rate", "5").number("rate", 10, 1, 100));
    assertEquals(20, of().number("rate", 10, 1, 100));
    assertEquals(8, of().number("keys", 8, 1, 100));
    assertTrue(of().has("rate"));
    assertFalse(of().has("keys"));
  }

  @Test
  void namesAllProblems() {
    Arguments arguments = of("--rate", "0", "--keys", "x", "--colour", "red", "stray", "y", "--end");
    arguments.number("rate", 10, 1, 100);
    arguments.number("keys", 8, 1, 100);
    String message = assertThrows(IllegalArgumentException.class, arguments::check).getMessage();
    for (String part :
        new String[] {
          "--rate is \"0\", allowed is a whole number from 1 to 100",
          "--keys is \"x\"",
          "--colour is not known",
          "\"stray\" is no argument",
          "--end has no value"
        }) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void acceptsWhatIsKnown() {
    Arguments arguments = of("--rate", "7");
    arguments.number("rate", 10, 1, 100);
    arguments.check();
  }
}
