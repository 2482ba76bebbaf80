"""Perpscope's history in a notebook: one file, Python 3.9 or newer, the standard library alone. docs/notebook.md tells how.

    import perpscope
    frame = perpscope.series("BTC", "open-interest", since="90d", step="1h")
    frame.attrs["unit"], frame.attrs["share"]

`series`, `regimes`, `instruments` and `gaps` return a pandas frame where pandas is installed, a polars frame with
`frame="polars"`, else (or with `frame="plain"`) a `Table`: a dict of columns. Times are UTC, absent is NaN or None, never 0.
The file is opened read-only while Perpscope writes it. docs/store.md describes the format.
"""

import argparse
import csv
import glob
import json
import math
import os
import re
import sqlite3
import struct
import sys
import time
import warnings
import zlib
from array import array
from bisect import bisect_left
from collections import namedtuple
from datetime import datetime, timezone
from functools import lru_cache, reduce
from itertools import accumulate, chain, repeat
from operator import add, eq, lt, mul, truediv
from pathlib import Path

MINUTE_MS, HOUR_MS, DAY_MS, YEAR_MS = 60_000, 3_600_000, 86_400_000, 365 * 86_400_000
NAN = math.nan
_AHEAD_MS = 10_000
_SCHEMA = 3

Series = namedtuple("Series", "id kind exchange instrument base_asset facet endpoint")
Columns = namedtuple("Columns", "at received variant variants fields")
Part = namedtuple("Part", "exchange instrument endpoint shared values away")


class PerpscopeError(Exception):
    """What is wrong, where, and what to do; `code` tells programs which: store, usage or no-data."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Table(dict):
    """Columns by name, with `attrs` as a pandas frame has them; the first column, `atMs`, is epoch ms UTC where there are times."""

    def __init__(self, columns, attrs):
        super().__init__(columns)
        self.attrs = attrs

    def rows(self):
        """Returns the rows as tuples, in the order of the columns."""
        return list(zip(*self.values()))


# --- what each metric is made of; src/series/catalogue.ts, and a test holds the two together ---


def _field(name):
    return lambda shared, fields: fields.get(name)


def _has_negative(column):
    numpy = _numpy()
    if numpy is not None and column:
        return bool((numpy.frombuffer(column) < 0).any())
    return any(map(lt, column, repeat(0.0)))


def _one_sided(name):
    """Longs and shorts counted once; what is negative is no amount."""

    def values(shared, fields):
        column = fields.get(name)
        if column is None:
            return None
        if _has_negative(column):
            column = array("d", [NAN if value < 0 else value for value in column])
        return array("d", map(truediv, column, repeat(2.0))) if shared.get("sides") == "both" else column

    return values


def _of_both(name, other):
    def values(shared, fields):
        column, beside = fields.get(name), fields.get(other)
        if column is None or beside is None:
            return None if column is None else array("d", [NAN]) * len(column)
        return array("d", [NAN if there != there else value for value, there in zip(column, beside)])

    return values


def _volume_usd(shared, fields):
    close = fields.get("closeQuote")
    if close is None:
        return None
    nothing = array("d", [NAN]) * len(close)
    stated, coins = fields.get("volumeUsd", nothing), fields.get("volumeBase", nothing)
    return array("d", [base * price if usd != usd else usd for usd, base, price in zip(stated, coins, close)])


def _depth_usd(shared, fields):
    middle = fields.get("midPriceQuote")
    if middle is None or shared.get("reachedBid") is not True or shared.get("reachedAsk") is not True:
        return None
    nothing = array("d", [NAN]) * len(middle)

    def side(name):
        usd, base = fields.get(f"{name}Usd", nothing), fields.get(f"{name}Base", nothing)
        return [coins * price if stated != stated else stated for stated, coins, price in zip(usd, base, middle)]

    return array("d", map(add, side("bid"), side("ask")))


Metric = namedtuple("Metric", "column unit kind label observation facet fields values market readings carry_ms by_feed step_ms")


def _metric(column, unit, kind, label, observation, facet, fields, values, **more):
    usual = {"market": None, "readings": None, "carry_ms": 0, "by_feed": False, "step_ms": None}
    return Metric(column, unit, kind, label, observation, facet, fields, values, **{**usual, **more})


def _price(facet, name, label):
    return _metric(name, "quote", "level", label, "candle", facet, [name], _field(name))


def _amount(observation, facet, name, unit, **more):
    return _metric(name, unit, "adds-up", "end", observation, facet, [name], _field(name), **more)


def _taker(name, other, **more):
    return _metric(name, "base", "adds-up", "end", "taker-volume", "bar", [name, other], _of_both(name, other), **more)


def _interest(name, unit, **more):
    return _metric(name, unit, "adds-up", "start", "open-interest", "bar", [name], _one_sided(name), **more)


METRICS = {
    "open-interest": _interest("openInterestBase", "base", readings="now", carry_ms=2 * HOUR_MS),
    "open-interest-usd": _interest("openInterestUsd", "usd", readings="now"),
    "open-interest-daily": _interest("openInterestBase", "base", step_ms=DAY_MS),
    "open-interest-usd-daily": _interest("openInterestUsd", "usd", step_ms=DAY_MS),
    "last-open": _price("last", "openQuote", "start"),
    "last-high": _price("last", "highQuote", "end"),
    "last-low": _price("last", "lowQuote", "end"),
    "last-close": _price("last", "closeQuote", "end"),
    "mark-open": _price("mark", "openQuote", "start"),
    "mark-high": _price("mark", "highQuote", "end"),
    "mark-low": _price("mark", "lowQuote", "end"),
    "mark-close": _price("mark", "closeQuote", "end"),
    "volume-usd": _metric("volumeUsd", "usd", "adds-up", "end", "candle", "last", ["volumeUsd", "volumeBase", "closeQuote"], _volume_usd),
    "volume": _amount("candle", "last", "volumeBase", "base"),
    "volume-usd-stated": _amount("candle", "last", "volumeUsd", "usd"),
    "taker-buy": _taker("takerBuyBase", "takerSellBase"),
    "taker-sell": _taker("takerSellBase", "takerBuyBase"),
    "spot-taker-buy": _taker("takerBuyBase", "takerSellBase", market="spot"),
    "spot-taker-sell": _taker("takerSellBase", "takerBuyBase", market="spot"),
    "long-short-ratio": _metric("longShortRatio", "ratio", "ratio", "start", "long-short-ratio", "all-accounts", ["longShortRatio"], _field("longShortRatio")),
    "depth-usd": _metric("depthUsd", "usd", "adds-up", "start", "depth", None, ["bidUsd", "askUsd", "bidBase", "askBase", "midPriceQuote"], _depth_usd, readings="band-0.01"),
    "long-liquidations-usd": _amount("liquidation-volume", "bar", "longLiquidatedUsd", "usd", by_feed=True),
    "short-liquidations-usd": _amount("liquidation-volume", "bar", "shortLiquidatedUsd", "usd", by_feed=True),
    "long-liquidations": _amount("liquidation-volume", "bar", "longLiquidatedBase", "base", by_feed=True),
    "short-liquidations": _amount("liquidation-volume", "bar", "shortLiquidatedBase", "base", by_feed=True),
}
UNITS = {"base": "coins", "usd": "USD", "quote": "quote currency", "ratio": "ratio", "per-year": "fraction per year, simple"}

# --- what neighbours may contradict: src/series/calm.ts, with the factors of src/core/quantities.ts ---

_LEVELS = {
    "open-interest": {"openInterestBase": 50, "openInterestUsd": 50, "openInterestContracts": 50},
    "candle": {"closeQuote": 30, "volumeBase": 300, "volumeUsd": 300},
    "depth": {"midPriceQuote": 30},
}
_PAIRS = {
    "open-interest": [("openInterestBase", "openInterestUsd")],
    "candle": [("volumeBase", "volumeUsd"), ("takerBuyBase", "takerBuyUsd")],
    "taker-volume": [("takerBuyBase", "takerBuyUsd"), ("takerSellBase", "takerSellUsd")],
    "depth": [("bidBase", "bidUsd"), ("askBase", "askUsd")],
    "liquidation-volume": [("longLiquidatedBase", "longLiquidatedUsd"), ("shortLiquidatedBase", "shortLiquidatedUsd")],
}
_PRICE_FACTOR = 30
_JUDGED = {
    kind: [*_LEVELS.get(kind, {}), *chain.from_iterable(_PAIRS.get(kind, [])), *(["highQuote", "lowQuote"] if kind == "candle" else [])]
    for kind in {*_LEVELS, *_PAIRS}
}


class _Calm:
    """Which instruments hold values so far apart that Perpscope judges them by their neighbours; of all others it keeps every row."""

    def __init__(self):
        self._ranges, self._wild = {}, set()

    def note(self, instrument, kind, fields):
        """Takes columns of one series. Says that all is kept no sooner than Perpscope's own look does."""
        for name, factor in _LEVELS.get(kind, {}).items():
            column = fields.get(name, ())
            ends = _ends(column)
            if ends is not None and ends[0] == 0 and name.startswith("volume"):
                # A bar without a trade has one price and no volume.
                nothing = repeat(NAN)
                ends = _ends([value for value, high, low in zip(column, fields.get("highQuote", nothing), fields.get("lowQuote", nothing)) if value != 0 or high != low])
            self._range(instrument, name, ends, factor)
        for base, usd in _PAIRS.get(kind, []):
            if base in fields and usd in fields:
                self._range(instrument, base + " price", _price_ends(fields[base], fields[usd]), _PRICE_FACTOR)
        if kind == "candle" and "highQuote" in fields and "lowQuote" in fields:
            self._range(instrument, "width", _ends(_ratios(fields["highQuote"], fields["lowQuote"])), math.inf, _PRICE_FACTOR)

    def _range(self, instrument, name, ends, factor, most=math.inf):
        if ends is None:
            return
        before = self._ranges.get((instrument, name), ends)
        lowest, highest = min(before[0], ends[0]), max(before[1], ends[1])
        self._ranges[(instrument, name)] = (lowest, highest)
        # Room for rounding: what is on the line is left to Perpscope's judge.
        if not lowest > 0 or highest > lowest * factor * 0.999 or highest > most * 0.999:
            self._wild.add(instrument)

    def wild(self):
        return sorted(self._wild)


def _ends(column):
    """The lowest and the highest value; None where there is none."""
    numpy = _numpy()
    if numpy is not None and len(column) > 0:
        own = numpy.asarray(column)
        lowest = float(numpy.fmin.reduce(own))
        return None if lowest != lowest else (lowest, float(numpy.fmax.reduce(own)))
    is_whole = (total := sum(column)) == total
    numbers = column if is_whole else [value for value in column if value == value]
    return (min(numbers), max(numbers)) if len(numbers) > 0 else None


def _ratios(above, below):
    numpy = _numpy()
    if numpy is not None:
        with numpy.errstate(all="ignore"):
            return numpy.asarray(above) / numpy.asarray(below)
    ends = _ends(below)
    if ends is not None and ends[0] > 0:
        return array("d", map(truediv, above, below))
    return [one / other if other > 0 else math.inf if one > 0 else NAN for one, other in zip(above, below)]


def _price_ends(coins, dollars):
    """The lowest and the highest price that amounts in coins and in dollars state; 0 where one of them is 0 and the other is not."""
    ends, other = _ends(coins), _ends(dollars)
    if ends is None or other is None:
        return None
    if ends[0] > 0 and other[0] > 0:
        return _ends(_ratios(dollars, coins))
    both = [(base, usd) for base, usd in zip(coins, dollars) if base == base and usd == usd and (base > 0 or usd > 0)]
    return _ends([usd / base if base > 0 and usd > 0 else 0.0 for base, usd in both])


# --- the file: rows and blocks (docs/store.md) ---

_SEALED = re.compile(r'\{"~":(\d{1,10})([,}])')
_NOT_BLOCKS = ("liquidation", "trade", "context")
_PER_ROW = ("atMs", "receivedAtMs", "atBasis", "eventId")
_IDENTITY = ("barMs", "windowMs", "bandFraction", "expiresAtMs")
_BITS = [bytes(byte >> bit & 1 for bit in range(8)) for byte in range(256)]


def _text(number):
    """A time as JavaScript writes it: whole numbers without a fraction."""
    return str(int(number)) if float(number).is_integer() else repr(number)


def _values(text):
    """JSON as a row holds it: -0 keeps its sign."""
    return json.loads(text, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits))


def _is_column(name, value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and name not in _PER_ROW and name not in _IDENTITY


def _little(code, data):
    numbers = array(code)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _numpy():
    """numpy where something has loaded it, as pandas does: quicker, and to the bit what the standard library makes."""
    return sys.modules.get("numpy")


def _doubles(values):
    """A numpy array as an array of doubles."""
    made = array("d")
    made.frombytes(memoryview(values.astype("d", copy=False)).cast("B"))
    return made


def _stepped(code, first, step, count):
    """Whole numbers a step apart, as an array of doubles (`d`) or of integers (`q`)."""
    numpy = _numpy()
    if numpy is None or count == 0:
        return array(code, range(first, first + step * count, step))
    made = array(code, [0]) * count
    numpy.frombuffer(made, code)[:] = numpy.arange(first, first + step * count, step)
    return made


def decode_column(data):
    """Returns the values of one column as doubles; NaN where a row has none."""
    form, exponent, width, has_absent, rows, first = struct.unpack_from("<BBBBId", data)
    if not has_absent:
        return _decode_present(data, 16, form, exponent, width, first, rows)
    size = (rows + 63) // 64 * 8
    present = b"".join(map(_BITS.__getitem__, data[16 : 16 + size]))[:rows]
    found = _decode_present(data, 16 + size, form, exponent, width, first, present.count(1))
    numpy = _numpy()
    if numpy is not None and found:
        made = array("d", [NAN]) * rows
        numpy.frombuffer(made)[numpy.frombuffer(present, "?")] = numpy.frombuffer(found)
        return made
    values = iter(found)
    return array("d", [next(values) if is_there else NAN for is_there in present])


def _decode_present(data, start, form, exponent, width, first, count):
    if form == 0:
        return array("d", [first]) * count
    if form == 1:
        (step,) = struct.unpack_from("<d", data, start)
        if first.is_integer() and step.is_integer() and step > 0 and abs(first) + step * count < 2**53:
            return _stepped("d", int(first), int(step), count)
        return array("d", map(add, repeat(first), map(mul, range(count), repeat(step))))
    if form == 3:
        return _little("d", data[start : start + 8 * count])
    if form != 2:
        raise ValueError("a column is of an unknown form")
    deltas = count - 1
    numpy = _numpy()
    if numpy is not None and deltas > 0 and abs(first) < 2**53:
        return _doubles(_summed_up(numpy, data, start, width, first, deltas) / float(10**exponent))
    if width == 6:
        low = struct.unpack_from(f"<{deltas}I", data, start)
        high = struct.unpack_from(f"<{deltas}h", data, start + 4 * deltas)
        steps = map(add, low, map(mul, high, repeat(2**32)))
    else:
        steps = _little({1: "b", 2: "h", 4: "i"}[width], data[start : start + width * deltas])
    # Whole numbers add up exactly, and one division gives the double that was stored.
    wholes = accumulate(chain((int(first),), steps))
    return array("d", wholes if exponent == 0 else map(truediv, wholes, repeat(float(10**exponent))))


def _summed_up(numpy, data, start, width, first, deltas):
    wholes = numpy.empty(deltas + 1, "i8")
    wholes[0] = int(first)
    if width == 6:
        wholes[1:] = numpy.frombuffer(data, "<i2", deltas, start + 4 * deltas)
        wholes[1:] *= 2**32
        wholes[1:] += numpy.frombuffer(data, "<u4", deltas, start)
    else:
        wholes[1:] = numpy.frombuffer(data, {1: "<i1", 2: "<i2", 4: "<i4"}[width], deltas, start)
    return numpy.cumsum(wholes, out=wholes)


class Store:
    """One history file, open for reading. A row or block whose checksum is wrong is left out and counted in `damaged`."""

    def __init__(self, path):
        self.path = os.fspath(path)
        if not os.path.isfile(self.path):
            raise PerpscopeError("store", f"there is no history {self.path}; open Perpscope in the editor once, or name the file: open_store(path)")
        try:
            uri = Path(self.path).resolve().as_uri() + "?mode=ro"
            self._db = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
            self._db.text_factory = lambda data: data.decode("utf-8", "replace")
            meta = dict(self._db.execute("SELECT key, value FROM meta"))
        except sqlite3.Error as error:
            raise PerpscopeError("store", f"{self.path} cannot be read as a history ({error}); name another file") from error
        self.source, version = meta.get("source"), meta.get("schemaVersion")
        if self.source not in ("live", "simulated") or version != str(_SCHEMA):
            self.close()
            raise PerpscopeError("store", f"{self.path} has version {version} of a history, this perpscope.py reads {_SCHEMA}; take the perpscope.py of the Perpscope that writes it")
        self.damaged = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._db.close()

    def moment(self):
        """A context in which all reads see the file as it stood at one moment: rows move into blocks meanwhile."""
        return _Moment(self._db)

    def series(self, **wanted):
        """The series whose fields are as wanted, for example kind="candle", exchange="okx". Imported ones answer to their name alone."""
        found = self._db.execute("SELECT id, kind, exchange, instrument, base_asset, facet, endpoint FROM series ORDER BY id")
        is_named = "exchange" in wanted or "instrument" in wanted
        known = (one for one in map(Series._make, found) if is_named or not one.exchange.startswith("import:"))
        return [one for one in known if all(getattr(one, name) == value for name, value in wanted.items())]

    def rows(self, series, from_ms=-(2**62), to_ms=2**62, known_at_ms=None):
        """Rows of a series as dicts, ascending by event time; with `known_at_ms` as they stood then."""
        with self.moment():
            return self._rows(series, from_ms, to_ms, known_at_ms)

    def _rows(self, series, from_ms, to_ms, known_at_ms):
        merged = {}
        for at, received, runs, fields in self._blocks(series, from_ms, to_ms):
            rests = chain.from_iterable(repeat(rest, count) for rest, count in runs)
            for place, (at_ms, received_ms, rest) in enumerate(zip(at, received, rests)):
                own = {name: column[place] for name, column in fields.items() if column[place] == column[place]}
                merged[(int(at_ms), "")] = {"at_ms": int(at_ms), "received_at_ms": int(received_ms), **rest, **own}
        merged.update(((row["at_ms"], event), row) for event, row in self._area("observation", series, from_ms, to_ms))
        if known_at_ms is not None:
            older = {(row["at_ms"], event): row for event, row in self._area("revision", series, from_ms, to_ms) if row["received_at_ms"] <= known_at_ms}
            merged = {key: row if row["received_at_ms"] <= known_at_ms else older.get(key) for key, row in merged.items()}
        return [row for _, row in sorted(merged.items(), key=lambda item: item[0]) if row is not None]

    def columns(self, series, fields, from_ms, to_ms, known_at_ms=None):
        """The same rows as columns of doubles: event times, receipts, what each row shares (a place in `variants`), fields."""
        found = self._columns(series, fields, from_ms, to_ms, known_at_ms)
        nothing = {name: array("d", [NAN]) * len(found.at) for name in fields if name not in found.fields}
        return found._replace(fields={name: found.fields.get(name, nothing.get(name)) for name in fields})

    def _columns(self, series, fields, from_ms, to_ms, known_at_ms=None):
        """As `columns`, without the fields that no row has."""
        runs, variants = [], {}
        blocks = list(self._blocks(series, from_ms, to_ms, fields))
        for _, _, block_runs, _ in blocks:
            runs += [(variants.setdefault(_shared_text(rest), len(variants)), count) for rest, count in block_runs]
        at, received = (_one_after_another([block[place] for block in blocks]) for place in (0, 1))
        variant = _places_of(runs, len(variants))
        lengths = [len(block[0]) for block in blocks]
        columns = {name: _one_after_another([block[3].get(name) for block in blocks], lengths) for name in fields if any(name in block[3] for block in blocks)}
        in_blocks = len(at)
        standing = list(self._area("observation", series, from_ms, to_ms))
        older = []
        if known_at_ms is not None:
            older = [one for one in self._area("revision", series, from_ms, to_ms) if one[1]["received_at_ms"] <= known_at_ms]
        is_known = known_at_ms is None
        for name in fields:
            if name not in columns and any(name in row for _, row in chain(standing, older)):
                columns[name] = array("d", [NAN]) * in_blocks
        for _, row in chain(standing, older):
            at.append(row["at_ms"])
            received.append(row["received_at_ms"])
            variant.append(variants.setdefault(_shared_text(row), len(variants)))
            for name, column in columns.items():
                column.append(row.get(name, NAN))
        found = Columns(at, received, variant, [json.loads(text) for text in variants], columns)
        is_even = in_blocks in (0, len(at)) or (in_blocks and at[in_blocks] > at[in_blocks - 1])
        if is_known and is_even:
            return found
        # A row of the row area stands before one of a block; of what is not known yet, the newest that it took the place of.
        place_of = {}
        count = len(at) - len(older)
        for place in range(count):
            place_of[at[place]] = place
        if not is_known:
            before = {at[place]: place for place in range(count, len(at))}
            place_of = {when: place if received[place] <= known_at_ms else before.get(when) for when, place in place_of.items()}
        return _picked(found, [place for _, place in sorted(place_of.items()) if place is not None])

    def gaps(self, from_ms, to_ms):
        """Times in which a stream may have missed something, as dicts, ascending."""
        found = self._db.execute("SELECT exchange, stream, from_ms, to_ms, cause, backfilled, seal FROM gap WHERE to_ms >= ? AND from_ms < ? ORDER BY from_ms, to_ms, exchange, stream", (from_ms, to_ms))
        for exchange, stream, start, end, cause, filled, seal in found:
            text = f"{exchange} {stream} {_text(start)} {_text(end)} {cause} {filled}"
            if seal is not None and zlib.crc32(text.encode()) != seal:
                self.damaged += 1
            else:
                yield {"exchange": exchange, "stream": stream, "fromMs": start, "toMs": end, "cause": cause, "backfilled": filled == 1}

    def journal(self, topic, key, from_ms, to_ms):
        """Entries of the journal as (time in ms, body), ascending."""
        found = self._db.execute("SELECT at_ms, body, seal FROM journal WHERE topic = ? AND key = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, sequence", (topic, key, from_ms, to_ms))
        for at_ms, body, seal in found:
            if zlib.crc32(f"{topic} {key} {_text(at_ms)} {body}".encode()) == seal:
                yield at_ms, json.loads(body)
            else:
                self.damaged += 1

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

    def _blocks(self, series, from_ms, to_ms, wanted=None):
        if series.kind in _NOT_BLOCKS:
            return
        infos = self._db.execute(
            "SELECT id, from_ms, to_ms, rows, fields, seal FROM block"
            " WHERE series_id = ? AND step_ms = 0 AND to_ms >= ? AND from_ms < ? ORDER BY from_ms",
            (series.id, from_ms, to_ms),
        ).fetchall()
        for info in infos:
            try:
                at, received, runs, fields = self._block(series.id, wanted, *info)
            except (ValueError, KeyError, IndexError, struct.error):
                self.damaged += 1
                continue
            first, last = bisect_left(at, from_ms), bisect_left(at, to_ms)
            if first > 0 or last < len(at):
                at, received, runs = at[first:last], received[first:last], _cut(runs, first, last)
                fields = {name: column[first:last] for name, column in fields.items()}
            yield at, received, runs, fields

    def _block(self, series_id, wanted, block_id, from_ms, to_ms, rows, fields, seal):
        place = f"{series_id}/0/{_text(from_ms)}/{_text(to_ms)}/{rows}"
        if zlib.crc32(f"{block_id}/{place}/{fields}".encode()) != seal:
            raise ValueError("the checksum of a block is wrong")
        named = [(index, name) for index, name in enumerate(_names(fields)) if wanted is None or name in wanted]
        parts = self._block_parts(block_id * 64, place, [(0, ""), *((index + 1, name) for index, name in named)])
        frame = parts[0]
        lengths = struct.unpack_from("<III", frame)
        starts = (16, 16 + lengths[0], 16 + lengths[0] + lengths[1])
        times, receipts, text = (frame[start : start + length] for start, length in zip(starts, lengths))
        rest_runs = _rest_runs(text)
        columns = {name: decode_column(body) for (_, name), body in zip(named, parts[1:])}
        at, received = decode_column(times), decode_column(receipts)
        if {len(at), len(received), sum(count for _, count in rest_runs), *map(len, columns.values())} != {rows}:
            raise ValueError("a column of a block has not its number of rows")
        return at, received, rest_runs, columns

    def _block_parts(self, first_id, place, wanted):
        ids = [first_id + index for index, _ in wanted]
        found = dict(self._db.execute(f"SELECT id, data FROM part WHERE id IN ({','.join('?' * len(ids))})", ids))
        parts = []
        for part_id, (_, field) in zip(ids, wanted):
            data = found.get(part_id, b"")
            if len(data) < 8:
                raise ValueError("a part is missing")
            crc, length = struct.unpack_from("<II", data)
            body = data[8:]
            if length != len(body) or crc != zlib.crc32(body, zlib.crc32(f"{place}/{field}".encode())):
                raise ValueError("the checksum of a part is wrong")
            parts.append(body)
        return parts


@lru_cache(maxsize=256)
def _names(text):
    return json.loads(text)


@lru_cache(maxsize=256)
def _rest_runs(text):
    """What rows hold beside numbers, with how many rows in a row hold it: hardly a block differs from the one before."""
    shared = json.loads(text)
    rests, runs = [_values(rest) for rest in shared["rests"]], shared["runs"]
    return [(rests[runs[run]], runs[run + 1]) for run in range(0, len(runs), 2)]


class _Moment:
    """One transaction for reading; within another one it is that one."""

    def __init__(self, db):
        self._db, self._is_own = db, not db.in_transaction

    def __enter__(self):
        if self._is_own:
            self._db.execute("BEGIN")

    def __exit__(self, *_):
        if self._is_own:
            self._db.execute("COMMIT")


def _shared_text(row):
    kept = {name: value for name, value in row.items() if name not in _PER_ROW and name not in ("at_ms", "received_at_ms") and not _is_column(name, value)}
    return json.dumps(kept, sort_keys=True)


def _one_after_another(pieces, lengths=None):
    """Columns of blocks as one; what a block has no column of is absent in it. At once: an array that grows is copied by each block."""
    lengths = lengths or list(map(len, pieces))
    made = array("d", [NAN]) * sum(lengths)
    view, start = memoryview(made), 0
    for piece, length in zip(pieces, lengths):
        if piece is not None:
            view[start : start + length] = memoryview(piece)
        start += length
    return made


def _places_of(runs, count):
    """The place of each row among `count` variants."""
    code = "B" if count <= 256 else "l"
    return array(code, chain.from_iterable(repeat(place, rows) for place, rows in runs)) if count > 1 else array(code, bytes(sum(rows for _, rows in runs)))


def _cut(runs, first, last):
    """The runs of the rows from one place to another."""
    cut, start = [], 0
    for rest, count in runs:
        length = min(last, start + count) - max(first, start)
        if length > 0:
            cut.append((rest, length))
        start += count
    return cut


def _picked(found, places):
    def pick(column):
        return array(column.typecode, map(column.__getitem__, places))

    fields = {name: pick(column) for name, column in found.fields.items()}
    return Columns(pick(found.at), pick(found.received), pick(found.variant), found.variants, fields)


# --- rows on a grid of steps, as src/series joins them ---


def _bar_ms(facet):
    found = re.search(r"-(\d+)$", facet)
    return int(found.group(1)) if found else None


def _label(way, at_ms, step_ms):
    if way == "nearest":
        return int(at_ms / step_ms + 0.5) * step_ms if at_ms >= 0 else math.floor(at_ms / step_ms + 0.5) * step_ms
    return math.floor(at_ms / step_ms) * step_ms


def _bars(rows, step_ms, bar_ms):
    """Bars that begin with a step: {label: place}; of two of one label the one received later."""
    found = {}
    floor_ms = min(bar_ms, HOUR_MS)
    for place, at_ms in enumerate(rows.at):
        label = _label("start", at_ms, floor_ms)
        if label % step_ms == 0 and (label not in found or rows.received[place] > rows.received[found[label]]):
            found[label] = place
    return found


def _readings(rows, step_ms):
    """Readings: {label: place} of the nearest to each label, of equally near ones the one received later."""
    found = {}
    for place, at_ms in enumerate(rows.at):
        label = _label("nearest", at_ms, step_ms)
        best = found.get(label)
        if best is not None:
            closer = abs(rows.at[best] - label) - abs(at_ms - label)
            if closer < 0 or (closer == 0 and rows.received[place] < rows.received[best]):
                continue
        found[label] = place
    return found


def _summed(rows, step_ms, bar_ms):
    """Shorter bars added up, of steps whose bars are all there and share what they share; every field adds up."""
    steps = {}
    for place, at_ms in enumerate(rows.at):
        steps.setdefault(_label("start", at_ms, step_ms), []).append(place)
    whole = {
        label: places
        for label, places in steps.items()
        if len(places) * bar_ms == step_ms and len({rows.variant[place] for place in places}) == 1
    }
    fields = {
        name: array("d", [reduce(add, map(column.__getitem__, places), 0.0) for places in whole.values()])
        for name, column in rows.fields.items()
    }
    received = array("d", [max(map(rows.received.__getitem__, places)) for places in whole.values()])
    variant = array("l", [rows.variant[places[0]] for places in whole.values()])
    at = array("d", whole)
    return Columns(at, received, variant, rows.variants, fields), {label: place for place, label in enumerate(whole)}


def _parts(store, one, metric, grid, way, known_at_ms, calm):
    """The values of one stored series on the grid, one part for each thing that its rows share."""
    first_ms, step_ms, length, until_ms = grid
    bar_ms = _bar_ms(one.facet) if way != "nearest" else None
    from_ms, to_ms = first_ms - step_ms, min(first_ms + (length + 1) * step_ms, until_ms + _AHEAD_MS)
    if way == "nearest":
        from_ms = first_ms - step_ms / 2
    # Neighbours are those of a day before and after as well.
    looked_at = list(dict.fromkeys([*metric.fields, *_JUDGED.get(metric.observation, [])]))
    rows = store._columns(one, looked_at, from_ms - DAY_MS, to_ms + DAY_MS, known_at_ms)
    calm.note(one.instrument, metric.observation, rows.fields)
    first, last = bisect_left(rows.at, from_ms), bisect_left(rows.at, to_ms)
    if first > 0 or last < len(rows.at):
        rows = Columns(rows.at[first:last], rows.received[first:last], rows.variant[first:last], rows.variants, {name: column[first:last] for name, column in rows.fields.items()})
    if metric.observation == "candle" and bar_ms:
        # A bar that is over and was last seen while it ran has the close and the volume of a part.
        ends = array("d", map(add, rows.at, repeat(float(bar_ms))))
        if any(map(lt, rows.received, ends)):
            rows = _picked(rows, [place for place, end in enumerate(ends) if end > until_ms or rows.received[place] >= end])
    if not rows.at:
        return
    is_even = way == "bars" and bar_ms == step_ms and rows.at[0] % step_ms == 0 and _is_even(rows.at, step_ms)
    if way == "summed":
        rows, place_of = _summed(rows, step_ms, bar_ms)
    elif is_even and len(rows.variants) == 1:
        place_of = None
    else:
        place_of = _readings(rows, step_ms) if way == "nearest" else _bars(rows, step_ms, bar_ms)
    last_ms = first_ms + (length - 1) * step_ms
    if way != "nearest":
        # A bar that runs has no close and no volume yet; and no bar is there before it begins.
        last_ms = min(last_ms, until_ms - step_ms if metric.label == "end" else until_ms + _AHEAD_MS)
    for variant, own in enumerate(rows.variants):
        shared = {**own, "exchange": one.exchange}
        if (own.get("market") or "perpetual") != (metric.market or "perpetual"):
            continue
        values = metric.values(shared, rows.fields)
        if values is None:
            continue
        column = array("d", [NAN]) * length
        away = array("d", [NAN]) * length if way == "nearest" else None
        if place_of is None:
            offset = int(rows.at[0] - first_ms) // step_ms
            start, end = max(0, -offset), min(len(values), int((last_ms - first_ms) // step_ms) + 1 - offset)
            if end > start:
                memoryview(column)[start + offset : end + offset] = memoryview(values)[start:end]
        else:
            for label, place in place_of.items():
                if rows.variant[place] == variant and first_ms <= label <= last_ms:
                    at = (label - first_ms) // step_ms
                    column[at] = values[place]
                    if away is not None:
                        away[at] = abs(rows.received[place] - label)
        if _extent(column)[2] > 0:
            yield Part(one.exchange, one.instrument, one.endpoint, shared, column, away)


def _is_even(at, step_ms):
    """Whether times follow each other by the step, without a hole."""
    if at[-1] - at[0] != (len(at) - 1) * step_ms:
        return False
    numpy = _numpy()
    if numpy is not None:
        own = numpy.frombuffer(at)
        return bool((own[1:] - own[:-1] == step_ms).all())
    return at == _stepped("d", int(at[0]), step_ms, len(at))


def _extent(column):
    """The first and the last place with a value, and how many there are."""
    numpy = _numpy()
    if numpy is not None and column:
        known = numpy.equal(*[numpy.frombuffer(column)] * 2)
        count = int(numpy.count_nonzero(known))
        return (int(known.argmax()), len(known) - 1 - int(known[::-1].argmax()), count) if count > 0 else (-1, -1, 0)
    first = next((place for place, value in enumerate(column) if value == value), -1)
    if first < 0:
        return (-1, -1, 0)
    last = next(place for place in range(len(column) - 1, -1, -1) if column[place] == column[place])
    own = column[first : last + 1]
    # A sum that is a number has met none that is not.
    is_whole = (total := sum(own)) == total
    return (first, last, len(own) if is_whole else sum(map(eq, own, own)))


def _chosen(store, asset, metric, step_ms, grid, known_at_ms, calm, only=None):
    """All parts of a metric: bars of the step where an instrument has them, else shorter ones, else readings."""
    own = [one for one in store.series(kind=metric.observation, base_asset=asset) if only is None or one.exchange in only]
    by_instrument = {}
    for one in own:
        by_instrument.setdefault(one.instrument, []).append(one)
    parts, steps, off_grid = [], set(), set()
    for ones in by_instrument.values():
        bars = [one for one in ones if metric.facet and re.fullmatch(re.escape(metric.facet) + r"-\d+", one.facet)]
        steps.update(_bar_ms(one.facet) for one in bars)
        found = []
        for bar_ms in sorted({_bar_ms(one.facet) for one in bars if _may_speak(one, metric, step_ms)}, reverse=True):
            if found and not (metric.observation == "open-interest" and bar_ms == _FINER_MS):
                continue
            # What is of the start of a step is what the shorter bar of that start says; amounts of a step add up.
            way = "bars" if bar_ms == step_ms or metric.label == "start" else "summed"
            if way == "summed" and (metric.kind != "adds-up" or len(metric.fields) > 1 and metric.observation == "candle"):
                continue
            of_length = [one for one in bars if _bar_ms(one.facet) == bar_ms]
            own = [part for one in of_length for part in _parts(store, one, metric, grid, way, known_at_ms, calm)]
            # Five-minute levels stand behind longer bars, step by step.
            found += [part._replace(away=array("d", [1.0]) * len(part.values)) for part in own] if found else own
        # Two series of one instrument, of bars and of readings, would be one line with a step in it.
        has_bars = not found and any(_bar_ms(one.facet) == step_ms and _has_rows(store, one, grid) for one in bars)
        if has_bars:
            off_grid.update(one.exchange for one in bars)
        elif not found:
            readings = [one for one in ones if metric.readings and one.facet == metric.readings]
            found = [part for one in readings for part in _parts(store, one, metric, grid, "nearest", known_at_ms, calm)]
        parts += found
    return parts, sorted(steps), sorted(off_grid - {part.exchange for part in parts})


# Whose bars of a moment may say another one than their label: the newest runs under its start. src/core/levelBars.ts, and a test holds the two together.
LEVEL_BARS_RUN = ("gate",)
_FINER_MS = 5 * MINUTE_MS


def _may_speak(one, metric, step_ms):
    """Whether bars of a series can be read as steps: parts of it, of days that the exchange itself states five minutes at most."""
    bar_ms = _bar_ms(one.facet)
    if step_ms % bar_ms != 0 or metric.step_ms is not None and bar_ms not in (metric.step_ms, _FINER_MS):
        return False
    is_moment = metric.observation in ("open-interest", "long-short-ratio")
    return not (is_moment and bar_ms < min(step_ms, HOUR_MS) and one.exchange in LEVEL_BARS_RUN)


def _has_rows(store, one, grid):
    first_ms, step_ms, length, _ = grid
    return len(store.columns(one, [], first_ms, first_ms + length * step_ms).at) > 0


def _joined(parts, kind, step_ms):
    """One column per exchange: src/series/join.ts."""
    lines = {}
    for part in sorted(parts, key=lambda part: part.instrument):
        lines.setdefault((part.exchange, part.instrument), []).append(part)
    by_exchange = {}
    for (exchange, _), own in lines.items():
        column = own[0].values if len(own) == 1 else _merged(own)
        by_exchange.setdefault(exchange, []).append((column, *_extent(column)))
    return {exchange: _of_instruments(by_exchange[exchange], kind, step_ms) for exchange in sorted(by_exchange)}


def _merged(parts):
    values, away = array("d", [NAN]) * len(parts[0].values), array("d", [math.inf]) * len(parts[0].values)
    for part in sorted(parts, key=lambda part: part.endpoint):
        for at, value in enumerate(part.values):
            distance = part.away[at] if part.away is not None else 0.0
            if value == value and not distance > away[at]:
                values[at], away[at] = value, distance
    return values


def _of_instruments(lines, kind, step_ms):
    """Of the instruments that have not ended amounts add up where all are known; of a level the one with most values speaks."""
    newest = max(last for _, _, last, _ in lines)
    running = [line for line in lines if line[2] >= newest - max(1, 2 * HOUR_MS / step_ms)]
    if kind != "adds-up":
        return max(running, key=lambda line: line[3])[0]
    return reduce(lambda total, line: array("d", map(add, total, line[0])), running[1:], running[0][0])


def _carried(column, carry):
    """Holes between two values that are no longer than `carry` steps bridged by the value before."""
    values, before = column[:], -1
    for at, value in enumerate(column):
        if value != value:
            continue
        missing = at - before - 1
        if before >= 0 and 0 < missing <= carry:
            values[before + 1 : at] = array("d", [column[before]]) * missing
        before = at
    return values


def aligned_sum(by_exchange, end, steps, minimum_steps, carry=0):
    """
    Returns the like-for-like sum of src/series/sums.ts over the `steps` places that end with place `end`: only exchanges take part that
    have the last step, `minimum_steps` in all and hardly a hole. Returns (values, exchanges, carried, share) or None.
    """
    first = end - steps + 1
    counted, whole, held, carried = [], 0.0, 0.0, []
    for exchange, column in by_exchange.items():
        own = array("d", [NAN]) * max(0, -first) + column[max(0, first) : end + 1]
        own += array("d", [NAN]) * (steps - len(own))
        bridged = _carried(own, carry) if carry > 0 else own
        known = [value for value in bridged if value == value]
        usual = reduce(add, known, 0.0) / len(known) if known else 0.0
        whole += usual
        span = steps - _extent(bridged)[0] if known else 0
        if known and bridged[-1] == bridged[-1] and len(known) >= minimum_steps and span - len(known) <= max(2, 0.05 * span):
            counted.append((exchange, bridged))
            held += usual
            if bridged.tobytes() != own.tobytes():
                carried.append(exchange)
    if not counted:
        return None
    values = reduce(lambda total, one: array("d", map(add, total, one[1])), counted, array("d", [0.0]) * steps)
    return values, [exchange for exchange, _ in counted], carried, held / whole if whole > 0 else 1.0


def newest_aligned_sum(by_exchange, newest, steps, minimum_steps, carry=0):
    """As `aligned_sum` up to the newest place, or one before where that counts more exchanges. Returns (end, sum) or None."""

    def count(end):
        found = aligned_sum(by_exchange, end, steps, minimum_steps)
        return len(found[1]) if found else 0

    end = newest - 1 if count(newest - 1) > count(newest) else newest
    found = aligned_sum(by_exchange, end, steps, minimum_steps, carry)
    return None if found is None else (end, found)


# --- what notebooks call ---

_LENGTHS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}


def _length_ms(name, text):
    found = re.fullmatch(r"(\d+)([mhdw])", str(text))
    if found is None or int(found.group(1)) == 0:
        raise PerpscopeError("usage", f"{name}={text!r} is no length of time; write for example 5m, 1h or 90d")
    return int(found.group(1)) * _LENGTHS[found.group(2)]


def _time_ms(name, value, now_ms):
    """A moment: a length before now ("90d"), a date or time as text (UTC unless it says otherwise), a datetime, or epoch ms."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d+[mhdw]", value):
        return now_ms - _length_ms(name, value)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise PerpscopeError("usage", f"{name}={value!r} is no time; write for example 90d, 2026-01-31 or 2026-01-31T08:00") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def _range(since, until):
    now_ms = int(time.time() * 1000)
    until_ms = now_ms if until is None else _time_ms("until", until, now_ms)
    since_ms = _time_ms("since", since, now_ms)
    if not since_ms < until_ms:
        raise PerpscopeError("usage", f"since={since!r} is not before until={until!r}")
    return since_ms, until_ms


def _folders():
    home = Path.home()
    bases = [home / ".config", home / "Library" / "Application Support", Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")]
    names = ["Code", "Code - Insiders", "VSCodium", "Cursor"]
    users = [base / name / "User" for base in bases for name in names]
    users += [home / name / "data" / "User" for name in (".vscode-server", ".vscode-server-insiders", ".vscodium-server", ".cursor-server")]
    return [user / "globalStorage" / "perpscope.perpscope" for user in users]


def find_store(simulated=False):
    """
    Returns the path of the history: PERPSCOPE_STORE, else beside this file or its folder, else where the editors keep it; of several the one
    written last. With `simulated` the simulated market's, which is a file of its own. Raises PerpscopeError where there is none.
    """
    named = os.environ.get("PERPSCOPE_STORE")
    if named and not simulated:
        return named
    beside = Path(__file__).resolve().parent
    if named:
        stem, pattern = Path(named).stem, Path(named).suffix
        places = [(Path(named).parent, f"{stem}.simulated*{pattern}")]
    else:
        places = [(folder, "history.simulated*.sqlite" if simulated else "history.sqlite") for folder in [beside, beside.parent, *_folders()]]
    for group in (places[:2], places[2:]):
        found = [path for folder, pattern in group for path in glob.glob(os.path.join(glob.escape(str(folder)), pattern))]
        if found:
            return max(found, key=lambda path: max(os.path.getmtime(one) for one in (path, path + "-wal") if os.path.exists(one)))
    what = "simulated history" if simulated else "history"
    advice = "open Perpscope in the editor once, set PERPSCOPE_STORE, or pass store=PATH"
    raise PerpscopeError("store", f"no {what} was found beside {beside.name}/perpscope.py or where the editors keep it; {advice}")


def open_store(path=None, simulated=False):
    """Returns the history at `path`, else the one that `find_store` finds. Raises PerpscopeError (code `store`)."""
    return Store(find_store(simulated) if path is None else path)


class _Opened:
    """A store that is closed afterwards, unless it was open before; all that is read is of one moment."""

    def __init__(self, store, simulated):
        self._is_own = not isinstance(store, Store)
        self._store = open_store(store, simulated) if self._is_own else store
        if simulated and self._store.source != "simulated":
            raise PerpscopeError("usage", f"{self._store.path} holds live numbers; leave simulated out")

    def __enter__(self):
        self._moment = self._store.moment()
        self._moment.__enter__()
        return self._store

    def __exit__(self, *error):
        self._moment.__exit__(*error)
        if self._is_own:
            self._store.close()


def _framed(at_ms, columns, attrs, frame):
    """Columns as what was asked for: pandas with an index `at`, polars with a column `at`, or a Table."""
    if frame not in (None, "pandas", "polars", "plain"):
        raise PerpscopeError("usage", f"frame={frame!r} is none of pandas, polars, plain")
    if frame == "polars":
        try:
            import polars
        except ImportError:
            raise PerpscopeError("usage", "polars is not installed here; install it or leave frame out") from None
        head = {} if at_ms is None else {"at": polars.Series(list(at_ms)).cast(polars.Datetime("ms", "UTC"))}
        made = polars.DataFrame({**head, **{name: list(column) for name, column in columns.items()}}, strict=False)
        floats = [name for name, column in columns.items() if isinstance(column, array)]
        made = made.with_columns(polars.col(floats).fill_nan(None)) if floats else made
        made.attrs = attrs
        return made
    if frame != "plain":
        try:
            import pandas
        except ImportError:
            if frame == "pandas":
                raise PerpscopeError("usage", "pandas is not installed here; install it or leave frame out") from None
        else:
            import numpy

            index = None if at_ms is None else pandas.DatetimeIndex((numpy.array(at_ms, "i8") * 1_000_000).view("M8[ns]"), name="at").tz_localize("UTC")
            data = {name: numpy.array(column) if isinstance(column, array) else column for name, column in columns.items()}
            made = pandas.DataFrame(data, index=index)
            made.attrs.update(attrs)
            return made
    return Table(columns if at_ms is None else {"atMs": at_ms, **columns}, attrs)


def _attrs(store, **more):
    return {"source": store.source, "isSimulated": store.source == "simulated", "store": store.path, **more, "damaged": store.damaged}


def _asset_or_raise(store, asset):
    known = sorted({one.base_asset for one in store.series()})
    if asset not in known:
        raise PerpscopeError("no-data", f"{store.path} keeps nothing of {asset!r}; it keeps {', '.join(known) or 'nothing yet'}")


def series(asset, metric="open-interest", since="90d", until=None, step="1h", exchange=None, as_known_at=None, *, store=None, simulated=False, frame=None):
    """
    Returns a metric by steps, a column per exchange (`binance.openInterestBase`) and, of amounts, the like-for-like sum
    `aggregate.openInterestBase`, whose exchanges and share are in `attrs["aggregate"]`. With `exchange="binance"` (or "aggregate")
    the column alone, `openInterestBase`. `as_known_at`: as the numbers stood then. Raises PerpscopeError.
    """
    if metric != "funding" and metric not in METRICS:
        raise PerpscopeError("usage", f"there is no metric {metric!r}; there are {', '.join([*METRICS, 'funding'])}")
    since_ms, until_ms = _range(since, until)
    known_at_ms = None if as_known_at is None else _time_ms("as_known_at", as_known_at, int(time.time() * 1000))
    made = METRICS.get(metric, _FUNDING)
    step_ms = made.step_ms or _length_ms("step", step)
    if metric == "funding" and step_ms != HOUR_MS:
        raise PerpscopeError("usage", "rates are kept by settlement, not by steps: leave step out; each stands at its hour")
    if since_ms < 0 or (until_ms - since_ms) / step_ms > 5_000_000:
        raise PerpscopeError("usage", f"since={since!r} and step={step!r} are more than 5 million steps; take a longer step")
    named = [exchange] if isinstance(exchange, str) else exchange
    # Others are read where a sum or feeds are asked for.
    only = None if named is None or "aggregate" in named or made.by_feed else set(named)
    first_ms = math.ceil(since_ms / step_ms) * step_ms
    length = (math.floor(until_ms / step_ms) * step_ms + step_ms - first_ms) // step_ms + 1
    grid = (first_ms, step_ms, length, until_ms)
    with _Opened(store, simulated) as opened:
        _asset_or_raise(opened, asset)
        calm = _Calm()
        if metric == "funding":
            parts, steps, off_grid = list(_funding_parts(opened, asset, grid, known_at_ms)), [], []
        else:
            parts, steps, off_grid = _chosen(opened, asset, made, step_ms, grid, known_at_ms, calm, only)
            if only is not None and only != {part.exchange for part in parts}:
                parts, steps, off_grid = _chosen(opened, asset, made, step_ms, grid, known_at_ms, calm)
        parts = _with_sides(parts, made)
        attrs = _attrs(opened, asset=asset, metric=metric, unit=UNITS[made.unit], step=step if made.step_ms is None else "1d", timezone="UTC", asKnownAtMs=known_at_ms, offGrid=off_grid)
        attrs["label"] = "start of the step; a value is of that moment" if made.label == "start" else "start of the step; a value is of the whole step"
        attrs["notJudged"] = calm.wild()
        if made.observation == "open-interest":
            attrs["sides"] = {exchange: _sides_of(parts, exchange) for exchange in sorted({part.exchange for part in parts})}
    if not parts:
        lengths = ", ".join(f"{one // MINUTE_MS}m" for one in steps)
        raise PerpscopeError("no-data", f"{attrs['store']} has no {metric} of {asset} by {attrs['step']} in this time" + (f"; bars are of {lengths}" if steps else "") + (f"; what {', '.join(off_grid)} states fits into no step that begins at midnight UTC" if off_grid else ""))
    if attrs["notJudged"]:
        warnings.warn(f"{', '.join(attrs['notJudged'])}: values far from their neighbours, of which Perpscope leaves out what cannot be; here all stand. `perpscope query` gives the judged ones", stacklevel=2)
    return _framed(*_columns_of(parts, made, grid, exchange, attrs), attrs, frame)


def _columns_of(parts, metric, grid, exchange, attrs):
    first_ms, step_ms, length, until_ms = grid
    if metric.by_feed:
        # What feeds of one exchange tell of the same events is told apart and never joined.
        named = {f"{part.exchange} ({part.endpoint}{', ' + part.shared['coverage'] if 'coverage' in part.shared else ''})": part.values for part in parts}
    else:
        named = _joined(parts, metric.kind, step_ms)
    newest = max(_extent(column)[1] for column in named.values())
    is_summed = exchange is None or "aggregate" in ([exchange] if isinstance(exchange, str) else exchange)
    if is_summed and metric.kind == "adds-up" and not metric.by_feed:
        first = min(_extent(column)[0] for column in named.values())
        # A reading may belong to the step that comes: a sum ends with one that has begun.
        last = max(_extent(column[: int((until_ms - first_ms) // step_ms) + 1])[1] for column in named.values())
        steps = max(1, last - first + 1)
        found = newest_aligned_sum(named, last, steps, steps / 2, metric.carry_ms // step_ms)
        attrs["aggregate"] = None
        if found is not None:
            end, (values, exchanges, carried, share) = found
            total = array("d", [NAN]) * length
            start = end - steps + 1
            total[max(0, start) : end + 1] = values[max(0, -start) :]
            attrs["aggregate"] = {"exchanges": exchanges, "carried": carried, "share": share, "leftOut": [one for one in named if one not in exchanges]}
            named = {**named, "aggregate": total}
    wanted = list(named) if exchange is None else [exchange] if isinstance(exchange, str) else list(exchange)
    for one in wanted:
        if one not in named:
            reason = "no exchange has enough of this time for a like-for-like sum" if one == "aggregate" and metric.kind == "adds-up" else "nothing is added up of prices, ratios and feeds" if one == "aggregate" else "it has no value in this time"
            raise PerpscopeError("no-data", f"there is no {one!r} here: {reason}; there are {', '.join(named)}")
    end = newest + 1
    at_ms = _stepped("q", first_ms, step_ms, end)
    is_one = isinstance(exchange, str)
    return at_ms, {metric.column if is_one else f"{one}.{metric.column}": named[one][:end] for one in wanted}


def _sides_of(parts, exchange):
    own = [part.shared.get("sides", "unverified") for part in parts if part.exchange == exchange]
    return "both, halved" if "both" in own else "unverified" if "unverified" in own else "one"


def _with_sides(parts, metric):
    """Rows of before a verdict on an exchange's sides are read by the verdict that its newer rows state: else it would be a step."""
    if metric.observation != "open-interest":
        return parts
    verdict = {}
    for part in sorted(parts, key=lambda part: _extent(part.values)[1]):
        if part.shared.get("sides") in ("one", "both"):
            verdict[part.exchange] = part.shared["sides"]
    return [
        part._replace(shared={**part.shared, "sides": "both"}, values=array("d", map(truediv, part.values, repeat(2.0))))
        if part.shared.get("sides") == "unverified" and verdict.get(part.exchange) == "both"
        else part._replace(shared={**part.shared, "sides": verdict.get(part.exchange, part.shared.get("sides"))})
        for part in parts
    ]


_FUNDING = _metric("fundingRatePerYear", "per-year", "ratio", "start", "funding-rate", None, [], None)


def _funding_parts(store, asset, grid, known_at_ms):
    """Settled rates as simple yearly ones at the hour nearest to their settlement; none where the interval is only the exchange's default."""
    first_ms, step_ms, length, until_ms = grid
    for one in store.series(kind="funding-rate", base_asset=asset, facet="settled"):
        rows = store.columns(one, ["fundingRatePerInterval", "intervalMs"], first_ms, until_ms + _AHEAD_MS, known_at_ms)
        column = array("d", [NAN]) * length
        for at_ms, variant, rate, interval in zip(rows.at, rows.variant, rows.fields["fundingRatePerInterval"], rows.fields["intervalMs"]):
            at = int((_label("nearest", at_ms, step_ms) - first_ms) // step_ms)
            shared = rows.variants[variant]
            if 0 <= at < length and interval > 0 and shared.get("intervalBasis") != "venue-default" and "market" not in shared:
                column[at] = rate * YEAR_MS / interval
        if _extent(column)[2] > 0:
            yield Part(one.exchange, one.instrument, one.endpoint, {}, column, None)


def regimes(asset, since="30d", until=None, *, store=None, simulated=False, frame=None):
    """Returns what was judged of an asset, a row per judgement; where nobody watched there is none. Raises PerpscopeError."""
    since_ms, until_ms = _range(since, until)
    with _Opened(store, simulated) as opened:
        found = list(opened.journal("assessment", asset, since_ms, until_ms + 1))
        if not found:
            raise PerpscopeError("no-data", f"{opened.path} keeps no regime of {asset!r} in this time; Perpscope judges while it runs")
        names = ("label", "family", "isWeak", "candidates", "confidence", "rarity", "rarityBasis", "quality", "rulesVersion")
        columns = {name: [body.get(name) for _, body in found] for name in names}
        attrs = _attrs(opened, asset=asset, timezone="UTC", units={"confidence": "0..1", "rarity": "0..1", "quality": "0..1"})
        return _framed(array("q", [int(at_ms) for at_ms, _ in found]), columns, attrs, frame)


def instruments(asset=None, *, store=None, simulated=False, frame=None):
    """Returns what the history knows instruments of: a row per instrument and kind of rows."""
    with _Opened(store, simulated) as opened:
        wanted = {} if asset is None else {"base_asset": asset}
        found = sorted(opened.series(**wanted), key=lambda one: (one.base_asset, one.exchange, one.instrument, one.kind, one.facet))
        columns = {name: [getattr(one, field) for one in found] for name, field in (("asset", "base_asset"), ("exchange", "exchange"), ("instrument", "instrument"), ("kind", "kind"), ("facet", "facet"), ("endpoint", "endpoint"))}
        return _framed(None, columns, _attrs(opened), frame)


def gaps(asset=None, since="30d", until=None, exchange=None, *, store=None, simulated=False, frame=None):
    """
    Returns the times in which streams may have missed something, of the exchanges that keep the asset (all without one). A
    stream serves all assets of an exchange. `backfilled`: the exchange's history has since given what was missed.
    """
    since_ms, until_ms = _range(since, until)
    with _Opened(store, simulated) as opened:
        if asset is not None:
            _asset_or_raise(opened, asset)
        of_asset = {one.exchange for one in opened.series() if asset in (None, one.base_asset)}
        found = [gap for gap in opened.gaps(since_ms, until_ms) if gap["exchange"] in of_asset and exchange in (None, gap["exchange"])]
        names = ("exchange", "stream", "fromMs", "toMs", "cause", "backfilled")
        return _framed(None, {name: [gap[name] for gap in found] for name in names}, _attrs(opened, timezone="UTC", units={"fromMs": "epoch ms", "toMs": "epoch ms"}), frame)


def main(arguments=None):
    """Writes the rows of a history file as CSV, as they stand in it."""
    parser = argparse.ArgumentParser(description="Writes rows of a Perpscope history file as CSV.")
    parser.add_argument("file")
    for name in ("kind", "exchange", "instrument", "base-asset", "facet", "endpoint"):
        parser.add_argument(f"--{name}")
    for name in ("from-ms", "to-ms", "known-at-ms"):
        parser.add_argument(f"--{name}", type=int)
    wanted = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    times = {name: wanted.pop(name) for name in ("from_ms", "to_ms", "known_at_ms") if name in wanted}
    with open_store(wanted.pop("file")) as opened, opened.moment():
        rows = []
        for one in opened.series(**wanted):
            known = {"instrument": one.instrument, "kind": one.kind, "facet": one.facet, "endpoint": one.endpoint}
            rows += [{**known, **row} for row in opened.rows(one, **times)]
        writer = csv.DictWriter(sys.stdout, dict.fromkeys(name for row in rows for name in row))
        writer.writeheader()
        writer.writerows(rows)
        if opened.damaged:
            print(f"{opened.damaged} rows or blocks cannot be read and are left out", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except PerpscopeError as error:
        sys.exit(str(error))
