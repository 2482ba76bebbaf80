import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChartTheme } from '../../../webview/charts/theme.ts';
import type { NamedLine } from '../../../webview/models/namedLine.ts';
import { strokeOf } from '../../../webview/views/lineLegend.ts';

const line = (colourIndex: number) => ({ colourIndex, isAggregate: false }) as NamedLine;

describe('the look of lines', () => {
  for (const isHighContrast of [false, true])
    it(`is another one for each of 24 lines${isHighContrast ? ', in high contrast too' : ''}`, () => {
      const series = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];
      const theme = { series, isHighContrast, foreground: 'white' } as unknown as ChartTheme;
      const looks = Array.from({ length: 24 }, (_, at) => JSON.stringify(strokeOf(line(at), theme)));
      assert.equal(new Set(looks).size, 24);
    });
});
