/**
 * A market's whole life on a running validator, through the generated client: it opens, trades, crashes, liquidates,
 * loses its oracle and its breaker trips, exits stay open, it recovers, settles, and pays out to the last atom but for
 * its publishers' bonds and the pool, both of which cool down for longer than every challenge lasts.
 */

import { strict as assert } from 'node:assert';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import {
  CALL,
  closeExpiry,
  DEFAULT_PARAMS,
  fetchExpiry,
  fetchMaybeMarginAccount,
  fetchOracleAggregate,
  fetchPool,
  fetchStake,
  getCloseAccountInstruction,
  getCollectFeesInstruction,
  getRegisterSourceInstruction,
  getRequestExitInstruction,
  getTripBreakerInstruction,
  legsOf,
  listExpiry,
  lotsOf,
  MIN_BOND_UNITS,
  plainSurface,
  PUT,
  setSurface,
  shardAddress,
  SOURCE_KIND,
  sourceKeys,
  updateOracle,
  type MarketParams,
} from '../../app/client/src/index.ts';
import { deployProtocol } from '../../app/deploy/deploy.ts';
import { openProvider, openTrader } from '../../app/stage/actor.ts';
import { connect, programFiles } from '../../app/stage/environment.ts';
import { Play } from '../../app/stage/play.ts';
import { assertRefused } from '../../app/stage/refusal.ts';
import { LOTS_PER_UNIT, PUBLISHERS, Stage } from '../../app/stage/stage.ts';
import { story } from '../../app/stage/story.ts';

const USDC = 1_000_000n;
const STRIKES = [51_000n, 54_000n, 57_000n, 60_000n, 63_000n].map((k) => k * USDC);
/** Positions in the list above. */
const K57 = 2;
const K63 = 4;
const PUT_STRIKE = 57_000n * USDC;
const VOL_PPM = 800_000;
const LIFE_SECONDS = 90n;
const CRASHED = 52_000n * USDC;

/** A market that lives in minutes what others do in weeks, inside the program's bounds. */
const FAST: MarketParams = {
  ...DEFAULT_PARAMS,
  outflowFloorAtoms: 10_000_000_000_000n,
  maxSourceAgeSeconds: 10n,
  // A sixth of it is what a mark may be old when risk is added: time for one transaction after the round.
  maxMarkAgeSeconds: 24n,
  maxArrayAgeSeconds: 20n,
  bucketSeconds: 1n,
  recoveryRounds: 3n,
  minDwellSeconds: 5n,
  sourceDelaySeconds: 0n,
  guardianTripSeconds: 30n,
};

test('a market lives from its creation to an empty vault', async (t) => {
  const deployer = await connect();
  const { guardians } = await deployProtocol(deployer, programFiles());
  const guardian = await deployer.keys.get('guardian');
  assert.ok(guardians.includes(guardian.address), `a guardian's key is needed in ${deployer.keys.path}`);

  const marketId = randomInt(100, 65_536);
  t.diagnostic(`market ${marketId}`);
  const stage = await Stage.open(deployer, marketId, FAST);
  const { keys } = stage;
  const [alice, bob, carol, liquidator] = [
    await openTrader(deployer, keys, 'alice', 10_000n * USDC),
    await openTrader(deployer, keys, 'bob', 6_000n * USDC),
    await openTrader(deployer, keys, 'carol', 2_000n * USDC),
    await openTrader(deployer, keys, 'liquidator', 50_000n * USDC),
  ];
  const everyone = [alice, bob, carol, liquidator];
  const provider = await openProvider(deployer, keys, 20_000n * USDC);
  const step = story(t, () => stage.books());
  // Set by the first step.
  let play = new Play(stage, 0, 0n, FAST.bucketSeconds);
  let settlementPrice = 0n;

  await step('lists an expiry on a fresh mark', async () => {
    await stage.round(60_000n * USDC);
    const expiresAt = (await stage.now()) + LIFE_SECONDS;
    const source = { kind: SOURCE_KIND.publisher, group: 3, key: alice.tokens, feedId: new Uint8Array(32) };
    await assertRefused(
      stage.send('', getRegisterSourceInstruction({ ...keys, source, governor: alice.signer })),
      'NotGovernor',
    );
    await assertRefused(
      stage.send('', await listExpiry(keys, deployer.payer, 1, { expiresAt, strikes: [PUT_STRIKE + 1n] })),
      'InvalidStrikes',
    );
    const expiry = await stage.list(expiresAt, STRIKES, VOL_PPM);
    assert.equal(expiry, 1);
    play = new Play(stage, expiry, expiresAt, FAST.bucketSeconds);
    const surface = plainSurface(STRIKES.map(() => VOL_PPM));
    await assertRefused(
      stage.send('', await setSurface(keys, alice.signer, expiry, [], surface)),
      'NotSurfaceAuthority',
    );
    await assertRefused(
      stage.send('', await setSurface(keys, deployer.payer, expiry, [expiry + 1], surface)),
      'ExpiryAccountsMismatch',
    );
  });

  await step('takes only fills that both sides can carry', async () => {
    const puts = { buyer: alice, seller: bob, strike: K57, kind: PUT, lots: 50n };
    await stage.repeat(play.expiry);
    await play.fill(puts);
    await stage.repeat(play.expiry);
    await play.fill({ buyer: alice, seller: carol, strike: K63, kind: CALL, lots: 5n });
    assert.equal(lotsOf(await stage.account(alice), play.expiry, K57, PUT), 50n);
    assert.equal(lotsOf(await stage.account(bob), play.expiry, K57, PUT), -50n);

    await stage.repeat(play.expiry);
    await assertRefused(play.fill({ ...puts, seller: carol }), 'BelowInitialMargin');
    const price = await stage.price(play.expiry, K57, PUT);
    await assertRefused(play.fill({ ...puts, price: price + 1n }), 'OffTick');
    await assertRefused(play.fill({ ...puts, price: price + 100n * USDC }), 'PriceOutOfBand');
    await assertRefused(play.fill({ ...puts, expiries: [] }), 'MissingRiskArray');
    await assertRefused(play.fill({ ...puts, strike: STRIKES.length }), 'UnknownSeries');
    await assertRefused(play.fill({ ...puts, lots: 0n }), 'InvalidSize');
    await assertRefused(play.reportOpenGreeks(), 'FaultNotProven');
    await assertRefused(play.proveOpenGreeksWithin(), 'RecoveryNotProven');
  });

  await step('keeps collateral to its owner and to what no leg needs', async () => {
    await assertRefused(play.take(USDC, bob, alice), 'NotOwner');
    await assertRefused(play.take(5_000n * USDC, bob), 'CollateralEncumbered');
    await assertRefused(play.takePricedOnTheSpot(5_000n * USDC, bob), 'CollateralEncumbered');
    await play.takePricedOnTheSpot(100n * USDC, bob);
  });

  await step('liquidates bob once the crash has taken his margin, and not before', async () => {
    for (const price of [57_000n, 55_000n]) {
      await stage.round(price * USDC, play.expiry);
      await assertRefused(play.liquidate(bob, liquidator), 'NotLiquidatable');
    }
    await stage.round(CRASHED, play.expiry);
    await play.liquidate(bob, liquidator);
    const left = lotsOf(await stage.account(bob), play.expiry, K57, PUT);
    const taken = lotsOf(await stage.account(liquidator), play.expiry, K57, PUT);
    assert.equal(left + taken, -50n);
    assert.ok(left < 0n && taken < 0n, `bob keeps ${left}, the liquidator took ${taken}`);
    await assertRefused(play.liquidate(bob, liquidator), 'NotLiquidatable');
  });

  await step('only reduces while a guardian has the brake', async () => {
    const brake = { ...keys, level: 2, protocolWide: false };
    await assertRefused(
      stage.send('', getTripBreakerInstruction({ ...brake, guardian: alice.signer })),
      'NotGuardian',
    );
    await stage.send('tripped', getTripBreakerInstruction({ ...brake, guardian }));
    assert.equal(await stage.level(), 'ReduceOnly');
    await assertRefused(
      play.fill({ buyer: carol, seller: liquidator, strike: K57, kind: PUT, lots: 1n }),
      'ActionClosed',
    );
    await play.fill({ buyer: bob, seller: alice, strike: K57, kind: PUT, lots: 5n });
    assert.equal(lotsOf(await stage.account(alice), play.expiry, K57, PUT), 45n);
  });

  await step('trips on proof when the publishers fall silent, and lets everyone out', async () => {
    await assertRefused(play.reportLostQuorum(), 'FaultNotProven');
    const { data: oracle } = await fetchOracleAggregate(deployer.rpc, keys.oracle);
    await stage.until(oracle.mark.at + FAST.maxMarkAgeSeconds + 1n);
    assert.deepEqual(await stage.quality(), { grade: 'D', reason: 'aged' });
    const surface = plainSurface(STRIKES.map(() => VOL_PPM));
    await assertRefused(
      stage.send('', await setSurface(keys, deployer.payer, play.expiry, [], surface)),
      'MarkTooOld',
    );
    await play.reportLostQuorum();
    assert.equal(await stage.level(), 'CloseOnly');
    await assertRefused(play.reportLostQuorum(), 'FaultAlreadyReported');
    await assertRefused(play.proveRecovery(), 'RecoveryNotProven');
    await assertRefused(
      play.fill({ buyer: alice, seller: bob, strike: K57, kind: PUT, lots: 1n }),
      'ActionClosed',
    );
    await assertRefused(play.liquidate(bob, liquidator), 'ActionClosed');
    await play.take(100n * USDC, alice);
  });

  await step('recovers on proof of healthy rounds', async () => {
    const reversed = sourceKeys((await fetchOracleAggregate(deployer.rpc, keys.oracle)).data).reverse();
    await assertRefused(stage.send('', updateOracle(keys, reversed)), 'SourceAccountsMismatch');
    const tripped = await stage.now();
    await assertRefused(stage.round(CRASHED, play.expiry), 'OracleResuming');
    for (let round = 1n; round < FAST.recoveryRounds; round += 1n) {
      await stage.round(CRASHED);
      assert.deepEqual(await stage.quality(), { grade: 'D', reason: 'resuming' });
    }
    await stage.round(CRASHED, play.expiry);
    assert.deepEqual(await stage.quality(), { grade: 'A', reason: 'none' });
    await stage.until(tripped + FAST.minDwellSeconds);
    await play.proveRecovery();
    assert.notEqual(await stage.level(), 'CloseOnly');
  });

  await step('fixes the price from the last buckets before the expiry', async () => {
    await assertRefused(play.fix(), 'NotObservable');
    await assertRefused(play.settle(alice), 'NotFixed');
    const { data: stake } = await fetchStake(deployer.rpc, provider.stake);
    await stage.send(
      'asked to leave the pool',
      getRequestExitInstruction({
        ...keys,
        owner: provider.signer,
        stake: provider.stake,
        shares: stake.shares,
      }),
    );
    await assertRefused(play.leavePool(provider), 'ExitCoolingDown');
    while ((await stage.now()) <= play.expiresAt) {
      await stage.round(CRASHED);
      await stage.until((await stage.now()) + 2n);
    }
    // The round that closes the last bucket.
    await stage.round(CRASHED);
    assert.equal(await stage.level(), 'Normal');
    await assertRefused(
      play.fill({ buyer: alice, seller: bob, strike: K57, kind: PUT, lots: 1n }),
      'Expired',
    );
    await assertRefused(play.fix(1), 'ShardAccountsMismatch');
    await play.fixWhenPossible();
    const { data: fixed } = await fetchExpiry(deployer.rpc, await stage.expiryAddress(play.expiry));
    assert.equal(fixed.settlementPrice, await play.windowPrice());
    settlementPrice = fixed.settlementPrice;
    t.diagnostic(`fixed by tier ${fixed.tier}`);
    await assertRefused(play.fix(), 'AlreadyFixed');
  });

  await step('settles everyone in two passes and owes nothing after', async () => {
    const payoff = (lots: bigint) => lots * ((PUT_STRIKE - settlementPrice) / LOTS_PER_UNIT);
    const before = await Promise.all(
      everyone.map(async (actor) => ({ actor, account: await stage.account(actor) })),
    );
    for (const actor of everyone) await play.settle(actor);
    // The first in line is owed until the last has paid.
    const owed = (await stage.account(alice)).claims.filter((claim) => claim.expiryId === play.expiry);
    assert.deepEqual(
      owed.map((claim) => claim.amount),
      [payoff(45n)],
    );
    for (const actor of everyone) await play.settle(actor);
    for (const { actor, account } of before) {
      const after = await stage.account(actor);
      assert.deepEqual(legsOf(after), [], actor.name);
      const puts = lotsOf(account, play.expiry, K57, PUT);
      assert.equal(after.cash - account.cash, payoff(puts), actor.name);
    }
    const settled = (await fetchExpiry(deployer.rpc, await stage.expiryAddress(play.expiry))).data;
    assert.deepEqual([settled.escrow, settled.claimsLeft, settled.swept], [0n, 0n, 1]);
    await play.settle(alice);
    await stage.send('closed', await closeExpiry(keys, play.expiry, deployer.payer.address));
  });

  await step('pays the pool its fees and keeps the provider in until its time has come', async () => {
    for (const index of [0, 1]) {
      const shard = await shardAddress(keys.market, index);
      await stage.send('collected', getCollectFeesInstruction({ ...keys, shard }));
    }
    const { data: pool } = await fetchPool(deployer.rpc, keys.pool);
    assert.ok(pool.cash > 20_000n * USDC, 'the pool earned the fees');
    await assertRefused(play.leavePool(provider), 'ExitCoolingDown');
  });

  await step('leaves the bonds and the pool in the vault and not an atom more', async () => {
    for (const actor of everyone) {
      const { cash } = await stage.account(actor);
      const close = getCloseAccountInstruction({ owner: actor.signer, account: actor.account });
      await assertRefused(stage.send('', close), 'AccountNotEmpty');
      await play.take(cash, actor);
      await stage.send('closed', close);
      assert.equal((await fetchMaybeMarginAccount(deployer.rpc, actor.account)).exists, false);
    }
    const bonds = BigInt(PUBLISHERS) * MIN_BOND_UNITS * USDC;
    const { cash: pool } = (await fetchPool(deployer.rpc, keys.pool)).data;
    const left = bonds + pool;
    const empty = { cash: 0n, fees: 0n, escrow: 0n };
    assert.deepEqual(await stage.books(), { vault: left, claims: left, ...empty, pool, bonds });
  });
});
