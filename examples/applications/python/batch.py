"""Example of a bounded PyFlink job: it counts the words of a text that it brings along, and ends.

A wrong count fails the job. The lines "word count" are in the TaskManager's standard output, metrics
show the count while the job runs (PyFlink has no accumulators).
"""
# SPDX-License-Identifier: Apache-2.0

import argparse

from pyflink.common import Types
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.functions import KeyedProcessFunction
from pyflink.datastream.state import ValueStateDescriptor

import application_properties

TEXT = "the quick brown fox jumps over the lazy dog"
END_OF_INPUT = 2**63 - 1  # a bounded input ends with this watermark


class CountWords(KeyedProcessFunction):
    """Counts each word, and gives the count out once, when the input has ended."""

    def __init__(self, repeat, application_in_main):
        self.repeat = repeat
        self.application_in_main = application_in_main

    def open(self, runtime_context):
        application_properties.check_in_task(self.application_in_main)
        self.count = runtime_context.get_state(ValueStateDescriptor("count", Types.LONG()))
        self.words = runtime_context.get_metrics_group().counter("words")

    def process_element(self, word, context):
        before = self.count.value()
        if before is None:
            context.timer_service().register_event_time_timer(END_OF_INPUT)
        self.count.update((before or 0) + 1)
        self.words.inc()

    def on_timer(self, timestamp, context):
        word = context.get_current_key()
        count = self.count.value()
        expected = TEXT.split().count(word) * self.repeat
        if count != expected:
            raise RuntimeError(f"{word} was counted {count} times, not {expected}")
        yield f"{word} {count}"


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1")
    return number


def main():
    parser = argparse.ArgumentParser(description="Counts the words of a text.")
    parser.add_argument("--repeat", type=positive, default=100, help="how often the text comes (100)")
    arguments = parser.parse_args()
    in_main = application_properties.shown(application_properties.load())

    env = StreamExecutionEnvironment.get_execution_environment()
    (
        env.from_collection([TEXT] * arguments.repeat, Types.STRING())
        .flat_map(str.split, Types.STRING())
        .name("words")
        .uid("words")
        .key_by(lambda word: word, Types.STRING())
        .process(CountWords(arguments.repeat, in_main), Types.STRING())
        .name("count")
        .uid("count")
        .print()
        .name("print")
        .uid("print")
    )
    env.execute("BatchWordCount")


if __name__ == "__main__":
    main()
