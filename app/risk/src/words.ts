/**
 * Numbers on their way into the module. WebAssembly would cut them to size without a word, and a price of 2^64 + 1 would be
 * worth one; here they are refused.
 */

import { MathError } from './refusal.ts';

const U32_MAX = 0xffff_ffff;

/** @throws {MathError} `Domain` unless the value fits 64 bits without a sign. */
export function u64(value: bigint, name: string): bigint {
  if (BigInt.asUintN(64, value) !== value) throw new MathError('Domain', `${name} is ${value.toString()}`);
  return value;
}

/** @throws {MathError} `Domain` unless the value fits 64 bits with a sign. */
export function i64(value: bigint, name: string): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new MathError('Domain', `${name} is ${value.toString()}`);
  return value;
}

/** @throws {MathError} `Domain` unless the value is whole and fits 32 bits without a sign. */
export function u32(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > U32_MAX)
    throw new MathError('Domain', `${name} is ${value}`);
  return value;
}
