/** Transactions at their longest: the largest instructions, a payer of their own, limit and price of compute. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import {
  address,
  appendTransactionMessageInstructions,
  compileTransaction,
  createTransactionMessage,
  generateKeyPairSigner,
  getTransactionSize,
  getTransactionSizeLimit,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  type Address,
  type Blockhash,
  type Instruction,
} from '@solana/kit';
import {
  getSetComputeUnitLimitInstruction,
  getSetComputeUnitPriceInstruction,
} from '@solana-program/compute-budget';

import {
  DEFAULT_PARAMS,
  fixSettlement,
  getCreateMarketInstructionAsync,
  getProposeInstruction,
  getSetParamsInstruction,
  liquidate,
  marketKeys,
  MAX_STRIKES,
  plainSurface,
  proposalAddress,
  recoverOpenGreeks,
  refreshRisk,
  reportOpenGreeks,
  setSurface,
  symbolBytes,
  trade,
  withdraw,
} from '../src/index.ts';

const GUARDIANS = 5;
const SHARDS = 8;
const EXPIRIES = [1, 2, 3, 4, 5, 6, 7, 8];
const BLOCKHASH = {
  blockhash: 'US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx' as Blockhash,
  lastValidBlockHeight: 100n,
};

const someAddress = async (): Promise<Address> => (await generateKeyPairSigner()).address;
const keys = await marketKeys(513, address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx'));
const [payer, one, two] = [
  await generateKeyPairSigner(),
  await generateKeyPairSigner(),
  await generateKeyPairSigner(),
];
const accounts = [await someAddress(), await someAddress()] as const;

/** Within what a transaction may have on the wire. */
async function assertFits(instruction: Instruction | Promise<Instruction>): Promise<void> {
  const instructions = [
    getSetComputeUnitLimitInstruction({ units: 1_400_000 }),
    getSetComputeUnitPriceInstruction({ microLamports: 1n }),
    await instruction,
  ];
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayerSigner(payer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(BLOCKHASH, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
  );
  const transaction = compileTransaction(message);
  const bytes = getTransactionSize(transaction);
  assert.ok(bytes <= getTransactionSizeLimit(transaction), `${bytes} bytes`);
}

test('a set of parameters fits wherever it is passed', async () => {
  await assertFits(
    getCreateMarketInstructionAsync({
      ...keys,
      governor: one,
      symbol: symbolBytes('ABCDEFGHIJKLMNOP'),
      lotsPerUnit: 100n,
      tickAtoms: 1_000n,
      surfaceAuthority: two.address,
      params: DEFAULT_PARAMS,
    }),
  );
  await assertFits(getSetParamsInstruction({ ...keys, governor: one, params: DEFAULT_PARAMS }));
  await assertFits(
    getProposeInstruction({
      ...keys,
      governor: one,
      proposal: await proposalAddress(0n),
      kind: 0,
      cause: 0,
      newGovernor: two.address,
      guardians: await Promise.all(Array.from({ length: GUARDIANS }, someAddress)),
      params: DEFAULT_PARAMS,
    }),
  );
});

test('margin fits with every expiry a market may have', async () => {
  const [account, other] = accounts;
  const series = { expiryId: 8, strike: 15, kind: 1, lots: 1n, price: 1n };
  await assertFits(
    trade(keys, {
      ...series,
      buyer: { authority: one, account },
      seller: { authority: two, account: other },
      shard: 0,
      expiries: EXPIRIES,
    }),
  );
  await assertFits(
    liquidate(keys, {
      liquidator: { authority: one, account },
      account: other,
      shard: 0,
      sharePpm: 1n,
      minPayment: 0n,
      expiries: EXPIRIES,
      withPool: true,
    }),
  );
  await assertFits(
    withdraw(keys, { owner: one, account, destination: other, amount: 1n, expiries: EXPIRIES }),
  );
});

test('a whole surface with its prices fits beside all other expiries', async () => {
  const surface = {
    ...plainSurface(Array.from({ length: MAX_STRIKES }, () => 600_000)),
    callPrices: Array.from({ length: MAX_STRIKES }, () => 1n),
  };
  await assertFits(setSurface(keys, one, 8, EXPIRIES.slice(0, -1), surface));
});

test('all shards fit, with every risk array where those are shown too', async () => {
  await assertFits(refreshRisk(keys, 1, SHARDS));
  await assertFits(fixSettlement(keys, 1, SHARDS));
  await assertFits(reportOpenGreeks(keys, one, SHARDS, EXPIRIES));
  await assertFits(recoverOpenGreeks(keys, SHARDS, EXPIRIES));
});
