/** The market that a deployment starts with. */

import { DEFAULT_PARAMS } from '../client/src/index.ts';
import type { ExpiriesPlan } from './expiries.ts';
import type { MarketPlan } from './market.ts';

const USDC = 1_000_000n;

export const DEMO_MARKET: MarketPlan = {
  id: 1,
  symbol: 'BTC',
  mintKey: 'quote-mint',
  // A lot is a hundredth of a Bitcoin.
  lotsPerUnit: 100n,
  tickAtoms: 1_000n,
  shards: 2,
  params: DEFAULT_PARAMS,
};

export const DEMO_PUBLISHERS = { keyPrefix: 'publisher-', count: 3 };

export const DEMO_EXPIRIES: ExpiriesPlan = {
  days: [7, 30],
  strikes: [48_000n, 51_000n, 54_000n, 57_000n, 60_000n, 63_000n, 66_000n, 69_000n, 72_000n].map(
    (k) => k * USDC,
  ),
  volsPpm: [690_000, 670_000, 655_000, 640_000, 630_000, 625_000, 625_000, 630_000, 640_000],
  firstPrice: 60_000n * USDC,
};
