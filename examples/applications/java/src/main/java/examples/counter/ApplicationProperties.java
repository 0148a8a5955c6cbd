// How a job reads application.properties: as a resource on the class path.
// The deployment manager puts the file there for main() (in the client) and for tasks (in the containers).
// Nothing is added to the jar, so the jar must not contain a file of this name: it would win.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

final class ApplicationProperties {
  static final String RESOURCE = "application.properties";

  /** Written by the deployment manager: the name of the application the component belongs to. */
  static final String APPLICATION = "component.application";

  private ApplicationProperties() {}

  /**
   * Reads the file by the context class loader, which is the one of the job both in main() and in tasks.
   *
   * @param where who asks, for the error message
   * @throws FileNotFoundException if the class path does not have it
   */
  static Properties load(String where) throws IOException {
    return load(where, Thread.currentThread().getContextClassLoader());
  }

  static Properties load(String where, ClassLoader loader) throws IOException {
    try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException(
            RESOURCE
                + " is not on the class path of "
                + where
                + " (class loader "
                + loader
                + "). Put the directory that holds it first in HADOOP_CLASSPATH for main(),"
                + " and ship that directory to the containers (-yt, yarn.ship-files) for tasks.");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    }
  }

  /** What the examples show of the file: the application, or its greeting where no manager wrote one. */
  static String shown(Properties properties) {
    return properties.getProperty(APPLICATION, properties.getProperty("greeting", "unnamed"));
  }
}
