/**
 * Builders for the instructions whose accounts follow from a few numbers, or that take a list of accounts at their end.
 *
 * The generated builders serve as they are for all others: their account names are those of {@link MarketKeys}, so
 * `getRequestExitInstruction({ ...keys, owner, stake, shares })` is a whole call.
 */

import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';

import { causeByte } from './decode.ts';
import {
  getBidInstruction,
  getCloseExpiryInstruction,
  getDepositInstruction,
  getFixSettlementInstruction,
  getListExpiryInstruction,
  getRecoverBreakerInstruction,
  getRefreshRiskInstruction,
  getReportFaultInstruction,
  getSetSurfaceInstruction,
  getSettleAccountInstruction,
  getStartAuctionInstruction,
  getTradeInstruction,
  getUpdateOracleInstruction,
  getWithdrawInstruction,
  type BidInstructionDataArgs,
  type ListExpiryInstructionDataArgs,
  type SetSurfaceInstructionDataArgs,
  type TradeInstructionDataArgs,
} from './generated/index.ts';
import type { MarketKeys } from './market-keys.ts';
import { expiryAddress, riskArrayAddress, shardAddress } from './pdas.ts';

/** Most strikes that an expiry may have. */
export const MAX_STRIKES = 16;

/** Adds read-only accounts at the end of an instruction. */
export function appendReadonly(instruction: Instruction, addresses: Address[]): Instruction {
  const appended = addresses.map((address) => ({ address, role: AccountRole.READONLY }));
  return { ...instruction, accounts: [...(instruction.accounts ?? []), ...appended] };
}

/** Risk arrays to append to an instruction. */
export function riskArrayAddresses(keys: MarketKeys, expiries: number[]): Promise<Address[]> {
  return Promise.all(expiries.map((id) => riskArrayAddress(keys.market, id)));
}

/** Expiries to append instead of risk arrays: the program then prices them on the spot. */
export function surfaceAddresses(keys: MarketKeys, expiries: number[]): Promise<Address[]> {
  return Promise.all(expiries.map((id) => expiryAddress(keys.market, id)));
}

/** The expiries that an instruction measures margin by, each in one of the lists. */
export interface MarginSources {
  /** Expiries whose risk arrays are appended. */
  expiries: number[];
  /** Expiries appended themselves: no risk array has to be fresh, but until the price is fixed the oracle has to. */
  surfaces?: number[];
}

async function marginSources(
  keys: MarketKeys,
  { expiries, surfaces = [] }: MarginSources,
): Promise<Address[]> {
  const [arrays, priced] = await Promise.all([
    riskArrayAddresses(keys, expiries),
    surfaceAddresses(keys, surfaces),
  ]);
  return [...arrays, ...priced];
}

function allShards(keys: MarketKeys, count: number): Promise<Address[]> {
  const indices = Array.from({ length: count }, (_, index) => index);
  return Promise.all(indices.map((index) => shardAddress(keys.market, index)));
}

async function expiryAccounts(keys: MarketKeys, id: number) {
  const [expiry, riskArray] = await Promise.all([
    expiryAddress(keys.market, id),
    riskArrayAddress(keys.market, id),
  ]);
  return { expiry, riskArray };
}

/** `sources` are the registered source accounts in order; see `sourceKeys`. */
export function updateOracle(keys: MarketKeys, sources: Address[]): Instruction {
  return appendReadonly(getUpdateOracleInstruction(keys), sources);
}

/** `id` is the market's next expiry identifier. */
export async function listExpiry(
  keys: MarketKeys,
  governor: TransactionSigner,
  id: number,
  args: ListExpiryInstructionDataArgs,
): Promise<Instruction> {
  return getListExpiryInstruction({ ...keys, ...(await expiryAccounts(keys, id)), governor, ...args });
}

/** A surface of one volatility per strike, without quotes behind it. */
export function plainSurface(volsPpm: number[], basisPpm = 0n): SetSurfaceInstructionDataArgs {
  return { volsPpm, svi: [], basisPpm, quotedSpreadPpm: 0n, quotedDepthLots: 0n, callPrices: [] };
}

/** `others` is every other live expiry of the market, in the order of their slots; see `otherExpiries`. */
export async function setSurface(
  keys: MarketKeys,
  surfaceAuthority: TransactionSigner,
  id: number,
  others: number[],
  args: SetSurfaceInstructionDataArgs,
): Promise<Instruction> {
  const accounts = await expiryAccounts(keys, id);
  const instruction = getSetSurfaceInstruction({ ...keys, ...accounts, surfaceAuthority, ...args });
  return appendReadonly(instruction, await surfaceAddresses(keys, others));
}

/** Computes an expiry's risk array, or at most `maxStrikes` of it; further calls go on from there. With `shards`, the
 * market's number of them, what they show of the book counts from now on; with zero the last look does. */
export async function refreshRisk(
  keys: MarketKeys,
  id: number,
  shards: number,
  maxStrikes = MAX_STRIKES,
): Promise<Instruction> {
  const accounts = await expiryAccounts(keys, id);
  const instruction = getRefreshRiskInstruction({ ...keys, ...accounts, maxStrikes });
  return appendReadonly(instruction, await allShards(keys, shards));
}

/** `payer` is the one recorded in the expiry; it gets the rent. */
export async function closeExpiry(keys: MarketKeys, id: number, payer: Address): Promise<Instruction> {
  return getCloseExpiryInstruction({ ...keys, ...(await expiryAccounts(keys, id)), payer });
}

export interface DepositRequest {
  depositor: TransactionSigner;
  account: Address;
  /** Token account that pays. */
  source: Address;
  amount: bigint;
  /** An account in debt pays the pool back first, which needs the pool. */
  withPool?: boolean;
}

export function deposit(keys: MarketKeys, { withPool = false, ...input }: DepositRequest): Instruction {
  const { pool, ...rest } = keys;
  return getDepositInstruction({ ...rest, ...input, ...(withPool ? { pool } : {}) });
}

/** The expiries are those of the account's legs; see `expiriesHeld`. */
export interface WithdrawRequest extends MarginSources {
  owner: TransactionSigner;
  account: Address;
  /** Token account that receives. */
  destination: Address;
  amount: bigint;
}

export async function withdraw(
  keys: MarketKeys,
  { expiries, surfaces, ...input }: WithdrawRequest,
): Promise<Instruction> {
  const sources = await marginSources(keys, { expiries, surfaces });
  return appendReadonly(getWithdrawInstruction({ ...keys, ...input }), sources);
}

/** Who signs for a margin account, and the account. */
export interface Party {
  authority: TransactionSigner;
  account: Address;
}

/** The expiries are those of both accounts' legs and the traded one, whose risk array must be there where the fill adds to
 * open interest. */
export interface TradeRequest extends TradeInstructionDataArgs, MarginSources {
  buyer: Party;
  seller: Party;
  shard: number;
}

export async function trade(keys: MarketKeys, input: TradeRequest): Promise<Instruction> {
  const { buyer, seller, shard, expiries, surfaces, ...args } = input;
  const instruction = getTradeInstruction({
    ...keys,
    ...args,
    buyerAuthority: buyer.authority,
    sellerAuthority: seller.authority,
    buyer: buyer.account,
    seller: seller.account,
    shard: await shardAddress(keys.market, shard),
  });
  return appendReadonly(instruction, await marginSources(keys, { expiries, surfaces }));
}

/** Bids for every live leg of an account alike, in the place of one leg's series. */
export const WHOLE_BOOK = 0xffff_ffff;

/** The series of a leg as a bid names it. */
export function legSeries(leg: { expiryId: number; strike: number; kind: number }): number {
  return leg.expiryId + leg.strike * 2 ** 16 + leg.kind * 2 ** 24;
}

export interface AuctionRequest extends MarginSources {
  /** The account below maintenance. */
  account: Address;
}

/** Opens an auction of an account, or keeps the clock of the running one going. Anyone may. */
export async function startAuction(keys: MarketKeys, input: AuctionRequest): Promise<Instruction> {
  const { expiries, surfaces, account } = input;
  const instruction = getStartAuctionInstruction({ ...keys, account });
  return appendReadonly(instruction, await marginSources(keys, { expiries, surfaces }));
}

export interface BidRequest extends BidInstructionDataArgs, AuctionRequest {
  liquidator: Party;
  shard: number;
}

/** Takes over a part of an account in an auction. Expiries and surfaces are those of both accounts. */
export async function bid(keys: MarketKeys, input: BidRequest): Promise<Instruction> {
  const { liquidator, shard, expiries, surfaces, ...args } = input;
  const instruction = getBidInstruction({
    ...keys,
    ...args,
    authority: liquidator.authority,
    liquidator: liquidator.account,
    shard: await shardAddress(keys.market, shard),
  });
  return appendReadonly(instruction, await marginSources(keys, { expiries, surfaces }));
}

async function openInterest(keys: MarketKeys, shards: number, expiries: number[]): Promise<Address[]> {
  return [...(await allShards(keys, shards)), ...(await riskArrayAddresses(keys, expiries))];
}

/** Reports that the Greeks of open interest in `expiries` are beyond the market's limits. `shards` is its number of them. */
export async function reportOpenGreeks(
  keys: MarketKeys,
  reporter: TransactionSigner,
  shards: number,
  expiries: number[],
): Promise<Instruction> {
  const report = getReportFaultInstruction({ ...keys, reporter, cause: causeByte('Greeks') });
  return appendReadonly(report, await openInterest(keys, shards, expiries));
}

/** Proves that they are within the limits again; `expiries` are all that live. */
export async function recoverOpenGreeks(
  keys: MarketKeys,
  shards: number,
  expiries: number[],
): Promise<Instruction> {
  const recovery = getRecoverBreakerInstruction({ ...keys, cause: causeByte('Greeks') });
  return appendReadonly(recovery, await openInterest(keys, shards, expiries));
}

/** `shards` is the market's number of shards; all of them are read. */
export async function fixSettlement(keys: MarketKeys, id: number, shards: number): Promise<Instruction> {
  const { expiry } = await expiryAccounts(keys, id);
  return appendReadonly(getFixSettlementInstruction({ ...keys, expiry }), await allShards(keys, shards));
}

export async function settleAccount(keys: MarketKeys, id: number, account: Address): Promise<Instruction> {
  const { expiry } = await expiryAccounts(keys, id);
  return getSettleAccountInstruction({ ...keys, expiry, account });
}
