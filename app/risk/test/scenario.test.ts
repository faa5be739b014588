/** The grid as it is described to people. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { loadRiskFromDisk } from '../src/node.ts';
import { refusesMath } from './refused.ts';

const { grid } = await loadRiskFromDisk();
const shocks = { rangePpm: 180_000n, volUpPpm: 400_000n, volDownPpm: 250_000n };

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
  assert.ok(tails.every(({ movePpm, vol }) => (movePpm > 180_000n || movePpm < -180_000n) && vol === 'up'));
});

test('follows the range of the market', () => {
  const moves = (rangePpm: bigint) => grid.scenarios({ ...shocks, rangePpm }).map(({ movePpm }) => movePpm);
  assert.ok(moves(100_000n).includes(100_000n) && moves(100_000n).includes(-100_000n));
  assert.ok(moves(500_000n).every((move) => move > -1_000_000n));
});

test('refuses a range that no 64 bits hold', () => {
  refusesMath(() => grid.scenarios({ ...shocks, rangePpm: 2n ** 64n - 1n }), 'Overflow');
  refusesMath(() => grid.scenarios({ ...shocks, rangePpm: 2n ** 64n }), 'Domain');
});
