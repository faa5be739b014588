/** Bytes and accounts of instructions, built by hand and compared. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { AccountRole, address, generateKeyPairSigner, type Address } from '@solana/kit';

import {
  BULKHEAD_PROGRAM_ADDRESS,
  deposit,
  expiryAddress,
  fixSettlement,
  marketKeys,
  plainSurface,
  recoverOpenGreeks,
  refreshRisk,
  reportOpenGreeks,
  riskArrayAddress,
  setSurface,
  shardAddress,
  trade,
  updateOracle,
  withdraw,
  WHOLE_BOOK,
  legSeries,
  bid,
  startAuction,
} from '../src/index.ts';
import { assertAccounts, assertData, discriminator, i64, u32, u64 } from './bytes.ts';

const KEY = address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx');
const keys = await marketKeys(513, KEY);
const [one, two] = [await generateKeyPairSigner(), await generateKeyPairSigner()];

function readonly(address: Address) {
  return { address, role: AccountRole.READONLY };
}

const { READONLY, WRITABLE, READONLY_SIGNER } = AccountRole;

test('a trade names both sides, then the risk arrays', async () => {
  const instruction = await trade(keys, {
    buyer: { authority: one, account: KEY },
    seller: { authority: two, account: keys.pool },
    shard: 1,
    expiries: [2, 300],
    expiryId: 300,
    strike: 4,
    kind: 1,
    lots: 5n,
    price: 2_000_000_000_000n,
  });
  const series = Buffer.from([0x2c, 0x01, 4, 1]);
  assertData(instruction, discriminator('trade'), series, u64(5n), u64(2_000_000_000_000n));
  assertAccounts(instruction, [
    [one.address, READONLY_SIGNER],
    [two.address, READONLY_SIGNER],
    [keys.protocol, READONLY],
    [keys.market, READONLY],
    [keys.oracle, READONLY],
    [await shardAddress(keys.market, 1), WRITABLE],
    [KEY, WRITABLE],
    [keys.pool, WRITABLE],
    [await riskArrayAddress(keys.market, 2), READONLY],
    [await riskArrayAddress(keys.market, 300), READONLY],
  ]);
});

test('a deposit passes the pool only when asked, and the program in its place otherwise', () => {
  const request = { depositor: one, account: KEY, source: two.address, amount: 7n };
  const plain = deposit(keys, request);
  assertData(plain, discriminator('deposit'), u64(7n));
  assert.deepEqual(plain.accounts?.at(-1), { address: BULKHEAD_PROGRAM_ADDRESS, role: READONLY });
  const repaying = deposit(keys, { ...request, withPool: true });
  assert.deepEqual(repaying.accounts?.at(-1), { address: keys.pool, role: WRITABLE });
});

test('a withdrawal ends with the risk arrays of the legs', async () => {
  const instruction = await withdraw(keys, {
    owner: one,
    account: KEY,
    destination: two.address,
    amount: 9n,
    expiries: [1],
  });
  assertData(instruction, discriminator('withdraw'), u64(9n));
  assertAccounts(instruction, [
    [one.address, READONLY_SIGNER],
    [keys.protocol, READONLY],
    [keys.market, READONLY],
    [keys.oracle, READONLY],
    [keys.ledger, WRITABLE],
    [KEY, WRITABLE],
    [keys.vault, WRITABLE],
    [two.address, WRITABLE],
    [keys.quoteMint, READONLY],
    [keys.tokenProgram, READONLY],
    [await riskArrayAddress(keys.market, 1), READONLY],
  ]);
});

test('expiries take the place of risk arrays where the program prices on the spot', async () => {
  const sources = { expiries: [2], surfaces: [1, 300] };
  const appended = [
    await riskArrayAddress(keys.market, 2),
    await expiryAddress(keys.market, 1),
    await expiryAddress(keys.market, 300),
  ].map(readonly);
  const sides = { buyer: { authority: one, account: KEY }, seller: { authority: two, account: keys.pool } };
  const series = { expiryId: 2, strike: 4, kind: 1, lots: 5n, price: 1n };
  const fill = await trade(keys, { ...sides, ...series, ...sources, shard: 0 });
  const payment = { owner: one, account: KEY, destination: two.address, amount: 9n };
  const withdrawal = await withdraw(keys, { ...payment, ...sources });
  const share = { auctionId: 1n, leg: WHOLE_BOOK, sharePpm: 1n, minPayment: 0n, scenario: 0, shard: 0 };
  const takeover = await bid(keys, {
    ...share,
    ...sources,
    liquidator: { authority: one, account: KEY },
    account: two.address,
  });
  for (const { accounts } of [fill, withdrawal, takeover]) assert.deepEqual(accounts?.slice(-3), appended);
});

test('a surface is followed by the other expiries, in the order given', async () => {
  const surface = {
    ...plainSurface([], -2n),
    svi: [{ a: 1n, b: 2n, rho: -3n, m: 4n, sigma: 5n }],
    quotedSpreadPpm: 6n,
    quotedDepthLots: 7n,
    callPrices: [8n],
  };
  const instruction = await setSurface(keys, one, 300, [9, 2], surface);
  const slice = [1n, 2n, -3n, 4n, 5n].map(i64);
  const quotes = [u64(6n), u64(7n), u32(1), u64(8n)];
  assertData(instruction, discriminator('set_surface'), u32(0), u32(1), ...slice, i64(-2n), ...quotes);
  assertAccounts(instruction, [
    [one.address, READONLY_SIGNER],
    [keys.market, READONLY],
    [keys.oracle, READONLY],
    [await expiryAddress(keys.market, 300), WRITABLE],
    [await riskArrayAddress(keys.market, 300), WRITABLE],
    [await expiryAddress(keys.market, 9), READONLY],
    [await expiryAddress(keys.market, 2), READONLY],
  ]);
  const plain = await setSurface(keys, one, 300, [], plainSurface([600_000, 500_000]));
  const vols = [u32(2), u32(600_000), u32(500_000)];
  assertData(plain, discriminator('set_surface'), ...vols, u32(0), i64(0n), u64(0n), u64(0n), u32(0));
});

test('a refresh takes every strike and the shards it is told of', async () => {
  const whole = await refreshRisk(keys, 300, 2);
  assertData(whole, discriminator('refresh_risk'), Buffer.from([16]));
  assertAccounts(whole, [
    [keys.market, READONLY],
    [keys.oracle, READONLY],
    [await expiryAddress(keys.market, 300), READONLY],
    [await riskArrayAddress(keys.market, 300), WRITABLE],
    [await shardAddress(keys.market, 0), READONLY],
    [await shardAddress(keys.market, 1), READONLY],
  ]);
  const part = await refreshRisk(keys, 300, 0, 5);
  assertData(part, discriminator('refresh_risk'), Buffer.from([5]));
  assert.equal(part.accounts?.length, 4);
});

test('open Greeks are shown by all shards, then risk arrays', async () => {
  const shown = await Promise.all([
    shardAddress(keys.market, 0),
    shardAddress(keys.market, 1),
    riskArrayAddress(keys.market, 2),
    riskArrayAddress(keys.market, 300),
  ]);
  const report = await reportOpenGreeks(keys, one, 2, [2, 300]);
  assertData(report, discriminator('report_fault'), Buffer.from([5]));
  // The program stands for the shard that is evidence of another fault.
  assert.deepEqual(report.accounts?.slice(-5), [BULKHEAD_PROGRAM_ADDRESS, ...shown].map(readonly));
  const recovery = await recoverOpenGreeks(keys, 2, [2, 300]);
  assertData(recovery, discriminator('recover_breaker'), Buffer.from([5]));
  assert.deepEqual(recovery.accounts?.slice(-5), [keys.vault, ...shown].map(readonly));
});

test('a bid names its auction and takes a signed least payment', async () => {
  const instruction = await bid(keys, {
    liquidator: { authority: one, account: KEY },
    account: two.address,
    shard: 0,
    auctionId: 7n,
    leg: legSeries({ expiryId: 300, strike: 5, kind: 1 }),
    sharePpm: 250_000n,
    minPayment: -3n,
    scenario: 32,
    expiries: [],
  });
  const words = [u64(7n), Buffer.from([0x2c, 0x01, 5, 1]), u64(250_000n), i64(-3n), Buffer.from([32])];
  assertData(instruction, discriminator('bid'), ...words);
});

test('an auction is started by anyone and shown the expiries', async () => {
  const instruction = await startAuction(keys, { account: two.address, expiries: [2] });
  assertData(instruction, discriminator('start_auction'));
  assert.deepEqual(instruction.accounts?.at(-1), readonly(await riskArrayAddress(keys.market, 2)));
});

test('the oracle reads its sources and settlement every shard', async () => {
  const update = updateOracle(keys, [one.address, two.address]);
  assertData(update, discriminator('update_oracle'));
  assertAccounts(update, [
    [keys.market, READONLY],
    [keys.oracle, WRITABLE],
    [one.address, READONLY],
    [two.address, READONLY],
  ]);
  const fix = await fixSettlement(keys, 300, 2);
  assertData(fix, discriminator('fix_settlement'));
  const shards = await Promise.all([0, 1].map((index) => shardAddress(keys.market, index)));
  assert.deepEqual(
    fix.accounts?.slice(-2),
    shards.map((shard) => ({ address: shard, role: READONLY })),
  );
});
