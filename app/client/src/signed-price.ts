/** A publisher's price as it is signed off chain, and the instruction in which the Ed25519 precompile checks such signatures. */

import {
  address,
  createSignableMessage,
  fixDecoderSize,
  fixEncoderSize,
  getAddressEncoder,
  getBytesDecoder,
  getBytesEncoder,
  getStructDecoder,
  getStructEncoder,
  getU16Decoder,
  getU16Encoder,
  getU32Decoder,
  getU32Encoder,
  getU64Decoder,
  getU64Encoder,
  type Address,
  type FixedSizeDecoder,
  type FixedSizeEncoder,
  type Instruction,
  type MessagePartialSigner,
  type ReadonlyUint8Array,
  type SignatureBytes,
} from '@solana/kit';

export const ED25519_PROGRAM = address('Ed25519SigVerify111111111111111111111111111');

/** Length of a signed message. */
export const SIGNED_PRICE_BYTES = 26;
/** Most prices that one transaction carries. */
export const MAX_SIGNED_PRICES = 7;

const DOMAIN_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Number of signatures and a byte of padding. */
const HEADER_BYTES = 2;
const OFFSETS_BYTES = 14;
const PART_BYTES = KEY_BYTES + SIGNATURE_BYTES + SIGNED_PRICE_BYTES;
/** Index that means the instruction in which it stands. */
const HERE = 0xffff;

/** What a publisher signs, once at most for a slot: two that differ cost it its bond. */
export interface SignedPrice {
  /** `PublisherFeed.domain`: stands for program, market, publisher and this life of the feed. */
  domain: ReadonlyUint8Array;
  /** Quote atoms per unit of the underlying. */
  price: bigint;
  /** In which the price was observed. */
  slot: number;
  /** Unix seconds. */
  publishTime: number;
  /** Half-width of the confidence interval, parts per million of the price. */
  confidencePpm: number;
}

export function getSignedPriceEncoder(): FixedSizeEncoder<SignedPrice> {
  return getStructEncoder([
    ['domain', fixEncoderSize(getBytesEncoder(), DOMAIN_BYTES)],
    ['price', getU64Encoder()],
    ['slot', getU32Encoder()],
    ['publishTime', getU32Encoder()],
    ['confidencePpm', getU16Encoder()],
  ]);
}

export function getSignedPriceDecoder(): FixedSizeDecoder<SignedPrice> {
  return getStructDecoder([
    ['domain', fixDecoderSize(getBytesDecoder(), DOMAIN_BYTES)],
    ['price', getU64Decoder()],
    ['slot', getU32Decoder()],
    ['publishTime', getU32Decoder()],
    ['confidencePpm', getU16Decoder()],
  ]);
}

/** A price and who signed it. */
export interface PriceSignature {
  publisher: Address;
  price: SignedPrice;
  signature: SignatureBytes;
}

export async function signPrice(
  publisher: MessagePartialSigner,
  price: SignedPrice,
): Promise<PriceSignature> {
  if (price.domain.length !== DOMAIN_BYTES)
    throw new RangeError(`a domain has ${DOMAIN_BYTES} bytes: that of the publisher's feed`);
  const message = createSignableMessage(new Uint8Array(getSignedPriceEncoder().encode(price)));
  const [signatures] = await publisher.signMessages([message]);
  const signature = signatures?.[publisher.address];
  if (!signature) throw new Error(`${publisher.address} did not sign`);
  return { publisher: publisher.address, price, signature };
}

/** The precompile's instruction, laid out as the program wants it: everything within this one instruction. */
export function priceSignatures(signed: PriceSignature[]): Instruction {
  if (signed.length < 1 || signed.length > MAX_SIGNED_PRICES)
    throw new RangeError(`one transaction carries one to ${MAX_SIGNED_PRICES} signed prices`);
  const first = HEADER_BYTES + OFFSETS_BYTES * signed.length;
  const data = new Uint8Array(first + PART_BYTES * signed.length);
  const view = new DataView(data.buffer);
  data[0] = signed.length;
  for (const [index, { publisher, price, signature }] of signed.entries()) {
    const key = first + PART_BYTES * index;
    const message = key + KEY_BYTES + SIGNATURE_BYTES;
    const words = [key + KEY_BYTES, HERE, key, HERE, message, SIGNED_PRICE_BYTES, HERE];
    const offsets = HEADER_BYTES + OFFSETS_BYTES * index;
    words.forEach((word, at) => {
      view.setUint16(offsets + 2 * at, word, true);
    });
    data.set(getAddressEncoder().encode(publisher), key);
    data.set(signature, key + KEY_BYTES);
    data.set(getSignedPriceEncoder().encode(price), message);
  }
  return { programAddress: ED25519_PROGRAM, accounts: [], data };
}
