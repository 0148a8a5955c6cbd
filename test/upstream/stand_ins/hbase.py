"""A stand-in for HBase's Thrift server, as far as happybase asks one: tables of text in a file, so that they outlive it.

    hbase.py PORT FILE        (needs happybase, as whoever asks does)

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import sys
import threading

import happybase  # noqa: F401 - loads the interface that the next line imports
import Hbase_thrift as interface
from thriftpy2.protocol import TBinaryProtocolFactory
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TProcessor
from thriftpy2.transport import TBufferedTransportFactory, TServerSocket


def text(value):
    return value.decode() if isinstance(value, bytes) else value


class Tables:
    """Method and parameter names are the interface's."""

    def __init__(self, file):
        self.file, self.lock, self.scans, self.tables = file, threading.RLock(), {}, {}
        if os.path.exists(file):
            with open(file, encoding="utf-8") as stream:
                self.tables = json.load(stream)

    def save(self):
        with open(self.file + ".new", "w", encoding="utf-8") as stream:
            json.dump(self.tables, stream)
        os.replace(self.file + ".new", self.file)

    def createTable(self, tableName, columnFamilies):
        with self.lock:
            if text(tableName) in self.tables:
                raise interface.AlreadyExists(message="table exists")
            self.tables[text(tableName)] = {}
            self.save()

    def mutateRows(self, tableName, rowBatches, attributes=None):
        with self.lock:
            table = self.tables[text(tableName)]
            for batch in rowBatches:
                row = table.setdefault(text(batch.row), {})
                for mutation in batch.mutations:
                    column, value = text(mutation.column), text(mutation.value)
                    for name in [name for name in row if name == column or mutation.isDelete and name.startswith(column)]:
                        del row[name]
                    if not mutation.isDelete and value:  # HBase keeps nothing as empty
                        row[column] = value
                if not row:
                    del table[text(batch.row)]
            self.save()

    def getColumnDescriptors(self, tableName):
        return {"cf:": interface.ColumnDescriptor(name="cf:")}

    def getRowWithColumns(self, tableName, row, columns, attributes=None):
        with self.lock:
            return self.results({text(row): self.tables[text(tableName)].get(text(row), {})}, columns)

    @staticmethod
    def results(rows, columns):
        wanted = [text(column) for column in columns or []]
        found = []
        for key, row in sorted(rows.items()):
            cells = {name: interface.TCell(value=value, timestamp=1) for name, value in row.items() if not wanted or name in wanted}
            if cells:
                found.append(interface.TRowResult(row=key, columns=cells))
        return found

    def scannerOpenWithScan(self, tableName, scan, attributes=None):
        with self.lock:
            self.scans[len(self.scans)] = self.results(self.tables[text(tableName)], scan.columns)
            return len(self.scans) - 1

    def scannerGetList(self, id, nbRows):
        with self.lock:
            given, self.scans[id] = self.scans[id][:nbRows], self.scans[id][nbRows:]
            return given

    def scannerClose(self, id):
        self.scans[id] = []


if __name__ == "__main__":
    TThreadedServer(TProcessor(interface.Hbase, Tables(sys.argv[2])), TServerSocket("127.0.0.1", int(sys.argv[1])),
                    iprot_factory=TBinaryProtocolFactory(), itrans_factory=TBufferedTransportFactory()).serve()
