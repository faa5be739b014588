/** Bytes and accounts of what concerns publishers and sources. */

import { test } from 'node:test';
import { strict as assert } from 'node:assert';

import { AccountRole, address, generateKeyPairSigner } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';

import {
  addBond,
  closePublisher,
  feedAddress,
  getQuarantineSourceInstruction,
  getRegisterSourceInstruction,
  getRemoveSourceInstruction,
  marketKeys,
  priceSignatures,
  publishPrice,
  publishSigned,
  registerPublisher,
  reportEquivocation,
  resignPublisher,
  signPrice,
  withdrawBond,
  slashPublisher,
  SOURCE_KIND,
} from '../src/index.ts';
import { addressBytes, assertAccounts, assertData, discriminator, i64, u64 } from './bytes.ts';

const KEY = address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx');
const INSTRUCTIONS = address('Sysvar1nstructions1111111111111111111111111');
const keys = await marketKeys(513, KEY);
const [publisher, other] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
const feed = await feedAddress(keys.market, publisher.address);
const price = { domain: new Uint8Array(8), price: 9n, slot: 8, publishTime: 7, confidencePpm: 6 };

const { READONLY, WRITABLE, READONLY_SIGNER, WRITABLE_SIGNER } = AccountRole;

test('a bond is paid from a token account into the vault', async () => {
  const payment = { source: KEY, amount: 5n };
  const opening = await registerPublisher(keys, publisher, payment);
  assertData(opening, discriminator('register_publisher'), u64(5n));
  assertAccounts(opening, [
    [publisher.address, WRITABLE_SIGNER],
    [keys.market, READONLY],
    [keys.ledger, WRITABLE],
    [feed, WRITABLE],
    [keys.oracle, WRITABLE],
    [KEY, WRITABLE],
    [keys.vault, WRITABLE],
    [keys.quoteMint, READONLY],
    [keys.tokenProgram, READONLY],
    [SYSTEM_PROGRAM_ADDRESS, READONLY],
  ]);
  const adding = await addBond(keys, other, publisher.address, payment);
  assertData(adding, discriminator('add_bond'), u64(5n));
  assertAccounts(adding, [
    [other.address, READONLY_SIGNER],
    [keys.market, READONLY],
    [keys.ledger, WRITABLE],
    [feed, WRITABLE],
    [KEY, WRITABLE],
    [keys.vault, WRITABLE],
    [keys.quoteMint, READONLY],
    [keys.tokenProgram, READONLY],
  ]);
});

test('a bond leaves the vault after a resignation', async () => {
  const resignation = await resignPublisher(keys, publisher);
  assertData(resignation, discriminator('resign_publisher'));
  assertAccounts(resignation, [
    [publisher.address, READONLY_SIGNER],
    [keys.oracle, READONLY],
    [feed, WRITABLE],
  ]);
  const closing = await closePublisher(keys, publisher);
  assertData(closing, discriminator('close_publisher'));
  assertAccounts(closing, [
    [publisher.address, WRITABLE_SIGNER],
    [feed, WRITABLE],
  ]);
  const withdrawal = await withdrawBond(keys, publisher, KEY, 7n);
  assertData(withdrawal, discriminator('withdraw_bond'), u64(7n));
  assertAccounts(withdrawal, [
    [publisher.address, READONLY_SIGNER],
    [keys.market, READONLY],
    [keys.ledger, WRITABLE],
    [feed, WRITABLE],
    [keys.vault, WRITABLE],
    [KEY, WRITABLE],
    [keys.quoteMint, READONLY],
    [keys.tokenProgram, READONLY],
  ]);
});

test('a publisher speaks for its own feed', async () => {
  const word = await publishPrice(keys, publisher, { price: 9n, confidence: 8n, publishTime: -7n });
  assertData(word, discriminator('publish_price'), u64(9n), u64(8n), i64(-7n));
  assertAccounts(word, [
    [publisher.address, READONLY_SIGNER],
    [feed, WRITABLE],
  ]);
});

test('signed prices come right behind their signatures, with their feeds in the same order', async () => {
  const signed = await Promise.all([signPrice(other, price), signPrice(publisher, price)]);
  const [signatures, call, ...rest] = await publishSigned(keys, signed);
  assert.deepEqual(signatures, priceSignatures(signed));
  assert.ok(call && rest.length === 0);
  assertData(call, discriminator('publish_signed'));
  assertAccounts(call, [
    [INSTRUCTIONS, READONLY],
    [await feedAddress(keys.market, other.address), WRITABLE],
    [feed, WRITABLE],
  ]);
});

test('a proof of equivocation comes right behind both signatures', async () => {
  const [one, two] = [await signPrice(publisher, price), await signPrice(publisher, { ...price, price: 1n })];
  const [signatures, call, ...rest] = await reportEquivocation(keys, [one, two], KEY);
  assert.deepEqual(signatures, priceSignatures([one, two]));
  assert.ok(call && rest.length === 0);
  assertData(call, discriminator('report_equivocation'));
  assertAccounts(call, [
    [INSTRUCTIONS, READONLY],
    [feed, WRITABLE],
    [keys.pool, WRITABLE],
    [KEY, WRITABLE],
  ]);
});

test('a slash clears what the oracle noted', async () => {
  const slash = await slashPublisher(keys, publisher.address, KEY);
  assertData(slash, discriminator('slash_publisher'));
  assertAccounts(slash, [
    [keys.oracle, WRITABLE],
    [feed, WRITABLE],
    [keys.pool, WRITABLE],
    [KEY, WRITABLE],
  ]);
});

test('sources are named as governance names them', () => {
  const source = { kind: SOURCE_KIND.switchboard, group: 3, key: KEY, feedId: new Uint8Array(32).fill(9) };
  const adding = getRegisterSourceInstruction({ ...keys, governor: other, source });
  const spec = Buffer.concat([Buffer.from([4, 3]), addressBytes(KEY), Buffer.alloc(32, 9)]);
  assertData(adding, discriminator('register_source'), spec);
  const removal = getRemoveSourceInstruction({ ...keys, governor: other, source: feed });
  assertData(removal, discriminator('remove_source'), addressBytes(feed));
  const quarantine = getQuarantineSourceInstruction({ ...keys, signer: other, source: feed });
  assertData(quarantine, discriminator('quarantine_source'), addressBytes(feed));
  for (const change of [adding, removal, quarantine]) {
    assertAccounts(change, [
      [other.address, READONLY_SIGNER],
      [keys.protocol, READONLY],
      [keys.market, WRITABLE],
      [keys.oracle, WRITABLE],
    ]);
  }
});
