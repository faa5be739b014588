/** Measures of small accounts against the formulas, computed here by hand. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import type { Charges, ExpiryLegs, ExpiryRisk, Leg, SeriesRisk } from '../src/index.ts';
import { loadRiskFromDisk } from '../src/node.ts';
import { MONTH, seriesOf, UNDERLYING } from './market.ts';
import { refusesMath } from './refused.ts';

const risk = await loadRiskFromDisk();
const { margin } = risk;
const series = seriesOf(risk);
const { call, put } = series[2] ?? assert.fail();
const forward = risk.rows.forward(UNDERLYING);
const FUNDS = { cash: 50_000_000_000n, debt: 1_000_000n, claims: 7n };
const ONE = 1_000_000n;
const UNLIMITED = 2n ** 64n - 1n;

const charges: Charges = {
  shortMinimumPpm: 5_000n,
  maintenancePpm: 800_000n,
  confidencePpm: 1_000n,
  initialFactorPpm: 1_500_000n,
  regimePpm: 1_200_000n,
  coverPpm: 500_000n,
  greekLimits: { delta: UNLIMITED, gamma: UNLIMITED, vega: UNLIMITED, theta: UNLIMITED },
};
const expiry: ExpiryRisk = {
  forward: forward.value,
  forwardProfit: forward.profit,
  forwardStableProfit: forward.stableProfit,
  errorAtoms: forward.errorAtoms,
  rampAtoms: 3n,
  impactQ20: 0n,
  quotedImpactQ20: 0n,
  openLots: 0n,
  spreadAtoms: 11n,
};

/** An impact of so many atoms per lot and lot closed. */
function impactOf(atoms: bigint): bigint {
  return atoms << 20n;
}

function legs(...held: [lots: bigint, series: SeriesRisk][]): ExpiryLegs {
  const kindOf = (one: SeriesRisk) => (series.some((pair) => pair.put === one) ? 'put' : 'call');
  return {
    risk: expiry,
    settled: false,
    legs: held.map(([lots, one]): Leg => ({ kind: kindOf(one), lots, series: one })),
  };
}

/** A share, rounded up. */
function share(amount: bigint, ppm: bigint): bigint {
  return (amount * ppm + ONE - 1n) / ONE;
}

test('an account without legs may take its cash', () => {
  const measure = margin.measure([], FUNDS, charges);
  const net = FUNDS.cash - FUNDS.debt;
  assert.deepEqual(measure.requirement, { initial: 0n, maintenance: 0n });
  assert.deepEqual([measure.equity, measure.freeCollateral, measure.staleFreeCollateral], [net, net, net]);
  assert.equal(measure.maintenanceHealth, net + FUNDS.claims);
  assert.deepEqual(measure.cover, { initial: undefined, maintenance: undefined });
  assert.deepEqual(margin.measure([{ risk: expiry, settled: false, legs: [] }], FUNDS, charges), measure);
});

test('a short call needs what the formulas say', () => {
  const lots = 20n;
  const measure = margin.measure([legs([-lots, call])], FUNDS, charges);
  const profit = call.callProfit.map((entry) => -lots * entry);
  assert.deepEqual(measure.profit, profit);
  const worst = -profit.reduce((least, entry) => (entry < least ? entry : least), 0n);
  assert.equal(measure.worstLoss, worst);

  const notional = lots * forward.value;
  const base =
    worst +
    lots * (forward.errorAtoms + expiry.rampAtoms) +
    share(notional, charges.shortMinimumPpm) +
    share(notional, charges.confidencePpm);
  const dynamic = share(base, charges.regimePpm) + lots * expiry.spreadAtoms;
  const initial = share(dynamic, charges.initialFactorPpm);
  assert.deepEqual(measure.requirement, { initial, maintenance: share(base, charges.maintenancePpm) });

  const equity = FUNDS.cash - FUNDS.debt - lots * call.mark;
  const stable = -lots * call.callStableProfit;
  assert.equal(measure.equity, equity);
  assert.equal(measure.initialHealth, equity + (stable < 0n ? stable : 0n) - initial);
  assert.equal(measure.maintenanceHealth, equity + FUNDS.claims - measure.requirement.maintenance);
  assert.equal(measure.freeCollateral, measure.initialHealth);
  const floor = lots * (call.mark + call.peak);
  const closing = lots * expiry.rampAtoms;
  assert.equal(measure.staleFreeCollateral, FUNDS.cash - FUNDS.debt - share(floor, 1_500_000n) - closing);
});

test('a book without shorts needs its value and no more', () => {
  const wide = { ...charges, confidencePpm: 100_000n };
  const [usual, capped] = [charges, wide].map((each) => margin.measure([legs([5n, call])], FUNDS, each));
  assert.ok(usual !== undefined && capped !== undefined);
  const value = 5n * call.mark;
  const base = ({ confidencePpm }: Charges) =>
    usual.worstLoss + 5n * forward.errorAtoms + share(5n * forward.value, confidencePpm);
  assert.ok(base(charges) < value && value < base(wide), 'only one of the two may reach the cap');
  assert.equal(usual.requirement.maintenance, share(base(charges), charges.maintenancePpm));
  assert.equal(capped.requirement.maintenance, share(value, charges.maintenancePpm));
  const dynamic = share(value, charges.regimePpm) + 5n * expiry.spreadAtoms;
  assert.equal(capped.requirement.initial, share(dynamic, charges.initialFactorPpm));
  assert.equal(capped.staleFreeCollateral, FUNDS.cash - FUNDS.debt);
});

test('the price gives way to who closes, up to a quarter of the forward', () => {
  const lots = 40n;
  const measure = (impactQ20: bigint) => {
    const impacted = { ...expiry, impactQ20, quotedImpactQ20: impactQ20 };
    return margin.measure([{ ...legs([-lots, call]), risk: impacted }], FUNDS, charges);
  };
  const cap = forward.value / 4n;
  assert.equal(measure(impactOf(1_000n)).totals.impact, lots * lots * 1_000n);
  assert.equal(measure(impactOf(cap / lots + 1n)).totals.impact, lots * cap);
  const [free, impacted] = [measure(0n), measure(impactOf(1_000n))];
  assert.equal(
    impacted.requirement.maintenance - free.requirement.maintenance,
    share(lots * lots * 1_000n, charges.maintenancePpm),
  );
});

test('thin quotes and a large share of the open lots count in initial margin alone', () => {
  const lots = 20n;
  const measure = (change: Partial<ExpiryRisk>) =>
    margin.measure([{ ...legs([-lots, call]), risk: { ...expiry, ...change } }], FUNDS, charges);
  const [deep, quoted] = [impactOf(1_000n), impactOf(3_000n)];
  const ample = { impactQ20: deep, quotedImpactQ20: deep, openLots: 10n ** 12n };
  const base = measure(ample);
  const thin = measure({ impactQ20: deep, quotedImpactQ20: quoted, openLots: 80n });
  // What thin quotes add per lot, and a quarter of the whole: 20 of the 80 lots open.
  const scarcity = lots * (lots * 2_000n + (lots * 3_000n * lots) / 80n);
  assert.deepEqual([base.totals.scarcity, thin.totals.scarcity], [0n, scarcity]);
  assert.equal(thin.totals.impact, base.totals.impact);
  assert.equal(thin.requirement.maintenance, base.requirement.maintenance);
  assert.equal(
    thin.requirement.initial - base.requirement.initial,
    share(scarcity, charges.initialFactorPpm),
  );
  const closing = lots * (expiry.rampAtoms + lots * 1_000n);
  const floor = share(lots * (call.mark + call.peak), 1_500_000n);
  assert.equal(base.staleFreeCollateral, FUNDS.cash - FUNDS.debt - floor - closing);
  assert.equal(thin.staleFreeCollateral, base.staleFreeCollateral - scarcity);
  const unknown = measure({ impactQ20: deep, quotedImpactQ20: quoted });
  assert.equal(unknown.totals.scarcity, lots * lots * 5_000n);
});

test('payoffs that wait for their payers allow nothing new', () => {
  const near = legs([2n, put], [-1n, call]);
  const far = legs([-3n, seriesOf(risk, 3n * MONTH)[2]?.call ?? assert.fail()]);
  const open = margin.measure([near, far], FUNDS, charges);
  const settled = margin.measure([{ ...near, settled: true }, far], FUNDS, charges);
  const payoff = 2n * put.mark - call.mark;
  assert.ok(payoff > 0n && open.unpaid === 0n);
  assert.equal(settled.unpaid, payoff);
  assert.equal(settled.equity, open.equity);
  assert.equal(settled.maintenanceHealth, open.maintenanceHealth);
  assert.equal(settled.cover.maintenance, open.cover.maintenance);
  assert.equal(settled.cover.initial, (open.cover.initial ?? assert.fail()) - payoff);
  const least = (a: bigint, b: bigint) => (a < b ? a : b);
  const worse = settled.equity - payoff + least(settled.totals.stable, 0n) - settled.requirement.initial;
  assert.equal(settled.initialHealth, least(worse, settled.cover.initial));
  const owed = margin.measure([{ ...legs([-2n, call]), settled: true }, far], FUNDS, charges);
  assert.equal(owed.unpaid, 0n);
});

test('a put is a call less the forward', () => {
  const { profit, totals } = margin.measure([legs([3n, put])], FUNDS, charges);
  assert.deepEqual(
    profit,
    put.callProfit.map((entry, index) => 3n * (entry - (forward.profit[index] ?? 0n))),
  );
  assert.equal(totals.value, 3n * put.mark);
  assert.equal(totals.greeks.delta, 3n * (put.callGreeks.delta - forward.value));
});

test('legs that hedge each other need less than each alone', () => {
  const both = margin.measure([legs([-5n, call], [5n, series[1]?.call ?? assert.fail()])], FUNDS, charges);
  const alone = margin.measure([legs([-5n, call])], FUNDS, charges);
  assert.ok(both.requirement.initial < alone.requirement.initial);
});

test('a nearer expiry must be covered by cash', () => {
  const far = seriesOf(risk, 3n * MONTH)[2]?.call ?? assert.fail();
  const near = legs([-10n, call]);
  const poor = { cash: 10n * call.mark, debt: 0n, claims: 0n };
  const spread = margin.measure([near, legs([10n, far])], poor, charges);
  const alone = margin.measure([near], poor, charges);
  const covered = share(alone.requirement.maintenance, charges.coverPpm);
  assert.equal(spread.cover.maintenance, poor.cash - 10n * call.mark - covered);
  assert.ok(spread.cover.initial !== undefined && spread.initialHealth <= spread.cover.initial);
  assert.deepEqual(alone.cover, { initial: undefined, maintenance: undefined });
});

test('names the Greeks beyond their limits and charges for them', () => {
  const account = [legs([-20n, call])];
  const free = margin.measure(account, FUNDS, charges);
  const { vega, theta } = free.totals.greeks;
  const greekLimits = { ...charges.greekLimits, vega: -vega - 1n, theta: theta - 1n };
  const limited = margin.measure(account, FUNDS, { ...charges, greekLimits });
  assert.deepEqual([free.breaches, limited.breaches], [[], ['vega', 'theta']]);
  assert.ok(limited.requirement.initial > free.requirement.initial);
  assert.equal(limited.requirement.maintenance, free.requirement.maintenance);
});

test('holds as many legs and lots as an account and refuses more', () => {
  const { maxLegs, maxLegLots, maxRowAtoms } = margin.bounds;
  const measure = (...held: [lots: bigint, series: SeriesRisk][]) =>
    margin.measure([legs(...held)], FUNDS, charges);
  const many = (count: number) => Array.from({ length: count }, (): [bigint, SeriesRisk] => [1n, call]);
  assert.equal(measure(...many(maxLegs)).totals.grossLots, BigInt(maxLegs));
  const apart = many(maxLegs).map((leg) => legs(leg));
  assert.equal(margin.measure(apart, FUNDS, charges).totals.grossLots, BigInt(maxLegs));
  refusesMath(() => measure(...many(maxLegs + 1)), 'Domain');
  assert.doesNotThrow(() => measure([maxLegLots, call]));
  refusesMath(() => measure([maxLegLots + 1n, call]), 'Domain');
  refusesMath(() => measure([-maxLegLots - 1n, call]), 'Domain');
  refusesMath(() => measure([1n, { ...call, mark: maxRowAtoms }]), 'Domain');
  const [, ...rest] = call.callProfit;
  refusesMath(() => measure([1n, { ...call, callProfit: [maxRowAtoms, ...rest] }]), 'Domain');
  refusesMath(() => measure([1n, { ...call, callProfit: rest }]), 'Domain');
  const shallow = { ...expiry, impactQ20: 2n, quotedImpactQ20: 1n };
  refusesMath(() => margin.measure([{ ...legs([1n, call]), risk: shallow }], FUNDS, charges), 'Domain');
  refusesMath(() => margin.measure([], { ...FUNDS, cash: 2n ** 63n }, charges), 'Overflow');
});
