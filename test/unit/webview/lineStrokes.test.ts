import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChartTheme } from '../../../webview/charts/theme.ts';
import type { NamedLine } from '../../../webview/models/namedLine.ts';
import { strokeOf } from '../../../webview/views/lineLegend.ts';

const line = (colourIndex: number, repeat: number) =>
  ({ colourIndex, repeat, isAggregate: false }) as NamedLine;

describe('the look of lines of one exchange', () => {
  for (const isHighContrast of [false, true])
    it(`is another one for each of eight${isHighContrast ? ', in high contrast too' : ''}`, () => {
      const theme = { exchanges: ['blue'], isHighContrast, foreground: 'white' } as unknown as ChartTheme;
      for (let place = 0; place < 9; place += 1) {
        const looks = Array.from({ length: 8 }, (_, at) => JSON.stringify(strokeOf(line(place, at), theme)));
        assert.equal(new Set(looks).size, 8);
      }
    });
});
