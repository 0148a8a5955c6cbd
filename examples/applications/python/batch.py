"""Example of a bounded PyFlink job: it counts the words of a text that it brings along, and ends.

A wrong total fails the job. Metrics show the count while it runs (PyFlink has no accumulators), the
lines "word count" are in the TaskManager's standard output.
"""

import argparse

from pyflink.common import Types
from pyflink.datastream import RuntimeExecutionMode, StreamExecutionEnvironment
from pyflink.datastream.functions import MapFunction

import application_properties

TEXT = "the quick brown fox jumps over the lazy dog"


class Summarise(MapFunction):
    """Turns a (word, count) into a line, and checks the count."""

    def __init__(self, repeat, application_in_main):
        self.repeat = repeat
        self.application_in_main = application_in_main

    def open(self, runtime_context):
        application_properties.check_in_task(self.application_in_main)
        self.counter = runtime_context.get_metrics_group().counter("words")

    def map(self, value):
        word, count = value
        expected = TEXT.split().count(word) * self.repeat
        if count != expected:
            raise RuntimeError(f"{word} was counted {count} times, not {expected}")
        self.counter.inc(count)
        return f"{word} {count}"


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
    env.set_runtime_mode(RuntimeExecutionMode.BATCH)
    word_count = Types.TUPLE([Types.STRING(), Types.LONG()])
    (
        env.from_collection([TEXT] * arguments.repeat, Types.STRING())
        .flat_map(lambda line: ((word, 1) for word in line.split()), word_count)
        .name("words")
        .key_by(lambda pair: pair[0], Types.STRING())
        .reduce(lambda a, b: (a[0], a[1] + b[1]))
        .name("count")
        .map(Summarise(arguments.repeat, in_main), Types.STRING())
        .name("summarise")
        .print()
        .name("print")
    )
    env.execute("BatchWordCount")


if __name__ == "__main__":
    main()
