/** The books of a market against the tokens in its vault. */

import { strict as assert } from 'node:assert';

import {
  getAddressEncoder,
  getBase58Decoder,
  getBase64Encoder,
  type Address,
  type Base58EncodedBytes,
  type Rpc,
  type SolanaRpcApi,
} from '@solana/kit';
import { fetchToken } from '@solana-program/token';

import {
  BULKHEAD_PROGRAM_ADDRESS,
  expiryAddress,
  fetchAllOiShard,
  fetchAllMaybeExpiry,
  fetchLedger,
  fetchMarket,
  fetchPool,
  getMarginAccountDecoder,
  getMarginAccountDiscriminatorBytes,
  shardAddress,
  type MarginAccount,
  type MarketKeys,
} from '../client/src/index.ts';

/** Quote atoms. */
export interface Books {
  vault: bigint;
  claims: bigint;
  cash: bigint;
  pool: bigint;
  fees: bigint;
  escrow: bigint;
}

/** Discriminator, eight bytes of small fields, owner and delegate come before the market. */
const MARKET_AT = 8n + 8n + 32n + 32n;

/** Every margin account of a market. */
export async function marginAccounts(rpc: Rpc<SolanaRpcApi>, market: Address): Promise<MarginAccount[]> {
  const base58 = (bytes: Parameters<ReturnType<typeof getBase58Decoder>['decode']>[0]) =>
    getBase58Decoder().decode(bytes) as Base58EncodedBytes;
  const is = (offset: bigint, bytes: Base58EncodedBytes) =>
    ({ memcmp: { offset, bytes, encoding: 'base58' } }) as const;
  const found = await rpc
    .getProgramAccounts(BULKHEAD_PROGRAM_ADDRESS, {
      encoding: 'base64',
      filters: [
        is(0n, base58(getMarginAccountDiscriminatorBytes())),
        is(MARKET_AT, base58(getAddressEncoder().encode(market))),
      ],
    })
    .send();
  return found.map(({ account }) =>
    getMarginAccountDecoder().decode(getBase64Encoder().encode(account.data[0])),
  );
}

export async function readBooks(rpc: Rpc<SolanaRpcApi>, keys: MarketKeys): Promise<Books> {
  const { data: market } = await fetchMarket(rpc, keys.market);
  const numbers = (count: number, first: number) => Array.from({ length: count }, (_, i) => first + i);
  const shardKeys = await Promise.all(numbers(market.shardCount, 0).map((i) => shardAddress(keys.market, i)));
  const listed = Number(market.nextExpiryId) - 1;
  const expiryKeys = await Promise.all(numbers(listed, 1).map((id) => expiryAddress(keys.market, id)));
  const [vault, ledger, pool, shards, expiries, accounts] = await Promise.all([
    fetchToken(rpc, keys.vault),
    fetchLedger(rpc, keys.ledger),
    fetchPool(rpc, keys.pool),
    fetchAllOiShard(rpc, shardKeys),
    fetchAllMaybeExpiry(rpc, expiryKeys),
    marginAccounts(rpc, keys.market),
  ]);
  const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  return {
    vault: vault.data.amount,
    claims: ledger.data.claims,
    cash: sum(accounts.map((account) => account.cash)),
    pool: pool.data.cash,
    fees: sum(shards.map((shard) => shard.data.fees)),
    escrow: sum(expiries.map((expiry) => (expiry.exists ? expiry.data.escrow : 0n))),
  };
}

/** Not an atom more or less in the vault than the program says, and than its books add up to. */
export function assertBalanced(books: Books): void {
  const { vault, claims, cash, pool, fees, escrow } = books;
  assert.equal(vault, claims, 'the vault holds what the ledger claims');
  assert.equal(cash + pool + fees + escrow, claims, 'collateral, pool, fees and escrow make up the claims');
}
