// Program arguments of the form "--name value", with defaults from application.properties.
// An own class, because Flink's ParameterTool is in another Java package in Flink 2 than in Flink 1.
// All problems are reported at once, each with the argument, what was given and what is allowed.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

final class Arguments {
  private static final String PROPERTY_PREFIX = "counter.";

  private final Map<String, String> given = new LinkedHashMap<>();
  private final Properties defaults;
  private final List<String> problems = new ArrayList<>();

  /**
   * Takes the arguments of main().
   *
   * @param args pairs of "--name" and "value"
   * @param defaults where {@code counter.<name>} stands in for an argument that is not given
   */
  Arguments(String[] args, Properties defaults) {
    this.defaults = defaults;
    for (int i = 0; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || args[i].length() == 2) {
        problems.add("\"" + args[i] + "\" is no argument, they have the form --name value");
      } else if (i + 1 == args.length) {
        problems.add(args[i] + " has no value");
      } else if (given.put(args[i].substring(2), args[i + 1]) != null) {
        problems.add(args[i] + " is given twice");
      }
    }
  }

  /** True if the value comes from the arguments or from application.properties. */
  boolean has(String name) {
    return given.containsKey(name) || defaults.containsKey(PROPERTY_PREFIX + name);
  }

  /** The whole number called name, which must lie in [least, greatest]; fallback if not given. */
  long number(String name, long fallback, long least, long greatest) {
    String source = "--" + name;
    String text = given.remove(name);
    if (text == null) {
      source = PROPERTY_PREFIX + name + " in " + ApplicationProperties.RESOURCE;
      text = defaults.getProperty(PROPERTY_PREFIX + name);
    }
    if (text == null) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text.trim());
      if (value >= least && value <= greatest) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below, together with numbers out of range
    }
    problems.add(
        source + " is \"" + text + "\", allowed is a whole number from " + least + " to " + greatest);
    return fallback;
  }

  /** To be called after the last number(): throws if an argument was wrong or unknown. */
  void check() {
    for (String name : given.keySet()) {
      problems.add("--" + name + " is not known");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Wrong arguments: " + String.join("; ", problems));
    }
  }
}
