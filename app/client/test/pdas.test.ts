/** Addresses against vectors from another implementation of the derivation, and against the generated finders. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { address } from '@solana/kit';

import {
  expiryAddress,
  feedAddress,
  findFeedPda,
  findLedgerPda,
  findOraclePda,
  findPoolPda,
  findProtocolPda,
  findOpenStakeStakePda,
  findVaultPda,
  ledgerAddress,
  marginAddress,
  marketAddress,
  marketKeys,
  oracleAddress,
  poolAddress,
  programDataAddress,
  proposalAddress,
  protocolAddress,
  riskArrayAddress,
  shardAddress,
  stakeAddress,
  vaultAddress,
} from '../src/index.ts';

/** Thirty-two bytes of seven. */
const OWNER = address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx');
/** Identifier 513, so that the order of its two bytes shows. */
const MARKET = address('SP1uZfd4pv34jKnZkANUCScnEWrRLg1v9keLGtdbZZf');

test('derives every address as the program does', async () => {
  const derived = {
    protocol: await protocolAddress(),
    programData: await programDataAddress(),
    market: await marketAddress(513),
    vault: await vaultAddress(MARKET),
    ledger: await ledgerAddress(MARKET),
    oracle: await oracleAddress(MARKET),
    pool: await poolAddress(MARKET),
    stake: await stakeAddress(MARKET, OWNER),
    feed: await feedAddress(MARKET, OWNER),
    expiry: await expiryAddress(MARKET, 258),
    riskArray: await riskArrayAddress(MARKET, 258),
    shard: await shardAddress(MARKET, 3),
    margin: await marginAddress(MARKET, OWNER, 2),
    proposal: await proposalAddress(2n ** 40n + 5n),
  };
  assert.deepEqual(derived, {
    protocol: '5WToLXjkBkSi9RJg9vKHUXabYLLos7DYTnHJNLV6pzw6',
    programData: '4iG7sHrwn4YN5V5uG2QoGzkj8LSjhc1ebpS5F6LjwQfY',
    market: MARKET,
    vault: 'G419twyf3n98Q9cuZNuTdCf4GUWkpEFHmsth5ZCYEfYX',
    ledger: 'HwUyWuvgErRJLfuqR3wJNBMdoGMHneFWSevTdRUuC3Sp',
    oracle: '5xpwahGLW7uxemBGznoMuiwz79PGEQe9EuWKv5YsHR8W',
    pool: 'B3JzxqvLjoHimZjWEkXrhgQnuCPQyof6S5dR6cpjBiGJ',
    stake: '5HHHNRF76zYv746MaMPAmwKpT591SntDWYtdeC9sxe8r',
    feed: 'hN1Qsc3kAPUmUPGPcH7BR2utZ6R3ihkyXUZSUPCcutE',
    expiry: 'Ga4pJoG5GkNjajFUPacZdsXzseT6RY8ZmY1YYEkXVSdF',
    riskArray: '89zqe3qQFoTrLWurCygeeZHvsbMquL14U2GZez1V4YYj',
    shard: '3b4dEv8ymb49HGv9NVsj3w95Pn7Cjo2MthtCQrhuWNg5',
    margin: 'CSBhaG7iav6Wva3uyBdXaZTbz9wMDPn8pzp2722BTXVe',
    proposal: 'Fb1CDD8eywzBfcBJBATAWs7oX2bHoniPHffKrne2Ei2p',
  });
});

test('agrees with the finders generated from the IDL', async () => {
  const keys = await marketKeys(513, OWNER);
  const market = keys.market;
  const found = await Promise.all([
    findProtocolPda(),
    findVaultPda({ market }),
    findLedgerPda({ market }),
    findOraclePda({ market }),
    findPoolPda({ market }),
    findOpenStakeStakePda({ market, owner: OWNER }),
    findFeedPda({ market, publisher: OWNER }),
  ]);
  assert.deepEqual(
    found.map(([derived]) => derived),
    [
      keys.protocol,
      keys.vault,
      keys.ledger,
      keys.oracle,
      keys.pool,
      await stakeAddress(market, OWNER),
      await feedAddress(market, OWNER),
    ],
  );
});
