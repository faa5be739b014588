/** The expiries that a new market starts with, priced from their first minute. */

import type { KeyPairSigner } from '@solana/kit';

import {
  chainTime,
  expiryAddress,
  fetchExpiry,
  fetchMarket,
  fetchRiskArray,
  listExpiry,
  liveExpiries,
  otherExpiries,
  plainSurface,
  refreshRisk,
  riskArrayAddress,
  setSurface,
  type MarketKeys,
} from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';
import { ensureFreshMark } from './publishers.ts';

const DAY_SECONDS = 86_400n;
/** Options expire at 08:00 UTC, as on the large venues. */
const EXPIRY_SECOND_OF_DAY = 8n * 3_600n;

export interface ExpiriesPlan {
  /** Days ahead of each expiry. */
  days: number[];
  /** Quote atoms per unit, ascending, multiples of the lots per unit. */
  strikes: bigint[];
  /** Volatility per strike, parts per million. */
  volsPpm: number[];
  /** Price to publish when the market has no mark, quote atoms per unit. */
  firstPrice: bigint;
}

/** Lists what is missing of the planned expiries and gives each a surface and a risk array; returns their numbers. */
export async function ensureExpiries(
  deployer: Deployer,
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  plan: ExpiriesPlan,
): Promise<number[]> {
  const { data: market } = await fetchMarket(deployer.rpc, keys.market);
  const live = liveExpiries(market);
  if (live.length >= plan.days.length) deployer.kept(`${live.length} expiries`);
  let next = Number(market.nextExpiryId);
  for (const days of plan.days.slice(live.length)) {
    const expiresAt = atExpiryHour(await chainTime(deployer.rpc), days);
    await deployer.send(`listed an expiry ${days} days ahead`, [
      await listExpiry(keys, deployer.payer, next, { expiresAt, strikes: plan.strikes }),
    ]);
    live.push(next);
    next += 1;
  }
  for (const id of live) await ensurePriced(deployer, keys, publishers, id, plan);
  return live;
}

/** The first expiry hour at least `days` days after `now`. */
export function atExpiryHour(now: bigint, days: number): bigint {
  const earliest = now + BigInt(days) * DAY_SECONDS;
  const sameDay = earliest - (earliest % DAY_SECONDS) + EXPIRY_SECOND_OF_DAY;
  return sameDay >= earliest ? sameDay : sameDay + DAY_SECONDS;
}

async function ensurePriced(
  deployer: Deployer,
  keys: MarketKeys,
  publishers: KeyPairSigner[],
  id: number,
  plan: ExpiriesPlan,
): Promise<void> {
  const { payer, rpc } = deployer;
  const { data: market } = await fetchMarket(rpc, keys.market);
  const { data: expiry } = await fetchExpiry(rpc, await expiryAddress(keys.market, id));
  const { data: array } = await fetchRiskArray(rpc, await riskArrayAddress(keys.market, id));
  // One that has passed only settles.
  if (expiry.expiresAt <= (await chainTime(rpc))) return;
  if (expiry.surfaceVersion === 0n) {
    await ensureFreshMark(deployer, keys, publishers, plan.firstPrice);
    await deployer.send(`set the surface of expiry ${id}`, [
      await setSurface(keys, payer, id, otherExpiries(market, id), plainSurface(plan.volsPpm)),
    ]);
  }
  if (array.asOf === 0n || array.strikesDone > 0n) {
    await ensureFreshMark(deployer, keys, publishers, plan.firstPrice);
    await deployer.send(`computed the risk array of expiry ${id}`, [
      await refreshRisk(keys, id, market.shardCount),
    ]);
  }
}
