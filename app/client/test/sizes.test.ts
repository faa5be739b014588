/** Transactions at their longest: the largest instructions, a payer of their own, limit and price of compute. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import {
  address,
  appendTransactionMessageInstructions,
  compileTransaction,
  compileTransactionMessage,
  compressTransactionMessageUsingAddressLookupTables,
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
  expiryAddress,
  fixSettlement,
  getCreateMarketInstructionAsync,
  getProposeInstruction,
  getSetParamsInstruction,
  bid,
  WHOLE_BOOK,
  marketKeys,
  MAX_SIGNED_PRICES,
  MAX_STRIKES,
  plainSurface,
  proposalAddress,
  publishSigned,
  recoverOpenGreeks,
  riskArrayAddress,
  refreshRisk,
  reportOpenGreeks,
  setSurface,
  settleAccount,
  shardAddress,
  signPrice,
  symbolBytes,
  trade,
  updateOracle,
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

const LIMIT = getSetComputeUnitLimitInstruction({ units: 1_400_000 });
const UNIT_PRICE = getSetComputeUnitPriceInstruction({ microLamports: 1n });
const WIRE_BYTES = 1_232;

/** A transaction with the addresses in `table` looked up where that is possible. */
function compiled(instructions: Instruction[], table: Address[]) {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayerSigner(payer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(BLOCKHASH, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
    (m) => compressTransactionMessageUsingAddressLookupTables(m, { [accounts[0]]: table }),
  );
  return { message, transaction: compileTransaction(message) };
}

/** Its bytes on the wire. */
function size(instructions: Instruction[], table: Address[] = []): number {
  const { transaction } = compiled(instructions, table);
  assert.equal(getTransactionSizeLimit(transaction), WIRE_BYTES);
  return getTransactionSize(transaction);
}

/** Accounts that it locks for writing, the payer aside. */
function writes(instructions: Instruction[], table: Address[]): number {
  const { header, staticAccounts, ...rest } = compileTransactionMessage(
    compiled(instructions, table).message,
  );
  const lookups = 'addressTableLookups' in rest ? (rest.addressTableLookups ?? []) : [];
  const readonly = header.numReadonlySignerAccounts + header.numReadonlyNonSignerAccounts;
  const looked = lookups.reduce((sum, { writableIndexes }) => sum + writableIndexes.length, 0);
  return staticAccounts.length - readonly + looked - 1;
}

/** Within what a transaction may have on the wire. */
async function assertFits(...instructions: (Instruction | Promise<Instruction>)[]): Promise<void> {
  const all: Instruction[] = [LIMIT, UNIT_PRICE];
  for (const instruction of instructions) all.push(await instruction);
  const bytes = size(all);
  assert.ok(bytes <= WIRE_BYTES, `${bytes} bytes`);
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
      holder: two.address,
      guardians: await Promise.all(Array.from({ length: GUARDIANS }, someAddress)),
      params: DEFAULT_PARAMS,
      source: { kind: 1, group: 0, key: two.address, feedId: new Uint8Array(32) },
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
    bid(keys, {
      liquidator: { authority: one, account },
      account: other,
      shard: 0,
      auctionId: 1n,
      leg: WHOLE_BOOK,
      sharePpm: 1n,
      minPayment: 0n,
      scenario: 0,
      expiries: EXPIRIES,
    }),
  );
  await assertFits(
    withdraw(keys, { owner: one, account, destination: other, amount: 1n, expiries: EXPIRIES }),
  );
});

/** What every bidder of a market can look up: the market's own accounts, nobody's margin account. */
async function marketTable(): Promise<Address[]> {
  const { market, protocol, oracle, ledger, pool } = keys;
  const shards = Array.from({ length: SHARDS }, (_, index) => shardAddress(market, index));
  const ofExpiries = EXPIRIES.flatMap((id) => [riskArrayAddress(market, id), expiryAddress(market, id)]);
  return [market, protocol, oracle, ledger, pool, ...(await Promise.all([...shards, ...ofExpiries]))];
}

/** Legs of both books lie in as many expiries as there may be: one of eight legs can be in all of them. */
for (const legs of [8, 32]) {
  const expiries = EXPIRIES.slice(0, legs);

  test(`a bid between books of ${legs} legs takes at most 900 bytes and three write locks`, async () => {
    const [account, other] = accounts;
    const call = await bid(keys, {
      liquidator: { authority: one, account },
      account: other,
      shard: 7,
      auctionId: 1n << 40n,
      leg: legs - 1,
      sharePpm: 1_000_000n,
      minPayment: -1n,
      scenario: 32,
      expiries,
    });
    const [all, table] = [[LIMIT, UNIT_PRICE, call], await marketTable()];
    assert.ok(size(all, table) <= 900, `${size(all, table)} bytes`);
    assert.equal(writes(all, table), 3);
  });

  test(`settling ${legs} legs takes at most 900 bytes and three write locks, with a table or without`, async () => {
    const all = [LIMIT, UNIT_PRICE, await settleAccount(keys, EXPIRIES.length, accounts[1])];
    for (const table of [[], await marketTable()]) {
      assert.ok(size(all, table) <= 900, `${size(all, table)} bytes`);
      assert.equal(writes(all, table), 3);
    }
  });
}

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

/** Prices by publishers of their own, in the instructions that bring them. */
async function batch(count: number): Promise<Instruction[]> {
  const price = { domain: new Uint8Array(8), price: 1n, slot: 1, publishTime: 1, confidencePpm: 1 };
  const publishers = await Promise.all(Array.from({ length: count }, () => generateKeyPairSigner()));
  return publishSigned(keys, await Promise.all(publishers.map((publisher) => signPrice(publisher, price))));
}

/** Whatever an instruction names but does not sign. */
function named(instructions: Instruction[]): Address[] {
  return instructions.flatMap(({ accounts = [] }) => accounts.map(({ address }) => address));
}

test('seven signed prices fit with a lookup table, if the transaction has no room for more', async () => {
  const seven = await batch(MAX_SIGNED_PRICES);
  assert.equal(size(seven, named(seven)), 1_219);
  assert.ok(size([LIMIT, ...seven], named(seven)) > WIRE_BYTES);
  assert.ok(size(seven) > WIRE_BYTES);
});

test('six signed prices fit with a lookup table and a compute limit, five without the table', async () => {
  const [five, six] = [await batch(5), await batch(6)];
  assert.ok(size([LIMIT, UNIT_PRICE, ...six], named(six)) <= WIRE_BYTES);
  await assertFits(...five);
  assert.ok(size([LIMIT, ...six]) > WIRE_BYTES);
});

test('a round of three signed prices fits with the arrays that follow it', async () => {
  const [sources, signed] = [await Promise.all([1, 2, 3].map(someAddress)), await batch(3)];
  await assertFits(...signed, updateOracle(keys, sources), refreshRisk(keys, 1, 2));
});
