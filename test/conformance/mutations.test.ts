import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fixturePayloads } from '../../scripts/payloads.mjs';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { decodeEnvelope, instrumentsAmong } from '../support/decodeEnvelope.ts';
import { mutator, seededRandom } from '../support/mutate.ts';
import { assertPlausible } from '../support/plausible.ts';
import { recordedPayloads, type Envelope } from '../support/recorded.ts';

/** Of all parsers together; `npm run fuzz` asks for more by PERPSCOPE_FUZZ_MUTATIONS. */
const MUTATIONS = Number(process.env['PERPSCOPE_FUZZ_MUTATIONS'] ?? 108_000);
const SEED = Number(process.env['PERPSCOPE_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Sessions and whole lists of contracts are long; the wire's shapes are in shorter payloads too. */
const MAX_BYTES = 12_000;

describe(`damaged payloads, seed ${SEED}`, () => {
  const share = Math.ceil(MUTATIONS / exchangeAdapters.length);
  let total = 0;
  for (const adapter of exchangeAdapters) {
    it(`${adapter.id}: ${share} of them throw nothing, keep nothing impossible and touch no prototype`, () => {
      const own = fixturePayloads(adapter.id) as unknown as Envelope[];
      const recorded = recordedPayloads(adapter.id).map(({ envelope }) => envelope);
      const all = [...own, ...recorded];
      const rest = all.filter(({ transport }) => transport === 'rest');
      const instruments = instrumentsAmong(adapter, rest);
      const short = all.filter(({ response }) => JSON.stringify(response).length <= MAX_BYTES);
      assert.ok(short.length >= 5, 'nothing to damage');
      const before = Object.getOwnPropertyNames(Object.prototype).join();
      const mutators = short.map((envelope) => ({ envelope, mutate: mutator(envelope.response) }));
      let read = 0;
      for (let index = 0; index < share; index += 1) {
        const { envelope, mutate } = mutators[index % mutators.length] ?? assert.fail();
        const random = seededRandom(SEED + index);
        const response = mutate(random);
        const where = `${adapter.id} ${envelope.path} seed ${SEED} mutation ${index}`;
        const decoded = decodeEnvelope(adapter, { ...envelope, response }, instruments);
        for (const observation of decoded.observations) assertPlausible(observation, where);
        read += decoded.observations.length;
        total += 1;
      }
      assert.ok(read > 0, 'every damaged payload was refused: the damage is too great to test anything');
      assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    }).timeout(600_000);
  }

  it('are at least 100,000 over all parsers, unless fewer were asked for', () => {
    assert.ok(total >= Math.min(MUTATIONS, 100_000), String(total));
  });
});
