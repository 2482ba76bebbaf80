"""Reads a Perpscope history file with Python's standard library alone (3.9 or newer). docs/store.md describes the format.

As a module:

    from perpscope_store import History
    with History("history.db") as history:
        for series in history.series(kind="open-interest", base_asset="BTC"):
            for row in history.rows(series, from_ms=1735689600000):
                print(row["at_ms"], row["openInterestUsd"])

As a command: `python3 perpscope_store.py history.db --kind open-interest --instrument binance:BTCUSDT` writes CSV. The
file is opened read-only. A row or block whose checksum is wrong is left out and counted in `History.damaged`.
"""

import argparse
import csv
import json
import re
import sqlite3
import struct
import sys
import zlib
from collections import namedtuple

Series = namedtuple("Series", "id kind exchange instrument base_asset facet endpoint")

_SEALED = re.compile(r'\{"~":(\d{1,10})([,}])')
_WIDTHS = {1: "b", 2: "h", 4: "i"}
_NOT_BLOCKS = ("liquidation", "trade", "context")


def _text(number):
    """A time as JavaScript writes it: whole numbers without a fraction."""
    return str(int(number)) if float(number).is_integer() else repr(number)


def _values(text):
    """JSON as a row holds it: -0 keeps its sign."""
    return json.loads(text, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits))


def _crc(*pieces):
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return crc


def decode_column(data):
    """Returns the values of one column; None where a row has none."""
    form, exponent, width, has_absent, rows, first = struct.unpack_from("<BBBBId", data)
    start, present = 16, [True] * rows
    if has_absent:
        bits = data[start : start + (rows + 63) // 64 * 8]
        present = [bits[row >> 3] >> (row & 7) & 1 == 1 for row in range(rows)]
        start += len(bits)
    count = sum(present)
    values = _decode_present(data, start, form, exponent, width, first, count)
    if not has_absent:
        return values
    remaining = iter(values)
    return [next(remaining) if is_there else None for is_there in present]


def _decode_present(data, start, form, exponent, width, first, count):
    if form == 0:
        return [first] * count
    if form == 1:
        (step,) = struct.unpack_from("<d", data, start)
        return [first + row * step for row in range(count)]
    if form == 3:
        return list(struct.unpack_from(f"<{count}d", data, start))
    if form != 2:
        raise ValueError("a column is of an unknown form")
    deltas = count - 1
    if width == 6:
        low = struct.unpack_from(f"<{deltas}I", data, start)
        high = struct.unpack_from(f"<{deltas}h", data, start + 4 * deltas)
        steps = [big * 2**32 + small for big, small in zip(high, low)]
    else:
        steps = struct.unpack_from(f"<{deltas}{_WIDTHS[width]}", data, start)
    integer, power, values = int(first), float(10**exponent), []
    for step in (0, *steps):
        integer += step
        values.append(integer / power)
    return values


class History:
    """One history file, open for reading."""

    def __init__(self, path):
        self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._db.text_factory = lambda data: data.decode("utf-8", "replace")
        self.damaged = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._db.close()

    @property
    def source(self):
        """'live' or 'simulated'."""
        return self._db.execute("SELECT value FROM meta WHERE key = 'source'").fetchone()[0]

    def series(self, **wanted):
        """The series whose fields are as wanted, for example kind="candle", exchange="okx"."""
        found = self._db.execute("SELECT id, kind, exchange, instrument, base_asset, facet, endpoint FROM series ORDER BY id")
        return [one for one in map(Series._make, found) if all(getattr(one, name) == value for name, value in wanted.items())]

    def rows(self, series, from_ms=-(2**62), to_ms=2**62, known_at_ms=None):
        """Rows of a series as dicts, ascending by event time; with `known_at_ms` as they stood then."""
        merged = {}
        if series.kind not in _NOT_BLOCKS:
            merged.update(((row["at_ms"], ""), row) for row in self._blocks(series, from_ms, to_ms))
        merged.update(((row["at_ms"], event), row) for event, row in self._area("observation", series, from_ms, to_ms))
        if known_at_ms is not None:
            older = {}
            for event, row in self._area("revision", series, from_ms, to_ms):
                if row["received_at_ms"] <= known_at_ms:
                    older[(row["at_ms"], event)] = row
            merged = {key: row if row["received_at_ms"] <= known_at_ms else older.get(key) for key, row in merged.items()}
        return [row for _, row in sorted(merged.items(), key=lambda item: item[0]) if row is not None]

    def _area(self, table, series, from_ms, to_ms):
        found = self._db.execute(
            f"SELECT at_ms, event, received_at_ms, payload FROM {table} WHERE series_id = ? AND at_ms >= ? AND at_ms < ?"
            " ORDER BY at_ms, event, received_at_ms",
            (series.id, from_ms, to_ms),
        )
        for at_ms, event, received_at_ms, payload in found:
            values = self._unsealed(series.id, at_ms, event, received_at_ms, payload)
            if values is not None:
                yield event, {"at_ms": at_ms, "received_at_ms": received_at_ms, **values}

    def _unsealed(self, series_id, at_ms, event, received_at_ms, payload):
        try:
            head = _SEALED.match(payload)
            if head is not None:
                body = "{}" if head.group(2) == "}" else "{" + payload[head.end() :]
                text = f"{series_id} {_text(at_ms)} {_text(received_at_ms)} {body} {event}"
                if zlib.crc32(text.encode()) != int(head.group(1)):
                    raise ValueError("the checksum of a row is wrong")
                payload = body
            values = _values(payload)
            if not isinstance(values, dict):
                raise ValueError("a row is no object")
            return values
        except (ValueError, TypeError):
            self.damaged += 1
            return None

    def _blocks(self, series, from_ms, to_ms, step_ms=0):
        infos = self._db.execute(
            "SELECT id, from_ms, to_ms, rows, fields, seal FROM block"
            " WHERE series_id = ? AND step_ms = ? AND to_ms >= ? AND from_ms < ? ORDER BY from_ms",
            (series.id, step_ms, from_ms, to_ms),
        ).fetchall()
        for info in infos:
            try:
                rows = self._block(series.id, step_ms, *info)
            except (ValueError, KeyError, IndexError, struct.error):
                self.damaged += 1
                continue
            yield from (row for row in rows if from_ms <= row["at_ms"] < to_ms)

    def _block(self, series_id, step_ms, block_id, from_ms, to_ms, rows, fields, seal):
        place = f"{series_id}/{step_ms}/{_text(from_ms)}/{_text(to_ms)}/{rows}"
        if zlib.crc32(f"{block_id}/{place}/{fields}".encode()) != seal:
            raise ValueError("the checksum of a block is wrong")
        frame = self._part(block_id * 64, place, "")
        lengths = struct.unpack_from("<III", frame)
        starts = (16, 16 + lengths[0], 16 + lengths[0] + lengths[1])
        times, receipts, text = (frame[start : start + length] for start, length in zip(starts, lengths))
        shared = json.loads(text)
        runs = shared["runs"]
        rests = [_values(rest) for rest in shared["rests"]]
        rest_of = [rest for run in range(0, len(runs), 2) for rest in [rests[runs[run]]] * runs[run + 1]]
        found = [
            {"at_ms": int(at_ms), "received_at_ms": int(received_at_ms), **rest}
            for at_ms, received_at_ms, rest in zip(decode_column(times), decode_column(receipts), rest_of)
        ]
        for index, field in enumerate(json.loads(fields)):
            for row, value in zip(found, decode_column(self._part(block_id * 64 + 1 + index, place, field))):
                if value is not None:
                    row[field] = value
        return found

    def _part(self, part_id, place, field):
        data = self._db.execute("SELECT data FROM part WHERE id = ?", (part_id,)).fetchone()
        if data is None or len(data[0]) < 8:
            raise ValueError("a part is missing")
        crc, length = struct.unpack_from("<II", data[0])
        body = data[0][8:]
        if length != len(body) or crc != _crc(f"{place}/{field}".encode(), body):
            raise ValueError("the checksum of a part is wrong")
        return body


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Writes rows of a Perpscope history file as CSV.")
    parser.add_argument("file")
    for name in ("kind", "exchange", "instrument", "base-asset", "facet", "endpoint"):
        parser.add_argument(f"--{name}")
    for name in ("from-ms", "to-ms", "known-at-ms"):
        parser.add_argument(f"--{name}", type=int)
    wanted = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    times = {name: wanted.pop(name) for name in ("from_ms", "to_ms", "known_at_ms") if name in wanted}
    with History(wanted.pop("file")) as history:
        rows = []
        for series in history.series(**wanted):
            known = {"instrument": series.instrument, "kind": series.kind, "facet": series.facet, "endpoint": series.endpoint}
            rows += [{**known, **row} for row in history.rows(series, **times)]
        names = dict.fromkeys(name for row in rows for name in row)
        writer = csv.DictWriter(sys.stdout, names)
        writer.writeheader()
        writer.writerows(rows)
        if history.damaged:
            print(f"{history.damaged} rows or blocks cannot be read and are left out", file=sys.stderr)


if __name__ == "__main__":
    main()
