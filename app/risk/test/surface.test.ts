/** The checks of a surface, and rows against prices. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { loadRiskFromDisk } from '../src/node.ts';
import { refusesMath, refusesSurface } from './refused.ts';

const { black76, grid, surface } = await loadRiskFromDisk();
const FORWARD = 8_000_000_000n;
const MONTH = 30n * 86_400n;
const STRIKES = [6_000_000_000n, 7_000_000_000n, 8_000_000_000n, 9_000_000_000n, 10_000_000_000n];
const expiry = {
  forward: FORWARD,
  lotsPerUnit: 100n,
  shocks: { rangePpm: 180_000n, volUpPpm: 400_000n, volDownPpm: 250_000n },
};

function nodes(...vols: number[]) {
  return STRIKES.map((strike, index) => ({ strike, volPpm: vols[index] ?? 0 }));
}

test('accepts a smile and names the arbitrage in others', () => {
  const check = (...vols: number[]) => {
    surface.checkArbitrage(FORWARD, MONTH, nodes(...vols));
  };
  check(950_000, 850_000, 800_000, 820_000, 870_000);
  refusesSurface(() => {
    check(800_000, 800_000, 1_100_000, 800_000, 800_000);
  }, 'NotConvex');
  refusesSurface(() => {
    check(300_000, 300_000, 300_000, 300_000, 5_000_000);
  }, 'NotMonotone');
  refusesMath(() => {
    check(1, 1, 1, 1, 1);
  }, 'Domain');
});

test('takes as many strikes as an expiry lists and no more', () => {
  const flat = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      strike: 6_000_000_000n + BigInt(index) * 250_000_000n,
      volPpm: 800_000,
    }));
  surface.checkArbitrage(FORWARD, MONTH, flat(surface.bounds.maxStrikes));
  refusesMath(() => {
    surface.checkArbitrage(FORWARD, MONTH, flat(surface.bounds.maxStrikes + 1));
  }, 'Domain');
});

test('bounds steps, and leaves the first surface free', () => {
  const { minVolPpm, maxVolPpm } = surface.bounds;
  const check = (fromPpm: number, toPpm: number) => {
    surface.checkSteps(100_000n, [
      { fromPpm: 800_000, toPpm: 800_000 },
      { fromPpm, toPpm },
    ]);
  };
  check(0, maxVolPpm);
  check(800_000, 880_000);
  refusesSurface(() => {
    check(800_000, 880_001);
  }, 'StepTooLarge');
  refusesSurface(() => {
    check(0, minVolPpm - 1);
  }, 'OutOfDomain');
  refusesSurface(() => {
    check(0, maxVolPpm + 1);
  }, 'OutOfDomain');
});

test('rows are what the grid does to prices', () => {
  const node = { strike: 9_000_000_000n, volPpm: 800_000 };
  const row = surface.strikeRow(expiry, MONTH, node);
  const forward = surface.forwardRow(expiry);
  const at = (price: bigint, volPpm: number) =>
    black76.price({ forward: price, strike: node.strike, volPpm, tenorSeconds: MONTH });
  assert.equal(forward.value, FORWARD / expiry.lotsPerUnit);
  assert.equal(row.callMark, at(FORWARD, node.volPpm).call / expiry.lotsPerUnit);
  assert.equal(row.putMark, at(FORWARD, node.volPpm).put / expiry.lotsPerUnit);

  const vols = { unchanged: 800_000, up: 1_120_000, down: 600_000 };
  grid.scenarios(expiry.shocks).forEach(({ movePpm, vol, weightPpm }, index) => {
    const moved = FORWARD + (FORWARD * movePpm) / 1_000_000n;
    const change = at(moved, vols[vol]).call / expiry.lotsPerUnit - row.callMark;
    assert.equal(row.callProfit[index], weighted(change, weightPpm), `scenario ${index}`);
    const ofForward = moved / expiry.lotsPerUnit - forward.value;
    assert.equal(forward.profit[index], weighted(ofForward, weightPpm), `scenario ${index}`);
  });
});

test('refuses a unit without lots', () => {
  refusesMath(() => surface.forwardRow({ ...expiry, lotsPerUnit: 0n }), 'DivideByZero');
});

/** Losses are rounded up, gains down. */
function weighted(change: bigint, weightPpm: bigint): bigint {
  const product = change * weightPpm;
  const rounded = product / 1_000_000n;
  return product < 0n && product % 1_000_000n !== 0n ? rounded - 1n : rounded;
}
