/** Price publishers of the deployment's own, each in a group of its own, and what they say. */

import type { Address, Instruction, KeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

import {
  chainTime,
  feedAddress,
  fetchMarket,
  fetchMaybePublisherFeed,
  fetchOracleAggregate,
  getRegisterSourceInstruction,
  hasQuorum,
  liveExpiries,
  markQuality,
  MIN_BOND_UNITS,
  publishPrice,
  registerPublisher,
  SOURCE_KIND,
  sourceKeys,
  untilChainTime,
  updateOracle,
  type MarketKeys,
} from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';
import { ensureTokens } from './mint.ts';

/** Rent of the feed, rent of the publisher's own account, and then some. */
const EXPENSES_LAMPORTS = 20_000_000n;
/** An honest source is sure of its price to 0.05 %. */
const CONFIDENCE_SHARE = 2_000n;
const NO_FEED_ID = new Uint8Array(32);
/** Rounds beyond those that the return from an outage takes, before it counts as failed. */
const SPARE_ROUNDS = 3n;

/** Registers publishers until the market has `wanted` sources, which takes a market without expiries; returns those whose keys
 * are here. */
export async function ensurePublishers(
  deployer: Deployer,
  keys: MarketKeys,
  keyPrefix: string,
  wanted: number,
): Promise<KeyPairSigner[]> {
  const { data: oracle } = await fetchOracleAggregate(deployer.rpc, keys.oracle);
  const { data: market } = await fetchMarket(deployer.rpc, keys.market);
  const registered = sourceKeys(oracle);
  const publishers: KeyPairSigner[] = [];
  // More sources of a live market are proposed and wait for the timelock.
  const goal = liveExpiries(market).length > 0 ? registered.length : wanted;
  let count = registered.length;
  for (let group = 0; group < wanted; group += 1) {
    const name = `${keyPrefix}${group + 1}`;
    const publisher = count < goal ? await deployer.keys.get(name) : await deployer.keys.find(name);
    if (!publisher) continue;
    const feed = await feedAddress(keys.market, publisher.address);
    if (!registered.includes(feed)) {
      if (count >= goal) continue;
      await register(deployer, keys, publisher, group);
      count += 1;
    }
    publishers.push(publisher);
  }
  if (count === registered.length) deployer.kept(`${count} price sources`);
  return publishers;
}

async function register(
  deployer: Deployer,
  keys: MarketKeys,
  publisher: KeyPairSigner,
  group: number,
): Promise<void> {
  const { payer, rpc } = deployer;
  const feed = await feedAddress(keys.market, publisher.address);
  const opening = (await fetchMaybePublisherFeed(rpc, feed)).exists
    ? []
    : await openFeed(deployer, keys, publisher);
  await deployer.send(`registered price source ${group + 1}`, [
    ...opening,
    getRegisterSourceInstruction({
      ...keys,
      governor: payer,
      source: { kind: SOURCE_KIND.publisher, group, key: feed, feedId: NO_FEED_ID },
    }),
  ]);
}

/** Gives the publisher what it needs and bonds it with the least that the program takes. */
async function openFeed(
  deployer: Deployer,
  keys: MarketKeys,
  publisher: KeyPairSigner,
): Promise<Instruction[]> {
  const { payer, rpc } = deployer;
  const { data: market } = await fetchMarket(rpc, keys.market);
  const amount = MIN_BOND_UNITS * 10n ** BigInt(market.decimals);
  const { tokens, instructions } = await ensureTokens(deployer, keys, publisher.address, amount);
  return [
    getTransferSolInstruction({ source: payer, destination: publisher.address, amount: EXPENSES_LAMPORTS }),
    ...instructions,
    await registerPublisher(keys, publisher, { source: tokens, amount }),
  ];
}

/** One price from every publisher, as of `publishTime`. */
export function publish(
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  price: bigint,
  publishTime: bigint,
): Promise<Instruction[]> {
  const word = { price, confidence: price / CONFIDENCE_SHARE, publishTime };
  return Promise.all(publishers.map((publisher) => publishPrice(keys, publisher, word)));
}

/** Lets the publishers repeat the mark, or say `firstPrice` when there is none, unless the mark is young and has a quorum. After
 * an outage that takes several rounds, one a second. */
export async function ensureFreshMark(
  deployer: Deployer,
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  firstPrice: bigint,
): Promise<void> {
  const { data: market } = await fetchMarket(deployer.rpc, keys.market);
  const { maxMarkAgeSeconds, quorum, recoveryRounds } = market.params;
  for (let round = 0n; ; round += 1n) {
    const [{ data: oracle }, now] = await Promise.all([
      fetchOracleAggregate(deployer.rpc, keys.oracle),
      chainTime(deployer.rpc),
    ]);
    const { mark } = oracle;
    const quality = markQuality(mark, now, maxMarkAgeSeconds);
    // A surface asks for half of the oldest age; a third leaves time to send it.
    if (hasQuorum(quality) && now - mark.at <= maxMarkAgeSeconds / 3n) return;
    if (BigInt(publishers.length) < quorum) {
      throw new Error(
        `the mark is old and the publishers' keys are not in ${deployer.keys.path}; let them publish first`,
      );
    }
    if (round > recoveryRounds + SPARE_ROUNDS) {
      throw new Error(`no mark to rely on after ${round} rounds: grade ${quality.grade}, ${quality.reason}`);
    }
    await formMark(deployer, keys, publishers, sourceKeys(oracle), {
      price: mark.price > 0n ? mark.price : firstPrice,
      // Neither a round nor a publication may share its second with the one before.
      notBefore: mark.roundAt + 1n,
    });
  }
}

async function formMark(
  deployer: Deployer,
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  sources: Address[],
  { price, notBefore }: { price: bigint; notBefore: bigint },
): Promise<void> {
  const now = await untilChainTime(deployer.rpc, notBefore);
  await deployer.send('published a price and formed the mark', [
    ...(await publish(keys, publishers, price, now)),
    updateOracle(keys, sources),
  ]);
}
