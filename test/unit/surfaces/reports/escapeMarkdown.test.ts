import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { escapeMarkdown, plainText } from '../../../../src/surfaces/reports/escapeMarkdown.ts';
import { seed } from '../../analysis/metrics/seed.ts';

describe('text from outside', () => {
  it('cannot become a link, image, HTML, code, emphasis or a table cell', () => {
    assert.equal(escapeMarkdown('[x](command:a)'), '\\[x\\]\\(command:a\\)');
    assert.equal(escapeMarkdown('![x](y)'), '\\!\\[x\\]\\(y\\)');
    assert.equal(escapeMarkdown('<img src=x>'), '\\<img src=x\\>');
    assert.equal(escapeMarkdown('a|b`c`*d*_e_'), 'a\\|b\\`c\\`\\*d\\*\\_e\\_');
    assert.equal(escapeMarkdown('&lt;b&gt;'), '\\&lt;b\\&gt;');
    assert.equal(escapeMarkdown('\\[x](y)'), '\\\\\\[x\\]\\(y\\)');
  });

  it('cannot start a heading, list or rule, nor break the line', () => {
    assert.equal(escapeMarkdown('# a\n\n## b'), '\\# a \\#\\# b');
    assert.equal(escapeMarkdown('- a'), '\\- a');
    assert.equal(escapeMarkdown('--- a'), '\\--- a');
    assert.equal(escapeMarkdown('1. a'), '1\\. a');
    assert.equal(escapeMarkdown('a\u2028b\r\nc'), 'a b c');
  });

  it('is not linked by itself', () => {
    assert.equal(escapeMarkdown('see http://evil.example'), 'see http\\://evil\\.example');
    assert.equal(escapeMarkdown('a@b.example'), 'a\\@b\\.example');
    assert.equal(escapeMarkdown('evil.рф'), 'evil\\.рф');
    assert.equal(escapeMarkdown('evil.3x'), 'evil\\.3x');
    assert.equal(escapeMarkdown('//1.2.3.4/x'), '\\//1.2.3.4/x');
  });

  it('keeps numbers as they are', () => {
    assert.equal(escapeMarkdown('-2.28 sd'), '-2.28 sd');
    assert.equal(escapeMarkdown('+11.4 %'), '+11.4 %');
  });

  it('loses control, bidi and invisible characters', () => {
    assert.equal(plainText('a\u001b[31mb\u202ec\u200bd\u2066e\u0007'), 'a[31mbcde');
    assert.equal(plainText('\ud800x'), 'x');
    assert.equal(plainText('BTC 🚀'), 'BTC 🚀');
    assert.ok(plainText('x'.repeat(5000)).length <= 301);
  });

  it(`leaves no active character unescaped (seed ${seed})`, () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...'|[]()<>`*_#\\\n\r\t!&:/.@-+ ax1~\u202e\u0000'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeMarkdown(text);
        assert.ok(!/[\n\r\t\u0000\u202e]/.test(escaped)); // eslint-disable-line no-control-regex
        const rest = escaped.replace(/\\./g, '');
        assert.ok(!/[|[\]()<>`*_#!&~@\\]/.test(rest), escaped);
      }),
      { seed, numRuns: 3000 },
    );
  });
});
