// The library in Scala: sources and sinks as methods of Flink's own Scala classes.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink

import java.time.Duration

import org.apache.flink.api.common.typeinfo.TypeInformation
import org.apache.flink.streaming.api.scala.{DataStream, StreamExecutionEnvironment}
import pnda.flink.dataset.MasterDataset
import pnda.flink.event.{EventTime, PndaEvent, PndaEventType}
import pnda.flink.kafka.{KafkaInput, KafkaOutput}

package object scala {
  implicit val pndaEventType: TypeInformation[PndaEvent] = PndaEventType.of()

  implicit class PndaEnvironment(private val env: StreamExecutionEnvironment) extends AnyVal {

    /** name: of the operator, and its uid; late: as of EventTime. */
    def events(dataset: MasterDataset, name: String, late: Duration): DataStream[PndaEvent] =
      env.fromSource(dataset, EventTime.watermarks(late), name).uid(name)

    def events(topics: KafkaInput, name: String, late: Duration): DataStream[PndaEvent] =
      env.fromSource(topics.build(), EventTime.watermarks(late), name).uid(name)
  }

  implicit class PndaStream(private val events: DataStream[PndaEvent]) extends AnyVal {
    def writeTo(topic: KafkaOutput, name: String): Unit = topic.write(events.javaStream, name)
  }
}
