/** The grid as it is described to people. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { loadRiskFromDisk } from '../src/node.ts';
import { refusesMath } from './refused.ts';

const { grid } = await loadRiskFromDisk();
const shocks = {
  rangePpm: 180_000n,
  volUpPpm: 400_000n,
  volDownPpm: 250_000n,
  fallVolPpm: 100_000n,
  tailWeightPpm: 1_000_000n,
};

test('lists every pair of moves once, and tails that count for less', () => {
  const scenarios = grid.scenarios(shocks);
  assert.equal(scenarios.length, 33);
  assert.deepEqual(scenarios[0], { movePpm: 0n, vol: 'unchanged', weightPpm: 1_000_000n });
  const [core, tails] = [
    scenarios.filter((scenario) => scenario.weightPpm === 1_000_000n),
    scenarios.filter((scenario) => scenario.weightPpm < 1_000_000n),
  ];
  const pairs = new Set(core.map(({ movePpm, vol }) => `${movePpm.toString()} ${vol}`));
  assert.deepEqual([core.length, pairs.size, tails.length], [27, 27, 6]);
  assert.ok(core.every(({ movePpm }) => movePpm >= -180_000n && movePpm <= 180_000n));
  assert.ok(tails.every(({ movePpm }) => movePpm > 180_000n || movePpm < -180_000n));
});

test('raises volatility further where the forward falls', () => {
  for (const { movePpm, vol } of grid.scenarios(shocks)) {
    if (vol === 'upInFall') assert.ok(movePpm < 0n);
    if (vol === 'up') assert.ok(movePpm >= 0n);
  }
});

test('follows the market', () => {
  const moves = (rangePpm: bigint) => grid.scenarios({ ...shocks, rangePpm }).map(({ movePpm }) => movePpm);
  assert.ok(moves(100_000n).includes(100_000n) && moves(100_000n).includes(-100_000n));
  assert.ok(moves(500_000n).every((move) => move > -1_000_000n));
  const weights = (tailWeightPpm: bigint) =>
    grid.scenarios({ ...shocks, tailWeightPpm }).map(({ weightPpm }) => weightPpm);
  assert.deepEqual(weights(0n).slice(-6), [0n, 0n, 0n, 0n, 0n, 0n]);
  assert.ok(weights(10_000_000n).every((weight) => weight === 1_000_000n));
});

test('refuses shocks beyond their bounds', () => {
  const most = { rangePpm: 1_000_000n, volUpPpm: 10_000_000n, volDownPpm: 1_000_000n } as const;
  for (const [name, bound] of Object.entries(most)) {
    assert.doesNotThrow(() => grid.scenarios({ ...shocks, [name]: bound }));
    refusesMath(() => grid.scenarios({ ...shocks, [name]: bound + 1n }), 'Domain');
    refusesMath(() => grid.scenarios({ ...shocks, [name]: 2n ** 64n }), 'Domain');
  }
});
