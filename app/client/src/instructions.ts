/**
 * Builders for the instructions whose accounts follow from a few numbers, or that take a list of accounts at their end.
 *
 * The generated builders serve as they are for all others: their account names are those of {@link MarketKeys}, so
 * `getRequestExitInstruction({ ...keys, owner, stake, shares })` is a whole call.
 */

import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';

import {
  getCloseExpiryInstruction,
  getDepositInstruction,
  getFixSettlementInstruction,
  getLiquidateInstruction,
  getListExpiryInstruction,
  getRefreshRiskInstruction,
  getSetSurfaceInstruction,
  getSettleAccountInstruction,
  getTradeInstruction,
  getUpdateOracleInstruction,
  getWithdrawInstruction,
  type LiquidateInstructionDataArgs,
  type ListExpiryInstructionDataArgs,
  type SetSurfaceInstructionDataArgs,
  type TradeInstructionDataArgs,
} from './generated/index.ts';
import type { MarketKeys } from './market-keys.ts';
import { expiryAddress, riskArrayAddress, shardAddress } from './pdas.ts';

/** Adds read-only accounts at the end of an instruction. */
export function appendReadonly(instruction: Instruction, addresses: Address[]): Instruction {
  const appended = addresses.map((address) => ({ address, role: AccountRole.READONLY }));
  return { ...instruction, accounts: [...(instruction.accounts ?? []), ...appended] };
}

function riskArrays(keys: MarketKeys, expiries: number[]): Promise<Address[]> {
  return Promise.all(expiries.map((id) => riskArrayAddress(keys.market, id)));
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

export async function setSurface(
  keys: MarketKeys,
  surfaceAuthority: TransactionSigner,
  id: number,
  args: SetSurfaceInstructionDataArgs,
): Promise<Instruction> {
  return getSetSurfaceInstruction({
    ...keys,
    ...(await expiryAccounts(keys, id)),
    surfaceAuthority,
    ...args,
  });
}

export async function refreshRisk(keys: MarketKeys, id: number): Promise<Instruction> {
  return getRefreshRiskInstruction({ ...keys, ...(await expiryAccounts(keys, id)) });
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

export interface WithdrawRequest {
  owner: TransactionSigner;
  account: Address;
  /** Token account that receives. */
  destination: Address;
  amount: bigint;
  /** Those of the account's legs; see `expiriesHeld`. */
  expiries: number[];
}

export async function withdraw(
  keys: MarketKeys,
  { expiries, ...input }: WithdrawRequest,
): Promise<Instruction> {
  return appendReadonly(getWithdrawInstruction({ ...keys, ...input }), await riskArrays(keys, expiries));
}

/** Who signs for a margin account, and the account. */
export interface Party {
  authority: TransactionSigner;
  account: Address;
}

export interface TradeRequest extends TradeInstructionDataArgs {
  buyer: Party;
  seller: Party;
  shard: number;
  /** Those of both accounts' legs and the traded one. */
  expiries: number[];
}

export async function trade(keys: MarketKeys, input: TradeRequest): Promise<Instruction> {
  const { buyer, seller, shard, expiries, ...args } = input;
  const instruction = getTradeInstruction({
    ...keys,
    ...args,
    buyerAuthority: buyer.authority,
    sellerAuthority: seller.authority,
    buyer: buyer.account,
    seller: seller.account,
    shard: await shardAddress(keys.market, shard),
  });
  return appendReadonly(instruction, await riskArrays(keys, expiries));
}

export interface LiquidateRequest extends LiquidateInstructionDataArgs {
  liquidator: Party;
  /** The account below maintenance. */
  account: Address;
  shard: number;
  /** Those of both accounts' legs. */
  expiries: number[];
  /** Needed when the account's own collateral cannot pay. */
  withPool?: boolean;
}

export async function liquidate(keys: MarketKeys, input: LiquidateRequest): Promise<Instruction> {
  const { liquidator, shard, expiries, withPool = false, ...args } = input;
  const { pool, ...rest } = keys;
  const instruction = getLiquidateInstruction({
    ...rest,
    ...args,
    ...(withPool ? { pool } : {}),
    authority: liquidator.authority,
    liquidator: liquidator.account,
    shard: await shardAddress(keys.market, shard),
  });
  return appendReadonly(instruction, await riskArrays(keys, expiries));
}

/** `shards` is the market's number of shards; all of them are read. */
export async function fixSettlement(keys: MarketKeys, id: number, shards: number): Promise<Instruction> {
  const { expiry } = await expiryAccounts(keys, id);
  const indices = Array.from({ length: shards }, (_, index) => index);
  const addresses = await Promise.all(indices.map((index) => shardAddress(keys.market, index)));
  return appendReadonly(getFixSettlementInstruction({ ...keys, expiry }), addresses);
}

export async function settleAccount(keys: MarketKeys, id: number, account: Address): Promise<Instruction> {
  const { expiry } = await expiryAccounts(keys, id);
  return getSettleAccountInstruction({ ...keys, expiry, account });
}
