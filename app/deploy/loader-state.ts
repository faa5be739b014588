/** What the upgradeable loader stores about a program. */

import {
  fetchEncodedAccount,
  getAddressDecoder,
  type Address,
  type ReadonlyUint8Array,
  type Rpc,
  type SolanaRpcApi,
} from '@solana/kit';

import { programDataAddress } from '../client/src/index.ts';

/** Bytes of the loader's own account of a program. */
export const PROGRAM_ACCOUNT_BYTES = 36;
/** Before the program's bytes in a buffer: tag and authority. */
export const BUFFER_HEADER_BYTES = 37;
/** Before the program's bytes in its program-data account: tag, slot and authority. */
export const PROGRAM_DATA_HEADER_BYTES = 45;

const AUTHORITY_TAG_AT = 12;
const AUTHORITY_AT = 13;

export interface Deployed {
  /** Missing when the program can no longer be upgraded. */
  authority: Address | undefined;
  /** The program, and zeros up to the room that was reserved for it. */
  bytes: ReadonlyUint8Array;
}

/** The deployed program, or `undefined` when there is none at the address. */
export async function readDeployed(rpc: Rpc<SolanaRpcApi>, program: Address): Promise<Deployed | undefined> {
  const account = await fetchEncodedAccount(rpc, await programDataAddress(program));
  if (!account.exists || account.data.length <= PROGRAM_DATA_HEADER_BYTES) return undefined;
  const named = account.data[AUTHORITY_TAG_AT] === 1;
  return {
    authority: named ? getAddressDecoder().decode(account.data, AUTHORITY_AT) : undefined,
    bytes: account.data.slice(PROGRAM_DATA_HEADER_BYTES),
  };
}

/** True when `stored` is `program`, with nothing but zeros behind it. */
export function holds(stored: ReadonlyUint8Array, program: Uint8Array): boolean {
  if (stored.length < program.length) return false;
  return stored.every((byte, at) => byte === (program[at] ?? 0));
}
