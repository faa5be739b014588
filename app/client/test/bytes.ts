/** Instruction data written by hand, and comparison with what a builder made. */

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';

import { getAddressEncoder, type AccountRole, type Address, type Instruction } from '@solana/kit';

import { BULKHEAD_PROGRAM_ADDRESS } from '../src/index.ts';

export function discriminator(name: string): Buffer {
  return createHash('sha256').update(`global:${name}`).digest().subarray(0, 8);
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export function i64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function addressBytes(key: Address): Buffer {
  return Buffer.from(getAddressEncoder().encode(key));
}

export function assertData(instruction: Instruction, ...parts: Buffer[]): void {
  assert.equal(instruction.programAddress, BULKHEAD_PROGRAM_ADDRESS);
  assert.equal(Buffer.from(instruction.data ?? []).toString('hex'), Buffer.concat(parts).toString('hex'));
}

export function assertAccounts(instruction: Instruction, expected: [Address, AccountRole][]): void {
  const accounts = (instruction.accounts ?? []).map(({ address, role }) => [address, role]);
  assert.deepEqual(accounts, expected);
}
