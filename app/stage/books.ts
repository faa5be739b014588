/** The books of a market against the tokens in its vault. */

import { strict as assert } from 'node:assert';

import {
  getAddressEncoder,
  getBase58Decoder,
  getBase64Encoder,
  type Address,
  type Base58EncodedBytes,
  type MaybeAccount,
  type ReadonlyUint8Array,
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
  getKeeperBondDecoder,
  getKeeperBondDiscriminatorBytes,
  getMarginAccountDecoder,
  getMarginAccountDiscriminatorBytes,
  getPublisherFeedDecoder,
  getPublisherFeedDiscriminatorBytes,
  shardAddress,
  type Expiry,
  type KeeperBond,
  type MarginAccount,
  type MarketKeys,
  type PublisherFeed,
} from '../client/src/index.ts';

/** Quote atoms. */
export interface Books {
  vault: bigint;
  claims: bigint;
  cash: bigint;
  pool: bigint;
  fees: bigint;
  escrow: bigint;
  bonds: bigint;
}

/** Discriminator, eight bytes of small fields, owner and delegate come before a margin account's market. */
const MARKET_IN_ACCOUNT = 8n + 8n + 32n + 32n;
/** Discriminator and eight bytes of small fields come before the market of those who left a bond. */
const MARKET_IN_BOND = 8n + 8n;

type Bytes = ReadonlyUint8Array;

/** The data of every account of the program that begins with `discriminator` and has the market at `offset`. */
async function accountsOf(
  rpc: Rpc<SolanaRpcApi>,
  market: Address,
  discriminator: Bytes,
  offset: bigint,
): Promise<Bytes[]> {
  const is = (at: bigint, bytes: Bytes) => {
    const base58 = getBase58Decoder().decode(bytes) as Base58EncodedBytes;
    return { memcmp: { offset: at, bytes: base58, encoding: 'base58' } } as const;
  };
  const found = await rpc
    .getProgramAccounts(BULKHEAD_PROGRAM_ADDRESS, {
      encoding: 'base64',
      filters: [is(0n, discriminator), is(offset, getAddressEncoder().encode(market))],
    })
    .send();
  return found.map(({ account }) => getBase64Encoder().encode(account.data[0]));
}

/** Every margin account of a market. */
export async function marginAccounts(rpc: Rpc<SolanaRpcApi>, market: Address): Promise<MarginAccount[]> {
  const found = await accountsOf(rpc, market, getMarginAccountDiscriminatorBytes(), MARKET_IN_ACCOUNT);
  return found.map((data) => getMarginAccountDecoder().decode(data));
}

/** Every publisher's feed of a market. */
export async function publisherFeeds(rpc: Rpc<SolanaRpcApi>, market: Address): Promise<PublisherFeed[]> {
  const found = await accountsOf(rpc, market, getPublisherFeedDiscriminatorBytes(), MARKET_IN_BOND);
  return found.map((data) => getPublisherFeedDecoder().decode(data));
}

/** Every keeper's bond in a market. */
export async function keeperBonds(rpc: Rpc<SolanaRpcApi>, market: Address): Promise<KeeperBond[]> {
  const found = await accountsOf(rpc, market, getKeeperBondDiscriminatorBytes(), MARKET_IN_BOND);
  return found.map((data) => getKeeperBondDecoder().decode(data));
}

export async function readBooks(rpc: Rpc<SolanaRpcApi>, keys: MarketKeys): Promise<Books> {
  const { data: market } = await fetchMarket(rpc, keys.market);
  const numbers = (count: number, first: number) => Array.from({ length: count }, (_, i) => first + i);
  const shardKeys = await Promise.all(numbers(market.shardCount, 0).map((i) => shardAddress(keys.market, i)));
  const listed = Number(market.nextExpiryId) - 1;
  const expiryKeys = await Promise.all(numbers(listed, 1).map((id) => expiryAddress(keys.market, id)));
  const [vault, ledger, pool, shards, expiries, accounts, feeds, keepers] = await Promise.all([
    fetchToken(rpc, keys.vault),
    fetchLedger(rpc, keys.ledger),
    fetchPool(rpc, keys.pool),
    fetchAllOiShard(rpc, shardKeys),
    fetchAllMaybeExpiry(rpc, expiryKeys),
    marginAccounts(rpc, keys.market),
    publisherFeeds(rpc, keys.market),
    keeperBonds(rpc, keys.market),
  ]);
  const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  return {
    vault: vault.data.amount,
    claims: ledger.data.claims,
    cash: sum(accounts.map((account) => account.cash)),
    pool: pool.data.cash + pool.data.seniorCash + pool.data.seniorDue,
    fees: sum(shards.map((shard) => shard.data.fees)),
    escrow: sum(expiries.map((expiry) => (expiry.exists ? expiry.data.escrow : 0n))),
    bonds: sum([...[...feeds, ...keepers].map(({ bond }) => bond), ...expiries.map(bondsIn)]),
  };
}

/** Bonds behind prices that were named for a settlement. */
function bondsIn(expiry: MaybeAccount<Expiry>): bigint {
  return expiry.exists ? expiry.data.proposal.bond + expiry.data.dispute.bond : 0n;
}

/** Not an atom more or less in the vault than the program says, and than its books add up to. */
export function assertBalanced(books: Books): void {
  const { vault, claims, cash, pool, fees, escrow, bonds } = books;
  assert.equal(vault, claims, 'the vault holds what the ledger claims');
  const parts = cash + pool + fees + escrow + bonds;
  assert.equal(parts, claims, 'collateral, pool, fees, escrow and bonds make up the claims');
}
