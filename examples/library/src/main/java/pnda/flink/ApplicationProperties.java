// Reads application.properties wherever it is: on the class path in main() and in tasks, or where a program was started by hand.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

public final class ApplicationProperties {
  static final String NAME = "application.properties";

  private ApplicationProperties() {}

  /** The class path's; else the first one in directories of CLASSPATH and HADOOP_CLASSPATH; else the working directory's. */
  public static Properties load() throws IOException {
    return load(Thread.currentThread().getContextClassLoader(), System.getenv(), new File(""));
  }

  static Properties load(ClassLoader loader, Map<String, String> environment, File working) throws IOException {
    InputStream resource = loader == null ? null : loader.getResourceAsStream(NAME);
    if (resource != null) {
      return read(resource);
    }
    List<File> places = new ArrayList<>();
    for (String variable : new String[] {"CLASSPATH", "HADOOP_CLASSPATH"}) {
      for (String entry : environment.getOrDefault(variable, "").split(File.pathSeparator)) {
        if (!entry.isEmpty() && new File(entry).isDirectory()) {
          places.add(new File(entry));
        }
      }
    }
    places.add(working.getAbsoluteFile());
    for (File place : places) {
      File file = new File(place, NAME);
      if (file.isFile()) {
        return read(Files.newInputStream(file.toPath()));
      }
    }
    throw new FileNotFoundException(
        NAME + " is neither on the class path nor in any of " + places
            + ". The Deployment Manager puts it there; without one, put its directory first into HADOOP_CLASSPATH for main(),"
            + " and ship it to the containers (-yt, yarn.ship-files) for tasks.");
  }

  private static Properties read(InputStream stream) throws IOException {
    try (InputStream in = stream) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    }
  }
}
