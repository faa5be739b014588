/** Addresses of every account, derived from the seeds the program uses: numbers are little-endian, keys 32 bytes. */

import {
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  getU16Encoder,
  getU64Encoder,
  type Address,
  type ReadonlyUint8Array,
} from '@solana/kit';

import { BULKHEAD_PROGRAM_ADDRESS } from './generated/index.ts';

export const UPGRADEABLE_LOADER = address('BPFLoaderUpgradeab1e11111111111111111111111');

type Seed = ReadonlyUint8Array | string;

async function derive(seeds: Seed[], programAddress: Address = BULKHEAD_PROGRAM_ADDRESS): Promise<Address> {
  const [derived] = await getProgramDerivedAddress({ programAddress, seeds });
  return derived;
}

const key = (value: Address) => getAddressEncoder().encode(value);
const byte = (value: number) => new Uint8Array([value]);
const u16 = (value: number) => getU16Encoder().encode(value);
const u64 = (value: bigint | number) => getU64Encoder().encode(value);

export function protocolAddress(): Promise<Address> {
  return derive(['protocol']);
}

/** The loader's account that holds a program's bytes and names its upgrade authority. */
export function programDataAddress(program: Address = BULKHEAD_PROGRAM_ADDRESS): Promise<Address> {
  return derive([key(program)], UPGRADEABLE_LOADER);
}

export function marketAddress(id: number): Promise<Address> {
  return derive(['market', u16(id)]);
}

export function vaultAddress(market: Address): Promise<Address> {
  return derive(['vault', key(market)]);
}

export function ledgerAddress(market: Address): Promise<Address> {
  return derive(['ledger', key(market)]);
}

export function oracleAddress(market: Address): Promise<Address> {
  return derive(['oracle', key(market)]);
}

export function poolAddress(market: Address): Promise<Address> {
  return derive(['pool', key(market)]);
}

export function stakeAddress(market: Address, owner: Address): Promise<Address> {
  return derive(['stake', key(market), key(owner)]);
}

export function feedAddress(market: Address, publisher: Address): Promise<Address> {
  return derive(['feed', key(market), key(publisher)]);
}

export function expiryAddress(market: Address, id: number): Promise<Address> {
  return derive(['expiry', key(market), u64(id)]);
}

export function riskArrayAddress(market: Address, expiryId: number): Promise<Address> {
  return derive(['risk', key(market), u64(expiryId)]);
}

export function shardAddress(market: Address, index: number): Promise<Address> {
  return derive(['shard', key(market), byte(index)]);
}

export function marginAddress(market: Address, owner: Address, subId = 0): Promise<Address> {
  return derive(['margin', key(market), key(owner), byte(subId)]);
}

export function proposalAddress(index: bigint): Promise<Address> {
  return derive(['proposal', u64(index)]);
}
