/** What publishers sign, byte for byte, and what the Ed25519 precompile and the program make of it. */

import { strict as assert } from 'node:assert';
import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { generateKeyPairSigner } from '@solana/kit';

import {
  ED25519_PROGRAM,
  getSignedPriceDecoder,
  getSignedPriceEncoder,
  MAX_SIGNED_PRICES,
  priceSignatures,
  SIGNED_PRICE_BYTES,
  signPrice,
  type SignedPrice,
} from '../src/index.ts';
import { addressBytes, u16, u32, u64 } from './bytes.ts';

const RUST = new URL('../../../crates/risk/src/oracle/signed_price.rs', import.meta.url);

/** The example of the program's own tests. */
const PRICE: SignedPrice = {
  domain: Buffer.from('a domain'),
  price: 8_000_000_000n,
  slot: 400_000_000,
  publishTime: 1_800_000_000,
  confidencePpm: 500,
};
const PARTS = [Buffer.from('a domain'), u64(8_000_000_000n), u32(400_000_000), u32(1_800_000_000), u16(500)];
const MESSAGE = Buffer.concat(PARTS);

test('a message has its bytes where the program’s table says', async () => {
  const rows = [...(await readFile(RUST, 'utf8')).matchAll(/^\/\/! \| (\d+)\.\.(\d+) \|/gm)];
  const ends = PARTS.map((_, index) => Buffer.concat(PARTS.slice(0, index + 1)).length);
  assert.deepEqual(
    rows.map(([, from, to]) => [Number(from), Number(to)]),
    ends.map((end, index) => [ends[index - 1] ?? 0, end]),
  );
  assert.equal(MESSAGE.length, SIGNED_PRICE_BYTES);
  assert.deepEqual(Buffer.from(getSignedPriceEncoder().encode(PRICE)), MESSAGE);
});

test('a message is read back as it was written, up to the largest numbers', () => {
  const largest = {
    ...PRICE,
    price: 2n ** 64n - 1n,
    slot: 2 ** 32 - 1,
    publishTime: 2 ** 32 - 1,
    confidencePpm: 65_535,
  };
  for (const price of [PRICE, largest]) {
    const read = getSignedPriceDecoder().decode(getSignedPriceEncoder().encode(price));
    assert.deepEqual({ ...read, domain: Buffer.from(read.domain) }, price);
  }
  assert.throws(() => getSignedPriceEncoder().encode({ ...PRICE, slot: 2 ** 32 }));
  assert.throws(() => getSignedPriceEncoder().encode({ ...PRICE, confidencePpm: 65_536 }));
});

test('signatures verify through the very offsets that the instruction states', async () => {
  const publishers = await Promise.all([generateKeyPairSigner(), generateKeyPairSigner()]);
  const prices = [PRICE, { ...PRICE, slot: 7 }] as const;
  const signed = await Promise.all(publishers.map((p, index) => signPrice(p, prices[index] ?? PRICE)));
  const { programAddress, accounts, data: bytes } = priceSignatures(signed);
  assert.deepEqual([programAddress, accounts], [ED25519_PROGRAM, []]);
  const data = Buffer.from(bytes ?? []);
  assert.deepEqual([data[0], data[1]], [2, 0]);
  assert.equal(data.length, 2 + 2 * (14 + 32 + 64 + 26));
  for (const [index, publisher] of publishers.entries()) {
    const word = (at: number) => data.readUInt16LE(2 + 14 * index + 2 * at);
    // Signature, key and message lie in this instruction, which the runtime calls 65,535.
    assert.deepEqual([word(1), word(3), word(6)], [0xffff, 0xffff, 0xffff]);
    const part = (from: number, length: number) => data.subarray(from, from + length);
    const [signature, key, message] = [part(word(0), 64), part(word(2), 32), part(word(4), word(5))];
    assert.deepEqual(key, addressBytes(publisher.address));
    assert.deepEqual(message, Buffer.from(getSignedPriceEncoder().encode(prices[index] ?? PRICE)));
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
    assert.ok(verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature));
  }
});

test('no more than seven prices, and at least one, with domains of eight bytes', async () => {
  const publisher = await generateKeyPairSigner();
  const one = await signPrice(publisher, PRICE);
  const several = (count: number) => Array.from({ length: count }, () => one);
  assert.throws(() => priceSignatures([]), RangeError);
  assert.throws(() => priceSignatures(several(MAX_SIGNED_PRICES + 1)), RangeError);
  assert.equal(priceSignatures(several(MAX_SIGNED_PRICES)).data?.[0], MAX_SIGNED_PRICES);
  await assert.rejects(signPrice(publisher, { ...PRICE, domain: new Uint8Array(7) }), RangeError);
});
