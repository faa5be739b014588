/** Rows against the precise prices that they stand for. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import type { Node, VolMove } from '../src/index.ts';
import { loadRiskFromDisk } from '../src/node.ts';
import { MONTH, NODES, UNDERLYING } from './market.ts';
import { refusesMath } from './refused.ts';

const { black76, grid, rows, surface } = await loadRiskFromDisk();
const { forward, stableForward, lotsPerUnit, shocks } = UNDERLYING;
const scenarios = grid.scenarios(shocks);
const ONE = 1_000_000n;

function callPerLot(price: bigint, node: Node, volPpm = node.volPpm): bigint {
  return (
    black76.price({ forward: price, strike: node.strike, volPpm, tenorSeconds: MONTH }).call / lotsPerUnit
  );
}

function movedVol(volPpm: number, move: VolMove): number {
  const factors = { unchanged: 0n, up: 400_000n, upInFall: 500_000n, down: -250_000n };
  return Number((BigInt(volPpm) * (ONE + factors[move])) / ONE);
}

test('the row of the forward is its move', () => {
  const row = rows.forward(UNDERLYING);
  assert.equal(row.value, forward / lotsPerUnit);
  assert.equal(row.stableProfit, stableForward / lotsPerUnit - row.value);
  scenarios.forEach(({ movePpm, weightPpm }, index) => {
    const change = (forward * (ONE + movePpm)) / ONE / lotsPerUnit - row.value;
    near(row.profit[index], (change * weightPpm) / ONE, 1n, `scenario ${index}`);
  });
});

test('rows of strikes are what the grid does to prices, within their bound of error', () => {
  const { errorAtoms, profit: forwardProfit } = rows.forward(UNDERLYING);
  const found = rows.strikes(UNDERLYING, MONTH, NODES);
  assert.equal(found.length, NODES.length);
  found.forEach((row, place) => {
    const node = NODES[place] ?? assert.fail();
    assert.equal(row.callMark, callPerLot(forward, node));
    assert.equal(row.putMark, row.callMark - (forward - node.strike) / lotsPerUnit);
    near(row.callStableProfit, callPerLot(stableForward, node) - row.callMark, errorAtoms, 'stable price');
    scenarios.forEach(({ movePpm, vol, weightPpm }, index) => {
      const moved = (forward * (ONE + movePpm)) / ONE;
      const change = callPerLot(moved, node, movedVol(node.volPpm, vol)) - row.callMark;
      near(row.callProfit[index], (change * weightPpm) / ONE, errorAtoms, `scenario ${index}`);
      const put = (row.callProfit[index] ?? 0n) - (forwardProfit[index] ?? 0n);
      assert.ok((row.callProfit[index] ?? 0n) <= row.callPeak && put <= row.putPeak, `scenario ${index}`);
    });
  });
});

test('money Greeks are Greeks times a lot', () => {
  rows.strikes(UNDERLYING, MONTH, NODES).forEach(({ callGreeks }, place) => {
    const node = NODES[place] ?? assert.fail();
    const greeks = black76.greeks({ forward, ...node, tenorSeconds: MONTH });
    const lot = forward / lotsPerUnit;
    near(callGreeks.delta, (greeks.callDeltaPpm * lot) / ONE, lot / ONE, 'delta');
    near(callGreeks.gamma, (greeks.gammaPpm * lot) / ONE / 100n, lot / ONE, 'gamma');
    near(callGreeks.vega, greeks.vega / 100n / lotsPerUnit, 2n, 'vega');
    near(callGreeks.theta, greeks.thetaPerDay / lotsPerUnit, 2n, 'theta');
  });
});

test('refuses a unit without lots, a volatility outside the domain and too many strikes', () => {
  refusesMath(() => rows.forward({ ...UNDERLYING, lotsPerUnit: 0n }), 'DivideByZero');
  refusesMath(() => rows.strikes(UNDERLYING, MONTH, [{ strike: forward, volPpm: 1 }]), 'Domain');
  const many = Array.from({ length: surface.bounds.maxStrikes + 1 }, () => ({
    strike: forward,
    volPpm: 800_000,
  }));
  assert.equal(rows.strikes(UNDERLYING, MONTH, many.slice(1)).length, surface.bounds.maxStrikes);
  refusesMath(() => rows.strikes(UNDERLYING, MONTH, many), 'Domain');
});

function near(found: bigint | undefined, wanted: bigint, most: bigint, what: string): void {
  const off = found === undefined ? most + 1n : found > wanted ? found - wanted : wanted - found;
  assert.ok(
    off <= most,
    `${what}: ${String(found)} is further than ${most.toString()} from ${wanted.toString()}`,
  );
}
