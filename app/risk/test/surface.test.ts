/** The checks before a surface is accepted. */

import { test } from 'node:test';

import type { Node, Slice } from '../src/index.ts';
import { loadRiskFromDisk } from '../src/node.ts';
import { refusesMath, refusesSurface } from './refused.ts';

const { surface } = await loadRiskFromDisk();
const FORWARD = 8_000_000_000n;
const MONTH = 30n * 86_400n;
const STRIKES = [6_000_000_000n, 7_000_000_000n, 8_000_000_000n, 9_000_000_000n, 10_000_000_000n];

function nodes(...vols: number[]) {
  return STRIKES.map((strike, index) => ({ strike, volPpm: vols[index] ?? 0 }));
}

function slice(listed: Node[], tenorSeconds = MONTH): Slice {
  return { forward: FORWARD, tenorSeconds, nodes: listed };
}

test('accepts a smile and names the arbitrage in others', () => {
  const check = (...vols: number[]) => {
    surface.checkArbitrage(slice(nodes(...vols)));
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
  surface.checkArbitrage(slice(flat(surface.bounds.maxStrikes)));
  refusesMath(() => {
    surface.checkArbitrage(slice(flat(surface.bounds.maxStrikes + 1)));
  }, 'Domain');
});

test('bounds steps, and leaves the first surface free', () => {
  const { minVolPpm, maxVolPpm } = surface.bounds;
  const limit = { maxStepPpm: 100_000n, intervalSeconds: 60n };
  const check = (fromPpm: number, toPpm: number, elapsedSeconds = 60n) => {
    surface.checkSteps(limit, elapsedSeconds, [
      { fromPpm: 800_000, toPpm: 800_000 },
      { fromPpm, toPpm },
    ]);
  };
  check(0, maxVolPpm);
  check(800_000, 880_000);
  check(800_000, 840_000, 30n);
  refusesSurface(() => {
    check(800_000, 840_001, 30n);
  }, 'StepTooLarge');
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

test('refuses a later expiry with less variance, whichever of the two is checked', () => {
  const near = slice(nodes(800_000, 800_000, 800_000, 800_000, 800_000));
  const far = (vol: number) => slice(nodes(vol, vol, vol, vol, vol), 4n * MONTH);
  surface.checkCalendar(near, far(400_001));
  surface.checkCalendar(far(400_001), near);
  for (const [one, other] of [
    [near, far(399_000)],
    [far(399_000), near],
  ] as const)
    refusesSurface(() => {
      surface.checkCalendar(one, other);
    }, 'Calendar');
  refusesMath(() => {
    surface.checkCalendar(near, near);
  }, 'Domain');
});
