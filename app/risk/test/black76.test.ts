/** Prices, Greeks, and where they end. */

import { strict as assert } from 'node:assert';
import { suite, test } from 'node:test';

import type { Terms } from '../src/index.ts';
import { loadRiskFromDisk } from '../src/node.ts';
import { refusesMath } from './refused.ts';

const { black76 } = await loadRiskFromDisk();
const { bounds } = black76;
const MONTH = 30n * 86_400n;
const terms: Terms = {
  forward: 8_000_000_000n,
  strike: 9_000_000_000n,
  volPpm: 800_000,
  tenorSeconds: MONTH,
};

test('states the bounds of the kernel', () => {
  assert.deepEqual(bounds, {
    maxPrice: 2n ** 50n,
    yearSeconds: 31_536_000n,
    maxTenorSeconds: 5n * 31_536_000n,
    minVolPpm: 10_000,
    maxVolPpm: 10_000_000,
  });
});

test('prices keep put-call parity and rise with volatility', () => {
  const calm = black76.price(terms);
  const rough = black76.price({ ...terms, volPpm: 1_600_000 });
  assert.equal(calm.call - calm.put, terms.forward - terms.strike);
  assert.ok(calm.call > 0n && rough.call > calm.call);
});

test('an expired option is worth what it pays', () => {
  const expired = { ...terms, tenorSeconds: 0n };
  assert.deepEqual(black76.price(expired), { call: 0n, put: 1_000_000_000n });
  assert.deepEqual(black76.greeks(expired), {
    callDeltaPpm: 0n,
    putDeltaPpm: -1_000_000n,
    gammaPpm: 0n,
    vega: 0n,
    thetaPerDay: 0n,
    callRho: 0n,
    putRho: 0n,
    vannaPpm: 0n,
    volga: 0n,
  });
});

test('Greeks are what the price does', () => {
  const greeks = black76.greeks(terms);
  const call = (change: Partial<Terms>) => black76.price({ ...terms, ...change }).call;
  const step = 1_000_000n;
  const slope = call({ forward: terms.forward + step }) - call({ forward: terms.forward - step });
  near(greeks.callDeltaPpm, slope / 2n, 2n);
  const smile = call({ volPpm: terms.volPpm + 1_000 }) - call({ volPpm: terms.volPpm - 1_000 });
  near(greeks.vega, (smile * 1_000_000n) / 2_000n, greeks.vega / 10_000n);
  const hour = call({ tenorSeconds: MONTH - 3_600n }) - call({ tenorSeconds: MONTH + 3_600n });
  near(greeks.thetaPerDay, hour * 12n, -greeks.thetaPerDay / 10_000n);
  assert.equal(greeks.callDeltaPpm - greeks.putDeltaPpm, 1_000_000n);
  const { call: premium, put } = black76.price(terms);
  assert.equal(greeks.callRho, -((premium * MONTH) / bounds.yearSeconds));
  assert.equal(greeks.putRho, -((put * MONTH) / bounds.yearSeconds));
  const [rough, calm] = [terms.volPpm + 1_000, terms.volPpm - 1_000].map((volPpm) =>
    black76.greeks({ ...terms, volPpm }),
  );
  assert.ok(rough !== undefined && calm !== undefined);
  near(greeks.vannaPpm, (rough.callDeltaPpm - calm.callDeltaPpm) * 500n, 1_000n);
  near(greeks.volga, (rough.vega - calm.vega) * 500n, greeks.vega / 1_000n);
});

suite('has answers up to the bounds and refuses beyond', () => {
  const inside: Partial<Terms>[] = [
    { forward: 1n },
    { forward: bounds.maxPrice },
    { strike: 1n },
    { strike: bounds.maxPrice },
    { volPpm: bounds.minVolPpm },
    { volPpm: bounds.maxVolPpm },
    { tenorSeconds: bounds.maxTenorSeconds },
  ];
  const outside: Partial<Terms>[] = [
    { forward: 0n },
    { forward: bounds.maxPrice + 1n },
    { strike: 0n },
    { strike: bounds.maxPrice + 1n },
    { volPpm: bounds.minVolPpm - 1 },
    { volPpm: bounds.maxVolPpm + 1 },
    { tenorSeconds: bounds.maxTenorSeconds + 1n },
  ];
  const name = (change: Partial<Terms>) => Object.entries(change).join();
  for (const change of inside)
    test(name(change), () => {
      assert.doesNotThrow(() => [
        black76.price({ ...terms, ...change }),
        black76.greeks({ ...terms, ...change }),
      ]);
    });
  for (const change of outside)
    test(name(change), () => {
      refusesMath(() => black76.price({ ...terms, ...change }), 'Domain');
      refusesMath(() => black76.greeks({ ...terms, ...change }), 'Domain');
    });
});

test('refuses numbers that WebAssembly would cut to size', () => {
  const cut: Partial<Terms>[] = [
    { forward: 2n ** 64n + terms.forward },
    { strike: -1n },
    { volPpm: 2 ** 32 + 800_000 },
    { volPpm: 800_000.5 },
    { volPpm: Number.NaN },
    { tenorSeconds: -1n },
  ];
  for (const change of cut) refusesMath(() => black76.price({ ...terms, ...change }), 'Domain');
});

function near(found: bigint, wanted: bigint, most: bigint): void {
  const off = found > wanted ? found - wanted : wanted - found;
  assert.ok(off <= most, `${found.toString()} is further than ${most.toString()} from ${wanted.toString()}`);
}
