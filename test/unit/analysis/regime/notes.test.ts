import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { stated } from './support.ts';

interface Note {
  readonly features: RegimeFeatures;
  readonly expected: string;
  readonly acceptable: readonly string[];
}

/** Notes of analysts with the label that they give; the folder is beside the repository where there is one. */
const FOLDER = join(import.meta.dirname, '../../../../../shared/cases/regime');

describe('notes of analysts', () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  const notes = files.map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Note);
  const labels = notes.map(({ features }) => stated(features).label);

  for (const [at, { expected, acceptable }] of notes.entries())
    it(`${files[at]}: ${expected}`, () => {
      assert.ok([expected, ...acceptable].includes(labels[at] ?? ''), labels[at]);
    });

  it('are met exactly in eight of thirteen at least', function () {
    if (notes.length < 13) this.skip();
    const exact = notes.filter(({ expected }, at) => labels[at] === expected).length;
    assert.ok(exact >= Math.ceil((8 / 13) * notes.length), `${exact} of ${notes.length}`);
  });
});
