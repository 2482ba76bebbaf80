import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readEventsFile } from '../../../src/market/eventsFile.ts';
import { MOST_EVENTS, readEventsText } from '../../../src/market/eventsText.ts';
import { panelGuards } from '../../../src/surfaces/protocol/guards.ts';

const DAY = Date.UTC(2026, 10, 20);
const ISO_ONLY = /the time must be 2026-11-20 \(midnight UTC\), 2026-11-20T14:00Z or ms since 1970, not /;

describe('the events of a user’s file', () => {
  it('are CSV by the names of its columns, in any order, with times as a date, an ISO time or epoch ms', () => {
    const text = [
      'who,Text,time',
      'me,"FOMC, ""hawkish""",2026-11-20T14:00:30+01:00',
      '',
      'me,Listing,2026-11-20',
      `me,Outage , ${DAY + 5}`,
      'me,Talk,2026-11-20 14:00Z',
    ].join('\r\n');
    assert.deepEqual(readEventsText(`\uFEFF${text}\r\n`, 'events.csv'), {
      events: [
        { atMs: DAY, text: 'Listing' },
        { atMs: DAY + 5, text: 'Outage' },
        { atMs: DAY + 13 * 3_600_000 + 30_000, text: 'FOMC, "hawkish"' },
        { atMs: DAY + 14 * 3_600_000, text: 'Talk' },
      ],
      faults: [],
    });
  });

  it('are JSON as an array of objects', () => {
    const text = JSON.stringify([{ time: DAY, text: 'one', more: 1 }, { time: '2026-11-19', text: 'two' }, null, { time: DAY }]);
    const { events, faults } = readEventsText(` ${text}`, 'e.json');
    assert.deepEqual(events, [{ atMs: DAY - 86_400_000, text: 'two' }, { atMs: DAY, text: 'one' }]);
    assert.match(faults[0] ?? '', /^e\.json, entry 3: the time must be /);
    assert.deepEqual(faults.slice(1), ['e.json, entry 4: a text is missing']);
    assert.deepEqual(readEventsText('{"time":1}', 'e.json').faults, ['e.json: an array of events expected']);
    assert.deepEqual(readEventsText('[1,', 'e.json').faults, ['e.json: no JSON']);
  }); // prettier-ignore

  it('with a fault are left out and named with their line; a time without a zone is none', () => {
    for (const time of ['2026-11-20T14:00', '2026-02-30', '2026-02-30T00:00Z', '2026-11-20T25:00Z', '20.11.2026', '', '-5', '1e12', '9'.repeat(20), 'Infinity']) {
      const { events, faults } = readEventsText(`time,text\n2026-11-20,kept\n${time},lost\n`, 'e.csv');
      assert.deepEqual(events, [{ atMs: DAY, text: 'kept' }], time);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', new RegExp(`^e\\.csv, line 3: ${ISO_ONLY.source}`), time);
    }
    for (const line of ['2026-11-20', '2026-11-20,', '2026-11-20,half,of it', '2026-11-20,"open', '2026-11-20,"a"b'])
      assert.deepEqual(readEventsText(`time,text\n${line}`, 'e.csv').events, [], line);
    assert.deepEqual(readEventsText('when,what\n2026-11-20,x', 'e.csv').faults, ['e.csv: line 1 must name the columns time and text']);
    const many = readEventsText(`time,text\n${'x,y\n'.repeat(15)}`, 'e.csv').faults;
    assert.deepEqual([many.length, many.at(-1)], [11, 'e.csv: and 5 more']);
  }); // prettier-ignore

  it('are one plain line each of bounded length, and never more than can be told apart', () => {
    const [event] = readEventsText(`time,text\n${DAY},"a\u202Eb\u0007${'c'.repeat(500)}"`, 'e.csv').events;
    assert.ok(
      event && event.text.length <= 120 && !['\u202E', '\u0007'].some((sign) => event.text.includes(sign)),
      event?.text,
    );
    const rows = (count: number): string => `time,text\n${`${DAY},x\n`.repeat(count)}`;
    assert.equal(readEventsText(rows(MOST_EVENTS), 'e.csv').events.length, 5_000);
    const { events, faults } = readEventsText(rows(MOST_EVENTS + 1), 'e.csv');
    assert.deepEqual([events, faults], [[], ['e.csv: 5001 events, more than 5000; none is shown']]);
  });

  it('never throw, whatever the file holds, and each line is an event or a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }).filter((line) => !/[\r\n]/.test(line) && line.trim() !== ''), { maxLength: 9 }), (lines) => {
        readEventsText(lines.join('\n'), 'e');
        const { events, faults } = readEventsText(['time,text', ...lines].join('\n'), 'e');
        assert.equal(events.length + faults.length, lines.length);
      }),
    );
  }); // prettier-ignore

  it('are read of a file for a range of time; a file that cannot be read is a fault', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'events-'));
    const file = { path: join(folder, 'e.csv'), name: 'e.csv' };
    try {
      assert.deepEqual(await readEventsFile(file, { fromMs: 0, toMs: DAY }), { events: [], faults: ['e.csv: no file of this name'] });
      writeFileSync(file.path, `time,text\n${DAY},at\n${DAY - 1},before\n${DAY + 10},end\n`);
      const { events } = await readEventsFile(file, { fromMs: DAY, toMs: DAY + 10 });
      assert.deepEqual(events, [{ atMs: DAY, text: 'at' }]);
      writeFileSync(file.path, 'x'.repeat(1_048_577));
      assert.deepEqual((await readEventsFile(file, { fromMs: 0, toMs: DAY })).faults, ['e.csv: more than 1 MiB']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }); // prettier-ignore

  it('are asked for by a panel with a stretch of time', () => {
    const accepts = (params: unknown): boolean => 'value' in panelGuards.params('request', 'events', params);
    assert.ok(accepts({ fromMs: 0, toMs: 1 }));
    for (const wrong of [{}, { fromMs: 1, toMs: 1 }, { fromMs: -1, toMs: 1 }, { fromMs: 0, toMs: 9e15 }, { fromMs: 0.5, toMs: 1 }, { fromMs: 0, toMs: 1, path: '/etc/passwd' }])
      assert.equal(accepts(wrong), false, JSON.stringify(wrong));
  }); // prettier-ignore
});
