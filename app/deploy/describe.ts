/** A market's addresses as a deployment reports them. */

import type { Address, Rpc, SolanaRpcApi } from '@solana/kit';

import {
  expiryAddress,
  fetchExpiry,
  fetchMarket,
  fetchOracleAggregate,
  riskArrayAddress,
  shardAddress,
  sourceKeys,
  symbolText,
  type MarketKeys,
} from '../client/src/index.ts';

export interface ExpiryAddresses {
  id: number;
  /** ISO 8601. */
  expiresAt: string;
  expiry: Address;
  riskArray: Address;
}

export interface MarketAddresses {
  id: number;
  symbol: string;
  address: Address;
  quoteMint: Address;
  tokenProgram: Address;
  vault: Address;
  ledger: Address;
  oracle: Address;
  pool: Address;
  shards: Address[];
  sources: Address[];
  expiries: ExpiryAddresses[];
}

export async function describeMarket(
  rpc: Rpc<SolanaRpcApi>,
  keys: MarketKeys,
  expiries: number[],
): Promise<MarketAddresses> {
  const { data: market } = await fetchMarket(rpc, keys.market);
  const { data: oracle } = await fetchOracleAggregate(rpc, keys.oracle);
  const shards = Array.from({ length: market.shardCount }, (_, index) => shardAddress(keys.market, index));
  return {
    id: keys.id,
    symbol: symbolText(market.symbol),
    address: keys.market,
    quoteMint: keys.quoteMint,
    tokenProgram: keys.tokenProgram,
    vault: keys.vault,
    ledger: keys.ledger,
    oracle: keys.oracle,
    pool: keys.pool,
    shards: await Promise.all(shards),
    sources: sourceKeys(oracle),
    expiries: await Promise.all(expiries.map((id) => describeExpiry(rpc, keys, id))),
  };
}

async function describeExpiry(
  rpc: Rpc<SolanaRpcApi>,
  keys: MarketKeys,
  id: number,
): Promise<ExpiryAddresses> {
  const address = await expiryAddress(keys.market, id);
  const { data } = await fetchExpiry(rpc, address);
  return {
    id,
    expiresAt: new Date(Number(data.expiresAt) * 1_000).toISOString(),
    expiry: address,
    riskArray: await riskArrayAddress(keys.market, id),
  };
}
