/** Publishers and their tokens, against a cluster that only shows accounts. */

import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { generateKeyPairSigner, unixTimestamp, type Address, type ReadonlyUint8Array } from '@solana/kit';
import {
  AccountState,
  findAssociatedTokenPda,
  getMintEncoder,
  getTokenEncoder,
  parseMintToInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { getSysvarClockEncoder, SYSVAR_CLOCK_ADDRESS } from '@solana/sysvars';

import {
  BULKHEAD_PROGRAM_ADDRESS,
  DEFAULT_PARAMS,
  getMarketDecoder,
  getMarketEncoder,
  getMarketSize,
  getOracleAggregateDecoder,
  getOracleAggregateEncoder,
  getOracleAggregateSize,
  GRADE,
  GRADE_REASON,
  marketKeys,
  MARKET_DISCRIMINATOR,
  ORACLE_AGGREGATE_DISCRIMINATOR,
} from '../../client/src/index.ts';
import { Deployer } from '../deployer.ts';
import { KeyFolder } from '../keys.ts';
import { ensureTokens } from '../mint.ts';
import { ensureFreshMark, ensurePublishers } from '../publishers.ts';

const NOW = 1_000n;
const payer = await generateKeyPairSigner();
const owner = (await generateKeyPairSigner()).address;
const keys = await marketKeys(1, (await generateKeyPairSigner()).address);

interface Account {
  owner: Address;
  data: ReadonlyUint8Array;
}
type Accounts = Map<Address, Account>;

/** Runs with a deployer whose cluster has these accounts and takes no transactions. */
async function against(accounts: Accounts, run: (deployer: Deployer) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
        id: string;
        method: string;
        params: [Address];
      };
      const result = method === 'getGenesisHash' ? 'a cluster' : account(accounts, params[0]);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = new KeyFolder(join(tmpdir(), 'bulkhead-no-keys'));
    await run(await Deployer.connect(url, payer, folder));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function account(accounts: Accounts, address: Address): unknown {
  const found = accounts.get(address);
  const value = found && {
    data: [Buffer.from(found.data).toString('base64'), 'base64'],
    executable: false,
    lamports: 1,
    owner: found.owner,
    space: found.data.length,
  };
  return { context: { slot: 1 }, value: value ?? null };
}

/** A mint that `issuer` issues, and what the owner holds of it. */
async function wallet(issuer: Address | null, held: bigint): Promise<Accounts> {
  const [tokens] = await findAssociatedTokenPda({
    owner,
    mint: keys.quoteMint,
    tokenProgram: keys.tokenProgram,
  });
  const mint = getMintEncoder().encode({
    mintAuthority: issuer,
    supply: held,
    decimals: 6,
    isInitialized: true,
    freezeAuthority: null,
  });
  const token = getTokenEncoder().encode({
    mint: keys.quoteMint,
    owner,
    amount: held,
    delegate: null,
    state: AccountState.Initialized,
    isNative: null,
    delegatedAmount: 0n,
    closeAuthority: null,
  });
  return new Map([
    [keys.quoteMint, { owner: TOKEN_PROGRAM_ADDRESS, data: mint }],
    [tokens, { owner: TOKEN_PROGRAM_ADDRESS, data: token }],
  ]);
}

/** A market with `expiry` in its first slot and no sources, whose mark was formed with a quorum at `markAt`. */
function market(expiry: number, markAt: bigint): Accounts {
  const blank = (discriminator: Uint8Array, bytes: number) => {
    const data = new Uint8Array(bytes);
    data.set(discriminator);
    return data;
  };
  const state = getMarketDecoder().decode(blank(MARKET_DISCRIMINATOR, getMarketSize()));
  const oracle = getOracleAggregateDecoder().decode(
    blank(ORACLE_AGGREGATE_DISCRIMINATOR, getOracleAggregateSize()),
  );
  const [grade, reason] = [GRADE.A, GRADE_REASON.none];
  const mark = { ...oracle.mark, price: 1n, at: markAt, roundAt: markAt, grade, reason };
  const expiries = [expiry, ...state.expiries.slice(1)];
  const ours = (data: ReadonlyUint8Array) => ({ owner: BULKHEAD_PROGRAM_ADDRESS, data });
  const clock = {
    slot: 1n,
    epochStartTimestamp: unixTimestamp(0n),
    epoch: 0n,
    leaderScheduleEpoch: 0n,
    unixTimestamp: unixTimestamp(NOW),
  };
  return new Map<Address, Account>([
    [keys.market, ours(getMarketEncoder().encode({ ...state, expiries, params: DEFAULT_PARAMS }))],
    [keys.oracle, ours(getOracleAggregateEncoder().encode({ ...oracle, mark }))],
    [SYSVAR_CLOCK_ADDRESS, { owner: TOKEN_PROGRAM_ADDRESS, data: getSysvarClockEncoder().encode(clock) }],
  ]);
}

test('issues what is missing of a bond and no more', async () => {
  await against(await wallet(payer.address, 400n), async (deployer) => {
    const { instructions } = await ensureTokens(deployer, keys, owner, 1_000n);
    assert.equal(instructions.length, 2);
    const issue = instructions[1] as Parameters<typeof parseMintToInstruction>[0];
    assert.equal(parseMintToInstruction(issue).data.amount, 600n);
    assert.deepEqual((await ensureTokens(deployer, keys, owner, 400n)).instructions, []);
  });
});

test('says who has to fund a bond that the payer cannot issue', async () => {
  for (const issuer of [null, owner]) {
    await against(await wallet(issuer, 400n), async (deployer) => {
      await assert.rejects(ensureTokens(deployer, keys, owner, 1_000n), /lacks 600 atoms/);
      assert.deepEqual((await ensureTokens(deployer, keys, owner, 400n)).instructions, []);
    });
  }
});

test('registers no source on a live market', async () => {
  await against(market(7, NOW), async (deployer) => {
    assert.deepEqual(await ensurePublishers(deployer, keys, 'publisher-', 3), []);
    assert.deepEqual(deployer.changes, []);
  });
});

test('leaves a young mark alone, and asks for the publishers of an old one', async () => {
  await against(market(0, NOW - 20n), (deployer) => ensureFreshMark(deployer, keys, [], 1n));
  await against(market(0, NOW - 21n), (deployer) =>
    assert.rejects(ensureFreshMark(deployer, keys, [], 1n), /let them publish first/),
  );
});
