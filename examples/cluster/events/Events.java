// The generator's command line: events of the platform into a Kafka topic or a master dataset, and what a topic holds.
// The same options give the same events. On standard output stands one JSON object: how many, of which source and hour.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

public final class Events {
  private static final String USAGE =
      """
      usage: cluster.sh events COMMAND [OPTION...]

        topic NAME          writes Avro fragments (no header, no schema id) into a topic
        dataset [PLACE]     writes a master dataset: hdfs:/PATH (the platform's own path) or a local directory
        read NAME           prints what a topic holds, one JSON object an event; --count 1: only how many

      of topic and dataset:
        --events N          how many (1000)
        --first N           the first one's id (1); each has the next one
        --seed N            another seed, other events (1)
        --source NAME       (netmeter)
        --start INSTANT     the first one's time (2026-11-01T00:00:00Z)
        --hours N           the span that they spread over evenly (30)
        --disorder SECONDS  each is up to so much earlier or later (30), never outside of the span
        --schema KIND       plain; old: host_ip in the middle; extended: more fields, of another namespace;
                            mixed, of dataset: each in turn, file by file (plain)
      of topic:
        --rate N            events a second (0: as fast as it goes)
      of dataset:
        --key KEY           source or topic: the name of the first directory (source)
        --zone ZONE         that year, month, day and hour are of (UTC)
        --files N           files an hour (2)
        --damage 1          besides: marker files, a file cut off after its first block, one that is no Avro
      of read:
        --committed 0       what belongs to no committed transaction, too
      """;

  private Events() {}

  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (Exception e) {
      StringBuilder problem = new StringBuilder("events");
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        problem.append(": ").append(cause.getMessage() == null ? cause.toString() : cause.getMessage());
      }
      System.err.println(problem);
      System.exit(1);
    }
  }

  private static void run(String[] arguments) throws Exception {
    String bootstrap = arguments[1]; // always given by cluster.sh
    List<String> names = new ArrayList<>();
    Map<String, String> options = new HashMap<>();
    for (int i = 2; i < arguments.length; i++) {
      String word = arguments[i];
      if (word.equals("--help") || word.equals("-h")) {
        System.out.print(USAGE);
        return;
      }
      if (!word.startsWith("--")) {
        names.add(word);
      } else if (i + 1 == arguments.length) {
        throw wrong(word + " needs a value");
      } else {
        options.put(word.substring(2), arguments[++i]);
      }
    }
    if (names.size() != 2) {
      throw wrong("a command and one name are needed, found: " + names);
    }
    Set<String> common = Set.of("events", "first", "seed", "source", "start", "hours", "disorder", "schema");
    switch (names.get(0)) {
      case "topic" -> {
        allow(options, common, "rate");
        Generator generator = generator(options);
        EventSchema schema = schema(options, "plain", "old", "extended");
        System.out.println(
            TopicWriter.write(bootstrap, names.get(1), generator, schema, number(options, "rate", 0, 0, 1_000_000)));
      }
      case "dataset" -> {
        allow(options, common, "key", "zone", "files", "damage");
        Generator generator = generator(options);
        DatasetWriter writer =
            new DatasetWriter(
                Path.of(names.get(1)),
                text(options, "key", "source", "topic"),
                zone(options),
                (int) number(options, "files", 2, 1, 100),
                schema(options, "plain", "old", "extended", "mixed"));
        System.out.println(writer.write(generator, number(options, "damage", 0, 0, 1) == 1));
      }
      case "read" -> {
        allow(options, Set.of("committed", "count"));
        TopicReader.print(
            bootstrap,
            names.get(1),
            number(options, "committed", 1, 0, 1) == 1,
            number(options, "count", 0, 0, 1) == 1);
      }
      default -> throw wrong("there is no command " + names.get(0));
    }
  }

  private static Generator generator(Map<String, String> options) {
    long start;
    try {
      start = Instant.parse(options.getOrDefault("start", "2026-11-01T00:00:00Z")).toEpochMilli();
    } catch (DateTimeException e) {
      throw wrong("--start is \"" + options.get("start") + "\", it must be as 2026-11-01T00:00:00Z");
    }
    return new Generator(
        number(options, "events", 1000, 0, 1_000_000_000),
        number(options, "first", 1, 0, Long.MAX_VALUE / 2),
        number(options, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
        text(options, "source", "netmeter"),
        start,
        number(options, "hours", 30, 1, 100_000) * 3_600_000,
        number(options, "disorder", 30, 0, 86_400) * 1000);
  }

  private static EventSchema schema(Map<String, String> options, String... allowed) {
    return EventSchema.valueOf(text(options, "schema", allowed).toUpperCase());
  }

  private static ZoneId zone(Map<String, String> options) {
    try {
      return ZoneId.of(options.getOrDefault("zone", "UTC"));
    } catch (DateTimeException e) {
      throw wrong("--zone is \"" + options.get("zone") + "\", it must be as UTC or America/Los_Angeles");
    }
  }

  /** The first one that is allowed is the default; of one alone, anything without a slash is allowed. */
  private static String text(Map<String, String> options, String name, String... allowed) {
    String found = options.getOrDefault(name, allowed[0]);
    boolean fits = allowed.length == 1 ? found.matches("[A-Za-z0-9._-]+") : Arrays.asList(allowed).contains(found);
    if (!fits) {
      throw wrong("--" + name + " is \"" + found + "\", allowed is "
          + (allowed.length == 1 ? "letters, digits and . _ -" : String.join(", ", allowed)));
    }
    return found;
  }

  private static long number(Map<String, String> options, String name, long other, long least, long most) {
    String found = options.get(name);
    try {
      long number = found == null ? other : Long.parseLong(found);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as one out of range
    }
    throw wrong("--" + name + " is \"" + found + "\", allowed is " + least + " to " + most);
  }

  private static void allow(Map<String, String> options, Set<String> allowed, String... more) {
    for (String name : options.keySet()) {
      if (!allowed.contains(name) && !Arrays.asList(more).contains(name)) {
        throw wrong("there is no option --" + name + " of this command");
      }
    }
  }

  private static RuntimeException wrong(String problem) {
    System.err.println("events: " + problem + "\n  try: cluster.sh events --help");
    System.exit(2);
    return new IllegalStateException(problem);
  }
}
