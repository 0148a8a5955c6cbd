// Tests of ApplicationProperties: found by a class loader, clearly refused where it is absent.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationPropertiesTest {
  @TempDir Path directory;

  private Properties load() throws Exception {
    URL[] classPath = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classPath, null)) {
      return ApplicationProperties.load("a test", loader);
    }
  }

  @Test
  void readsItFromADirectoryOnTheClassPath() throws Exception {
    String text = "greeting=hello\ncomponent.application=shop\n";
    Files.write(
        directory.resolve("application.properties"), text.getBytes(StandardCharsets.UTF_8));
    assertEquals("shop", ApplicationProperties.shown(load()));
  }

  @Test
  void saysWhoMissesIt() {
    String message = assertThrows(FileNotFoundException.class, this::load).getMessage();
    assertTrue(message.contains("not on the class path of a test"), message);
  }

  @Test
  void theJarHasNoneOfItsOwn() {
    // it would hide the one of the deployment manager
    ClassLoader classes = ApplicationProperties.class.getClassLoader();
    assertEquals(null, classes.getResource("application.properties"));
  }
}
