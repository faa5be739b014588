/** A market of its own with publishers that speak on cue. */

import type { Instruction, KeyPairSigner } from '@solana/kit';

import {
  chainTime,
  expiryAddress,
  fetchMarket,
  fetchMarginAccount,
  fetchOracleAggregate,
  fetchProtocol,
  fetchPublisherFeed,
  fetchRiskArray,
  feedAddress,
  levelInForce,
  listExpiry,
  markQuality,
  otherExpiries,
  plainSurface,
  publishSigned,
  refreshRisk,
  riskArrayAddress,
  setSurface,
  signPrice,
  sourceKeys,
  untilChainTime,
  updateOracle,
  type Level,
  type MarginAccount,
  type MarketKeys,
  type MarketParams,
  type MarkQuality,
  type PriceSignature,
} from '../client/src/index.ts';
import type { Deployer } from '../deploy/deployer.ts';
import { ensureMarket } from '../deploy/market.ts';
import { ensurePublishers, publish } from '../deploy/publishers.ts';
import type { Actor } from './actor.ts';
import { assertBalanced, readBooks, type Books } from './books.ts';

export const LOTS_PER_UNIT = 100n;
export const TICK_ATOMS = 1_000n;
export const SHARDS = 2;
export const PUBLISHERS = 3;
/** An honest source is sure of its price to 0.05 %. */
const CONFIDENCE_PPM = 500;

export class Stage {
  private constructor(
    readonly deployer: Deployer,
    readonly keys: MarketKeys,
    readonly publishers: KeyPairSigner[],
  ) {}

  /** Creates market `id` with its shards and publishers. */
  static async open(deployer: Deployer, id: number, params: MarketParams): Promise<Stage> {
    const keys = await ensureMarket(deployer, {
      id,
      symbol: 'BTC',
      mintKey: `market-${id}-mint`,
      lotsPerUnit: LOTS_PER_UNIT,
      tickAtoms: TICK_ATOMS,
      shards: SHARDS,
      params,
    });
    const publishers = await ensurePublishers(deployer, keys, `market-${id}-publisher-`, PUBLISHERS);
    return new Stage(deployer, keys, publishers);
  }

  now(): Promise<bigint> {
    return chainTime(this.deployer.rpc);
  }

  /** Waits until the chain's clock reaches `unix`; returns what it shows then. */
  until(unix: bigint): Promise<bigint> {
    return untilChainTime(this.deployer.rpc, unix);
  }

  send(what: string, ...instructions: Instruction[]): Promise<unknown> {
    return this.deployer.send(what, instructions);
  }

  /** One round: all publishers say `price`, the mark is formed, and the risk arrays follow it. */
  async round(price: bigint, ...expiries: number[]): Promise<void> {
    await this.form(price, expiries, (now) => publish(this.keys, this.publishers, price, now));
  }

  /** The same with prices that were signed off chain. */
  async signedRound(price: bigint, ...expiries: number[]): Promise<void> {
    await this.form(price, expiries, async (now) => {
      const signed = this.publishers.map((publisher) => this.sign(publisher, price, now));
      return publishSigned(this.keys, await Promise.all(signed));
    });
  }

  /** A round at the price that the mark has: whoever adds risk needs a mark of seconds. */
  async repeat(...expiries: number[]): Promise<void> {
    const { data: oracle } = await fetchOracleAggregate(this.deployer.rpc, this.keys.oracle);
    await this.round(oracle.mark.price, ...expiries);
  }

  private async form(
    price: bigint,
    expiries: number[],
    say: (now: bigint) => Promise<Instruction[]>,
  ): Promise<void> {
    const { data: oracle } = await fetchOracleAggregate(this.deployer.rpc, this.keys.oracle);
    // Neither a round nor a publication may share its second with the one before.
    const now = await this.until(oracle.mark.roundAt + 1n);
    await this.send(
      `the price is ${price / 1_000_000n}`,
      ...(await say(now)),
      updateOracle(this.keys, sourceKeys(oracle)),
      ...(await Promise.all(expiries.map((id) => refreshRisk(this.keys, id, SHARDS)))),
    );
  }

  /** A publisher's word for the slot that is newest, or for another. */
  async sign(
    publisher: KeyPairSigner,
    price: bigint,
    publishTime: bigint,
    slot?: bigint,
  ): Promise<PriceSignature> {
    const { rpc } = this.deployer;
    const { data: feed } = await fetchPublisherFeed(
      rpc,
      await feedAddress(this.keys.market, publisher.address),
    );
    return signPrice(publisher, {
      domain: feed.domain,
      price,
      slot: Number(slot ?? (await rpc.getSlot().send())),
      publishTime: Number(publishTime),
      confidencePpm: CONFIDENCE_PPM,
    });
  }

  /** How good the mark is now. */
  async quality(): Promise<MarkQuality> {
    const { rpc } = this.deployer;
    const [{ data: oracle }, { data: market }, now] = await Promise.all([
      fetchOracleAggregate(rpc, this.keys.oracle),
      fetchMarket(rpc, this.keys.market),
      this.now(),
    ]);
    return markQuality(oracle.mark, now, market.params.maxMarkAgeSeconds);
  }

  /** Lists an expiry with a flat surface on a mark formed anew; returns its number. */
  async list(expiresAt: bigint, strikes: bigint[], volPpm: number): Promise<number> {
    const { data: market } = await fetchMarket(this.deployer.rpc, this.keys.market);
    const id = Number(market.nextExpiryId);
    const { payer } = this.deployer;
    const surface = plainSurface(strikes.map(() => volPpm));
    await this.send('listed an expiry', await listExpiry(this.keys, payer, id, { expiresAt, strikes }));
    await this.repeat();
    await this.send(
      'priced it',
      await setSurface(this.keys, payer, id, otherExpiries(market, id), surface),
      await refreshRisk(this.keys, id, SHARDS),
    );
    return id;
  }

  /** The series' mark rounded up to a price that may trade, quote atoms per lot. */
  async price(expiry: number, strike: number, kind: number): Promise<bigint> {
    const { data: array } = await fetchRiskArray(
      this.deployer.rpc,
      await riskArrayAddress(this.keys.market, expiry),
    );
    const mark = (kind === 0 ? array.callMarks : array.putMarks)[strike] ?? 0n;
    const ticks = (mark + TICK_ATOMS - 1n) / TICK_ATOMS;
    return (ticks > 0n ? ticks : 1n) * TICK_ATOMS;
  }

  async account(actor: Actor): Promise<MarginAccount> {
    return (await fetchMarginAccount(this.deployer.rpc, actor.account)).data;
  }

  async level(): Promise<Level> {
    const { rpc } = this.deployer;
    const [{ data: protocol }, { data: market }, now] = await Promise.all([
      fetchProtocol(rpc, this.keys.protocol),
      fetchMarket(rpc, this.keys.market),
      this.now(),
    ]);
    return levelInForce([protocol.breaker, market.breaker], now);
  }

  /** The books, which must balance. */
  async books(): Promise<Books> {
    const books = await readBooks(this.deployer.rpc, this.keys);
    assertBalanced(books);
    return books;
  }

  expiryAddress(id: number) {
    return expiryAddress(this.keys.market, id);
  }
}
