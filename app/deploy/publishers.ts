/** Price publishers of the deployment's own, each in a group of its own, and what they say. */

import type { Instruction, KeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

import {
  chainTime,
  feedAddress,
  fetchMarket,
  fetchMaybePublisherFeed,
  fetchOracleAggregate,
  getPublishPriceInstruction,
  getRegisterPublisherInstruction,
  getRegisterSourceInstruction,
  SOURCE_KIND,
  sourceKeys,
  updateOracle,
  type MarketKeys,
} from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';

const BOND_LAMPORTS = 1_000_000_000n;
/** Rent of the feed, rent of the publisher's own account, and then some. */
const EXPENSES_LAMPORTS = 20_000_000n;
/** An honest source is sure of its price to 0.05 %. */
const CONFIDENCE_SHARE = 2_000n;
const NO_FEED_ID = new Uint8Array(32);

/** Registers publishers until the market has `wanted` sources; returns those whose keys are here. */
export async function ensurePublishers(
  deployer: Deployer,
  keys: MarketKeys,
  keyPrefix: string,
  wanted: number,
): Promise<KeyPairSigner[]> {
  const { data: oracle } = await fetchOracleAggregate(deployer.rpc, keys.oracle);
  const registered = sourceKeys(oracle);
  const publishers: KeyPairSigner[] = [];
  let count = registered.length;
  for (let group = 0; group < wanted; group += 1) {
    const name = `${keyPrefix}${group + 1}`;
    const publisher = count < wanted ? await deployer.keys.get(name) : await deployer.keys.find(name);
    if (!publisher) continue;
    const feed = await feedAddress(keys.market, publisher.address);
    if (!registered.includes(feed)) {
      if (count >= wanted) continue;
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
  const opening: Instruction[] = [];
  if (!(await fetchMaybePublisherFeed(rpc, feed)).exists) {
    opening.push(
      getTransferSolInstruction({
        source: payer,
        destination: publisher.address,
        amount: BOND_LAMPORTS + EXPENSES_LAMPORTS,
      }),
      getRegisterPublisherInstruction({ publisher, market: keys.market, feed, bondLamports: BOND_LAMPORTS }),
    );
  }
  await deployer.send(`registered price source ${group + 1}`, [
    ...opening,
    getRegisterSourceInstruction({
      ...keys,
      governor: payer,
      kind: SOURCE_KIND.publisher,
      group,
      key: feed,
      feedId: NO_FEED_ID,
    }),
  ]);
}

/** One price from every publisher, as of `publishTime`. */
export function publish(
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  price: bigint,
  publishTime: bigint,
): Promise<Instruction[]> {
  return Promise.all(
    publishers.map(async (publisher) =>
      getPublishPriceInstruction({
        publisher,
        feed: await feedAddress(keys.market, publisher.address),
        price,
        confidence: price / CONFIDENCE_SHARE,
        publishTime,
      }),
    ),
  );
}

/** Lets the publishers repeat the mark, or say `firstPrice` when there is none, unless the mark is still young. */
export async function ensureFreshMark(
  deployer: Deployer,
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  firstPrice: bigint,
): Promise<void> {
  const { rpc } = deployer;
  const [{ data: oracle }, { data: market }, now] = await Promise.all([
    fetchOracleAggregate(rpc, keys.oracle),
    fetchMarket(rpc, keys.market),
    chainTime(rpc),
  ]);
  if (oracle.mark > 0n && now - oracle.markAt <= market.params.maxMarkAgeSeconds / 2n) return;
  if (BigInt(publishers.length) < market.params.quorum) {
    throw new Error(
      `the mark is old and the publishers' keys are not in ${deployer.keys.path}; let them publish first`,
    );
  }
  const price = oracle.mark > 0n ? oracle.mark : firstPrice;
  await deployer.send('published a price and formed the mark', [
    ...(await publish(keys, publishers, price, now)),
    updateOracle(keys, sourceKeys(oracle)),
  ]);
}
