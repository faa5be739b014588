/** The deployment against a running validator: it does its work once, and a second run finds nothing to do. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import {
  fetchMarket,
  fetchOracleAggregate,
  fetchPool,
  fetchProtocol,
  fetchRiskArray,
  LEVELS,
} from '../../app/client/src/index.ts';
import { deploy, type Deployment } from '../../app/deploy/deploy.ts';
import type { Deployer } from '../../app/deploy/deployer.ts';
import { connect, programFiles } from '../../app/stage/environment.ts';

/** All that a second run might have touched. */
async function state({ rpc }: Deployer, { protocol, market }: Deployment): Promise<unknown[]> {
  return Promise.all([
    fetchProtocol(rpc, protocol),
    fetchMarket(rpc, market.address),
    fetchOracleAggregate(rpc, market.oracle),
    fetchPool(rpc, market.pool),
    ...market.expiries.map(({ riskArray }) => fetchRiskArray(rpc, riskArray)),
  ]);
}

test('a deployment stands after one run and is left alone by the next', async () => {
  const first = await connect();
  const deployment = await deploy(first, programFiles());
  const before = await state(first, deployment);

  const second = await connect();
  const again = await deploy(second, programFiles());

  assert.deepEqual(second.changes, []);
  assert.deepEqual(again, deployment);
  assert.deepEqual(await state(second, again), before);

  assert.equal(deployment.market.sources.length, 3);
  assert.equal(deployment.market.expiries.length, 2);
  const { data: market } = await fetchMarket(first.rpc, deployment.market.address);
  assert.equal(
    market.breaker.trips.every((trip) => LEVELS[trip.level] === 'Normal'),
    true,
  );
});
