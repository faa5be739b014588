/** What the people on a stage do in one expiry, each as one call. */

import {
  causeByte,
  expiriesHeld,
  fetchOracleAggregate,
  fetchStake,
  fixSettlement,
  getExecuteExitInstruction,
  getRecoverBreakerInstruction,
  getReportFaultInstruction,
  WHOLE_BOOK,
  bid,
  startAuction,
  recoverOpenGreeks,
  reportOpenGreeks,
  settleAccount,
  trade,
  withdraw,
  type MarginSources,
  type MarketKeys,
  type TwapBucket,
} from '../client/src/index.ts';
import { party, type Actor, type Provider } from './actor.ts';
import { SHARDS, type Stage } from './stage.ts';

/** Of the program's settlement, in buckets: the length of the window, and the wait when it is thinly covered. */
const WINDOW_BUCKETS = 30n;
const PARTIAL_AFTER_BUCKETS = 10n;
const EVERYTHING_PPM = 1_000_000n;
/** The core scenario with the deepest fall and volatility up. */
const WORST_FALL = 25;

export interface Fill {
  buyer: Actor;
  seller: Actor;
  strike: number;
  kind: number;
  lots: bigint;
  /** Quote atoms per lot; at the mark when left out. */
  price?: bigint;
  /** Risk arrays to append; the traded expiry's when left out. */
  expiries?: number[];
}

export class Play {
  private readonly keys: MarketKeys;

  constructor(
    private readonly stage: Stage,
    readonly expiry: number,
    readonly expiresAt: bigint,
    private readonly bucketSeconds: bigint,
  ) {
    this.keys = stage.keys;
  }

  async fill({ buyer, seller, price, expiries, ...series }: Fill): Promise<void> {
    const fill = await trade(this.keys, {
      ...series,
      expiryId: this.expiry,
      price: price ?? (await this.stage.price(this.expiry, series.strike, series.kind)),
      buyer: party(buyer),
      seller: party(seller),
      shard: 0,
      expiries: expiries ?? [this.expiry],
    });
    await this.stage.send(`${buyer.name} bought from ${seller.name}`, fill);
  }

  /** Takes `amount` from an account's collateral to the wallet of whoever signs. */
  async take(amount: bigint, from: Actor, by = from): Promise<void> {
    await this.withdraw(amount, from, by, { expiries: expiriesHeld(await this.stage.account(from)) });
  }

  /** The same without risk arrays: the program prices the legs itself. */
  async takePricedOnTheSpot(amount: bigint, from: Actor): Promise<void> {
    const surfaces = expiriesHeld(await this.stage.account(from));
    await this.withdraw(amount, from, from, { expiries: [], surfaces });
  }

  private async withdraw(amount: bigint, from: Actor, by: Actor, sources: MarginSources): Promise<void> {
    const request = {
      owner: by.signer,
      account: from.account,
      destination: by.tokens,
      amount,
      ...sources,
    };
    await this.stage.send(`${by.name} withdrew`, await withdraw(this.keys, request));
  }

  async liquidate(account: Actor, liquidator: Actor): Promise<void> {
    const expiries = [this.expiry];
    const start = await startAuction(this.keys, { account: account.account, expiries });
    await this.stage.send(`an auction of ${account.name} started`, start);
    const { auction } = await this.stage.account(account);
    const takeover = await bid(this.keys, {
      liquidator: party(liquidator),
      account: account.account,
      shard: 1,
      auctionId: auction.id,
      leg: WHOLE_BOOK,
      sharePpm: EVERYTHING_PPM,
      minPayment: 0n,
      // Bob is short of puts.
      scenario: WORST_FALL,
      expiries,
    });
    await this.stage.send(`${liquidator.name} took over from ${account.name}`, takeover);
  }

  async reportLostQuorum(): Promise<void> {
    const reporter = this.stage.deployer.payer;
    const report = { ...this.keys, reporter, cause: causeByte('OracleQuorum') };
    await this.stage.send('reported the oracle', getReportFaultInstruction(report));
  }

  async proveRecovery(): Promise<void> {
    const recovery = { ...this.keys, cause: causeByte('OracleQuorum') };
    await this.stage.send('proved recovery', getRecoverBreakerInstruction(recovery));
  }

  async reportOpenGreeks(): Promise<void> {
    const reporter = this.stage.deployer.payer;
    const report = await reportOpenGreeks(this.keys, reporter, SHARDS, [this.expiry]);
    await this.stage.send('reported open Greeks', report);
  }

  async proveOpenGreeksWithin(): Promise<void> {
    const recovery = await recoverOpenGreeks(this.keys, SHARDS, [this.expiry]);
    await this.stage.send('proved open Greeks within their limits', recovery);
  }

  async fix(shards = SHARDS): Promise<void> {
    await this.stage.send('fixed the price', await fixSettlement(this.keys, this.expiry, shards));
  }

  /** At once when the window is well covered, else after the wait that a thinner one takes. */
  async fixWhenPossible(): Promise<void> {
    await this.fix().catch(async () => {
      await this.stage.until(this.expiresAt + PARTIAL_AFTER_BUCKETS * this.bucketSeconds);
      await this.fix();
    });
  }

  /** The mean of the window's buckets, from the oracle as it stands. */
  async windowPrice(): Promise<bigint> {
    const { data: oracle } = await fetchOracleAggregate(this.stage.deployer.rpc, this.keys.oracle);
    const last = this.expiresAt / this.bucketSeconds;
    const window = oracle.buckets.filter(({ id }) => id >= last - WINDOW_BUCKETS && id < last);
    const total = (part: (bucket: TwapBucket) => bigint) => window.reduce((sum, b) => sum + part(b), 0n);
    return total((b) => b.priceSeconds) / total((b) => b.seconds);
  }

  async settle({ name, account }: Actor): Promise<void> {
    await this.stage.send(`settled ${name}`, await settleAccount(this.keys, this.expiry, account));
  }

  async leavePool({ signer, stake, tokens }: Provider): Promise<void> {
    const { data: held } = await fetchStake(this.stage.deployer.rpc, stake);
    const shares = held.exiting > 0n ? held.exiting : 1n;
    const exit = { ...this.keys, owner: signer, stake, destination: tokens, shares };
    await this.stage.send('left the pool', getExecuteExitInstruction(exit));
  }
}
