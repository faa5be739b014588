/** A market with its open-interest shards. */

import {
  fetchMarket,
  fetchMaybeMarket,
  getCreateMarketInstructionAsync,
  getOpenShardInstruction,
  marketAddress,
  marketKeys,
  shardAddress,
  symbolBytes,
  type MarketKeys,
  type MarketParams,
} from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';
import { ensureMint } from './mint.ts';

export interface MarketPlan {
  id: number;
  symbol: string;
  /** Name of the quote mint's key file. */
  mintKey: string;
  lotsPerUnit: bigint;
  /** Step of an option's price, quote atoms per lot. */
  tickAtoms: bigint;
  shards: number;
  params: MarketParams;
}

export async function ensureMarket(deployer: Deployer, plan: MarketPlan): Promise<MarketKeys> {
  const existing = await fetchMaybeMarket(deployer.rpc, await marketAddress(plan.id));
  const keys = existing.exists
    ? await marketKeys(plan.id, existing.data.quoteMint, existing.data.tokenProgram)
    : await createMarket(deployer, plan);
  if (existing.exists) deployer.kept(`market ${plan.id}`);
  await ensureShards(deployer, keys, plan.shards);
  return keys;
}

async function createMarket(deployer: Deployer, plan: MarketPlan): Promise<MarketKeys> {
  const { payer } = deployer;
  const keys = await marketKeys(plan.id, await ensureMint(deployer, plan.mintKey));
  await deployer.send(`created market ${plan.id}`, [
    await getCreateMarketInstructionAsync({
      ...keys,
      governor: payer,
      symbol: symbolBytes(plan.symbol),
      lotsPerUnit: plan.lotsPerUnit,
      tickAtoms: plan.tickAtoms,
      surfaceAuthority: payer.address,
      params: plan.params,
    }),
  ]);
  return keys;
}

async function ensureShards(deployer: Deployer, keys: MarketKeys, wanted: number): Promise<void> {
  const { data: market } = await fetchMarket(deployer.rpc, keys.market);
  for (let index = market.shardCount; index < wanted; index += 1) {
    const shard = await shardAddress(keys.market, index);
    await deployer.send(`opened shard ${index}`, [
      getOpenShardInstruction({ payer: deployer.payer, market: keys.market, shard, index }),
    ]);
  }
}
