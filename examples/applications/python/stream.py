"""Example of a stateful PyFlink streaming job that needs nothing outside: it counts words for ever.

The words come in a fixed turn, so the count of a word tells which number must come next: lost or repeated
events, also after a restore, fail the job. Metrics show the count (PyFlink has no accumulators).
"""
# SPDX-License-Identifier: Apache-2.0

import argparse
import time

from pyflink.common import Configuration, Types, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.number_seq import NumberSequenceSource
from pyflink.datastream.functions import KeyedProcessFunction, MapFunction
from pyflink.datastream.state import ValueStateDescriptor

import application_properties

WORDS = ("ash", "birch", "cedar", "elder", "fir", "hazel", "larch", "maple")
DEFAULT_CHECKPOINT_INTERVAL_MS = 5000


class Throttle(MapFunction):
    """Lets rate records a second through; one pause is the longest that a checkpoint waits for it."""

    def __init__(self, rate):
        self.pause = 1.0 / rate

    def map(self, value):
        time.sleep(self.pause)
        return value


class CountWords(KeyedProcessFunction):
    """Counts the numbers of each word, and checks that none is missing and none comes twice."""

    def __init__(self, application_in_main):
        self.application_in_main = application_in_main
        self.events = 0

    def open(self, runtime_context):
        application_properties.check_in_task(self.application_in_main)
        self.count = runtime_context.get_state(ValueStateDescriptor("count", Types.LONG()))
        self.counter = runtime_context.get_metrics_group().counter("events")

    def process_element(self, number, context):
        word = WORDS[number % len(WORDS)]
        count = self.count.value() or 0
        expected = (number % len(WORDS) or len(WORDS)) + count * len(WORDS)
        if number != expected:
            raise RuntimeError(
                f"Inconsistent count: {word} has {count} events, so number {expected} must come next,"
                f" but {number} came: events were {'lost' if number > expected else 'repeated'}"
            )
        self.count.update(count + 1)
        self.counter.inc()
        if (count + 1) % 10 == 0:
            yield f"{word} {count + 1}"


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return number


def main():
    parser = argparse.ArgumentParser(description="Counts words for ever.")
    parser.add_argument("--rate", type=positive, default=10, help="words a second (10)")
    parser.add_argument("--limit", type=positive, default=2**62, help="end after so many words (never)")
    arguments = parser.parse_args()
    in_main = application_properties.shown(application_properties.load())

    # Records go to Python in bundles, and a checkpoint waits for the bundle under way. With the pause of
    # Throttle a bundle of the default size, 100000, would take hours.
    configuration = Configuration()
    configuration.set_integer("python.fn-execution.bundle.size", 1)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    if not env.get_checkpoint_config().is_checkpointing_enabled():
        env.enable_checkpointing(DEFAULT_CHECKPOINT_INTERVAL_MS)

    (
        env.from_source(
            NumberSequenceSource(1, arguments.limit),
            WatermarkStrategy.no_watermarks(),
            "numbers",
            Types.LONG(),
        )
        .set_parallelism(1)
        .uid("numbers")
        .map(Throttle(arguments.rate), Types.LONG())
        .set_parallelism(1)
        .name("throttle")
        .uid("throttle")
        .key_by(lambda number: number % len(WORDS), Types.LONG())
        .process(CountWords(in_main), Types.STRING())
        .name("count")
        .uid("count")
        .print()
        .name("print")
        .uid("print")
    )
    env.execute("StreamingWordCount")


if __name__ == "__main__":
    main()
