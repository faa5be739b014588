/** Accounts decoded from buffers written by hand at the program's offsets. */

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { address } from '@solana/kit';

import {
  CALL,
  causeByte,
  CAUSES,
  expiriesHeld,
  getMarginAccountDecoder,
  legsOf,
  levelInForce,
  liveExpiries,
  lotsOf,
  MARGIN_ACCOUNT_DISCRIMINATOR,
  otherExpiries,
  PUT,
  symbolBytes,
  symbolText,
  type Breaker,
  type MarginAccount,
} from '../src/index.ts';

const BREAKER = new URL('../../../crates/risk/src/breaker.rs', import.meta.url);
const MARGIN_ACCOUNT_BYTES = 984;
const LEGS_AT = 8 + 8 + 3 * 32 + 3 * 8 + 8 * 24;

/** A margin account with 5 cash, 3 debt, a claim of 11 on expiry 7 and the given legs. */
function marginAccount(
  legs: { lots: bigint; expiryId: number; strike: number; kind: number }[],
): MarginAccount {
  const bytes = Buffer.alloc(MARGIN_ACCOUNT_BYTES);
  bytes.set(MARGIN_ACCOUNT_DISCRIMINATOR);
  bytes.set([1, 254, 2, legs.length], 8);
  bytes.fill(7, 16, 48);
  bytes.writeBigUInt64LE(5n, 112);
  bytes.writeBigUInt64LE(3n, 120);
  bytes.writeBigUInt64LE(11n, 136);
  bytes.writeUInt16LE(7, 152);
  legs.forEach(({ lots, expiryId, strike, kind }, index) => {
    const at = LEGS_AT + index * 16;
    bytes.writeBigInt64LE(lots, at);
    bytes.writeUInt16LE(expiryId, at + 8);
    bytes.set([strike, kind], at + 10);
  });
  return getMarginAccountDecoder().decode(bytes);
}

test('reads a margin account byte for byte', () => {
  const account = marginAccount([
    { lots: -20n, expiryId: 300, strike: 3, kind: PUT },
    { lots: 4n, expiryId: 2, strike: 0, kind: CALL },
  ]);
  assert.equal(account.subId, 2);
  assert.equal(account.owner, address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx'));
  assert.deepEqual([account.cash, account.debt], [5n, 3n]);
  assert.deepEqual([account.claims[0]?.amount, account.claims[0]?.expiryId], [11n, 7]);
  assert.equal(account.legs.length, 32);
  assert.equal(legsOf(account).length, 2);
  assert.equal(lotsOf(account, 300, 3, PUT), -20n);
  assert.equal(lotsOf(account, 300, 3, CALL), 0n);
});

test('lists the expiries held once each, ascending', () => {
  const one = marginAccount([
    { lots: 1n, expiryId: 300, strike: 0, kind: CALL },
    { lots: 1n, expiryId: 2, strike: 0, kind: CALL },
  ]);
  const other = marginAccount([{ lots: 1n, expiryId: 2, strike: 1, kind: PUT }]);
  assert.deepEqual(expiriesHeld(one, other), [2, 300]);
  assert.deepEqual(expiriesHeld(marginAccount([])), []);
});

test('keeps live expiries in the order of their slots', () => {
  const market = { expiries: [9, 0, 2, 300, 0, 0, 0, 0] };
  assert.deepEqual(liveExpiries(market), [9, 2, 300]);
  assert.deepEqual(otherExpiries(market, 2), [9, 300]);
});

test('numbers causes as the program does', async () => {
  const source = await readFile(BREAKER, 'utf8');
  const body = /pub enum Cause \{([^}]*)\}/.exec(source)?.[1] ?? '';
  const rows = [...body.matchAll(/(\w+) = (\d+),/g)].map(([, name, byte]) => [name, Number(byte)]);
  assert.deepEqual(
    CAUSES.map((cause) => [cause, causeByte(cause)]),
    rows,
  );
});

test('takes the strictest trip that has not ended', () => {
  const breaker = (...trips: [level: number, until: bigint][]): Breaker => ({
    trips: trips.map(([level, until]) => ({
      level,
      until,
      since: 0n,
      consecutive: 0,
      pad0: new Uint8Array(6),
    })),
  });
  assert.equal(levelInForce([breaker()], 10n), 'Normal');
  assert.equal(levelInForce([breaker([1, 0n]), breaker([2, 50n])], 49n), 'ReduceOnly');
  assert.equal(levelInForce([breaker([1, 0n]), breaker([2, 50n])], 50n), 'Guarded');
  assert.equal(levelInForce([breaker([77, 0n])], 0n), 'WindDown');
});

test('pads symbols with zeros and reads them back', () => {
  assert.equal(symbolText(symbolBytes('BTC')), 'BTC');
  assert.equal(symbolText(symbolBytes('ABCDEFGHIJKLMNOP')), 'ABCDEFGHIJKLMNOP');
  assert.throws(() => symbolBytes('ABCDEFGHIJKLMNOPQ'), RangeError);
});
