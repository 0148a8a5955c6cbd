// Wherever application.properties is, and what is said when it is nowhere.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationPropertiesTest {
  @TempDir Path folder;

  private Path place(String name) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    Files.write(place.resolve(ApplicationProperties.NAME), Collections.singletonList("found=" + name));
    return place;
  }

  @Test
  void whereItIs() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Map<String, String> environment = new HashMap<>();
    File working = place("working").toFile();
    assertEquals("working", ApplicationProperties.load(null, environment, working).getProperty("found"));
    environment.put("HADOOP_CLASSPATH", "/nowhere/*" + File.pathSeparator + empty + File.pathSeparator + place("hadoop"));
    assertEquals("hadoop", ApplicationProperties.load(null, environment, working).getProperty("found"));
    environment.put("CLASSPATH", place("class").toString());
    assertEquals("class", ApplicationProperties.load(null, environment, working).getProperty("found"));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {place("loader").toUri().toURL()}, null)) {
      assertEquals("loader", ApplicationProperties.load(loader, environment, working).getProperty("found"));
    }
  }

  @Test
  void nowhere() {
    FileNotFoundException told =
        assertThrows(FileNotFoundException.class, () -> ApplicationProperties.load(null, new HashMap<>(), folder.toFile()));
    assertTrue(told.getMessage().contains(folder.toString()), told.getMessage());
    assertTrue(told.getMessage().contains("HADOOP_CLASSPATH"), told.getMessage());
  }
}
