import assert from 'node:assert/strict';
import fc from 'fast-check';
import { marked } from 'marked';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/core/logger.ts';
import {
  escapeMarkdown,
  jsonLine,
  lineLogger,
  plainLine,
  plainText,
  printable,
  quoted,
} from '../../../src/core/outsideText.ts';
import { seed } from '../analysis/metrics/seed.ts';

/** What acts on a terminal, reorders text or cannot be seen. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...'|[]()<>`*_#\\\n\r\t!&:/.@-+ ax1~$=;\u202e\u0000\u001b\u0007\u009b\u2028\u200b\ufeff\u3164',
    ),
    fc.constantFrom('www.', 'http://', '//', 'mailto:', '&lt;', '# ', '1. ', '```', 'рф', '🚀', '\u{e0041}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});

describe('text from outside', () => {
  it('cannot become a link, image, HTML, code, emphasis, formula or a table cell', () => {
    assert.equal(escapeMarkdown('[x](command:a)'), '\\[x](command:a)');
    assert.equal(escapeMarkdown('![x](y)'), '!\\[x](y)');
    assert.equal(escapeMarkdown('<img src=x>'), '\\<img src=x\\>');
    assert.equal(escapeMarkdown('a|b`c`*d*_e_'), 'a\\|b\\`c\\`\\*d\\*\\_e\\_');
    assert.equal(escapeMarkdown('&lt;b&gt;'), '\\&lt;b\\&gt;');
    assert.equal(escapeMarkdown('\\[x](y)'), '\\\\\\[x](y)');
    assert.equal(escapeMarkdown('$\\href{a}{b}$'), '\\$\\\\href{a}{b}\\$');
  });

  it('cannot start a heading, list or rule, nor break the line', () => {
    assert.equal(escapeMarkdown('# a\n\n## b'), '\\# a ## b');
    assert.equal(escapeMarkdown('- a'), '\\- a');
    assert.equal(escapeMarkdown('--- a'), '\\--- a');
    assert.equal(escapeMarkdown('1. a'), '1\\. a');
    assert.equal(escapeMarkdown('1) a'), '1\\) a');
    assert.equal(escapeMarkdown('> a'), '\\> a');
    assert.equal(escapeMarkdown('a\u2028b\r\nc'), 'a b c');
  });

  it('is not linked by itself', () => {
    assert.equal(escapeMarkdown('see http://evil.example'), 'see http:/\\/evil\\.example');
    assert.equal(escapeMarkdown('http://1.2.3.4/x'), 'http:/\\/1.2.3.4/x');
    assert.equal(escapeMarkdown('a@b.example'), 'a\\@b\\.example');
    assert.equal(escapeMarkdown('evil.рф'), 'evil\\.рф');
    assert.equal(escapeMarkdown('evil.3x'), 'evil\\.3x');
    assert.equal(escapeMarkdown('//1.2.3.4/x'), '/\\/1.2.3.4/x');
    assert.equal(escapeMarkdown('WWW.1.2.3.4'), 'WWW\\.1.2.3.4');
  });

  it('is left as it is where nothing in it could act', () => {
    for (const text of [
      '-2.28 sd',
      '+11.4 %',
      '$26.9 B (a share of 30.6 %)',
      'BTC_USDT',
      'GET /api/v4/futures/usdt/contract_stats',
      'Fear & Greed Index',
      'S&P 500',
      'at least -5 %; not counted!',
      'Note: a - b',
      '#1 of 9'.slice(1),
    ])
      // prettier-ignore
      assert.equal(escapeMarkdown(text), text);
  });

  it(`is nothing but text to a reader of Markdown (seed ${seed})`, () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const row = `| a | b |\n| --- | --- |\n| x | ${escapeMarkdown(text)} |\n\n- ${escapeMarkdown(text)}\n`;
        const html = marked.parse(row, { async: false, gfm: true });
        const tags = [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
        assert.deepEqual(
          tags.filter(
            (tag) => !['table', 'thead', 'tbody', 'tr', 'th', 'td', 'ul', 'li'].includes(tag ?? ''),
          ),
          [],
          html,
        );
        assert.equal(tags.filter((tag) => tag === 'td').length, 4, html);
        assert.equal(tags.filter((tag) => tag === 'li').length, 2, html);
      }),
      { seed, numRuns: 3_000 },
    );
  });

  it(`is one line of what can be seen, at every sink (seed ${seed})`, () => {
    const logged: string[] = [];
    const log = lineLogger({ ...silentLogger, warn: (line) => void logged.push(line) });
    fc.assert(
      fc.property(hostile, (text) => {
        log.warn(text);
        const lines = [
          plainText(text),
          escapeMarkdown(text),
          quoted(text),
          jsonLine({ [text]: text }),
          logged.pop() ?? '',
        ];
        for (const line of lines) assert.doesNotMatch(line, UNSEEN);
        assert.doesNotMatch(printable(text).replaceAll('\n', ''), UNSEEN);
        assert.deepEqual(
          JSON.parse(jsonLine({ [text]: text })),
          JSON.parse(JSON.stringify({ [text]: text })),
        );
      }),
      { seed, numRuns: 3_000 },
    );
  });

  it('loses control, bidi and invisible characters, and no others', () => {
    assert.equal(plainText('a\u001b[31mb\u202ec\u200bd\u2066e\u0007'), 'a[31mbcde');
    assert.equal(plainText('\ud800x'), 'x');
    assert.equal(plainText('BTC 🚀 名前'), 'BTC 🚀 名前');
    assert.equal(printable('a\u009b2J\n\rb'), 'a2J\nb');
    assert.equal(plainText(`e${'\u0301'.repeat(500)}`).length, 5);
  });

  it('is as short as asked, and whole characters', () => {
    assert.equal(plainText('x'.repeat(5_000)).length, 300);
    assert.equal(plainLine('x'.repeat(5_000), 200), `${'x'.repeat(199)}…`);
    assert.equal(plainLine(`${'x'.repeat(8)}🚀🚀`, 10), `${'x'.repeat(8)}…`);
    assert.ok(quoted('\u001b'.repeat(5_000)).length < 100);
  });
});
