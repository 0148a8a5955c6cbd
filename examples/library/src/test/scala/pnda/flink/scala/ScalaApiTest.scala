// The Scala API on Flink's mini cluster.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.scala

import java.nio.charset.StandardCharsets
import java.nio.file.{Files, Path}
import java.time.Duration

import org.apache.flink.streaming.api.scala._
import org.junit.jupiter.api.Assertions.{assertEquals, assertTrue}
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import pnda.flink.dataset.{BrokenFiles, MasterDataset}

class ScalaApiTest {
  @Test
  def datasetAsAStream(@TempDir root: Path): Unit = {
    val file = root.resolve("datasets/source=tests/year=2026/month=01/day=01/hour=00/text")
    Files.createDirectories(file.getParent)
    Files.write(file, "no Avro".getBytes(StandardCharsets.UTF_8))
    val dataset = MasterDataset.builder(root.toUri.toString).source("tests").brokenFiles(BrokenFiles.REPORT).build()
    val env = StreamExecutionEnvironment.createLocalEnvironment(1)
    val found = env.events(dataset, "tests", Duration.ofHours(2)).map(_.text).executeAndCollect(10)
    assertEquals(1, found.size)
    assertTrue(found.head.endsWith("/text"), found.toString)
  }
}
