/** Bytes and accounts of proposals: what a change does not name is blank. */

import { test } from 'node:test';

import { AccountRole, address, generateKeyPairSigner } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';

import {
  BULKHEAD_PROGRAM_ADDRESS,
  cancelProposal,
  DEFAULT_PARAMS,
  executeProposal,
  marketKeys,
  proposalAddress,
  proposeForMarket,
  proposeForProtocol,
  SOURCE_KIND,
  type MarketParams,
} from '../src/index.ts';
import { addressBytes, assertAccounts, assertData, discriminator, u32, u64 } from './bytes.ts';

const KEY = address('US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx');
const keys = await marketKeys(513, KEY);
const [governor, guardian] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
const proposal = await proposalAddress(3n);

const { READONLY, WRITABLE, READONLY_SIGNER, WRITABLE_SIGNER } = AccountRole;
const NOBODY = Buffer.alloc(32);
const NO_GUARDIANS = u32(0);
const NO_SOURCE = Buffer.alloc(66);

/** Kind and cause stand before, the rest behind. */
function params(values: MarketParams = DEFAULT_PARAMS): Buffer {
  return Buffer.concat(Object.values(values).map(u64));
}

test('a change of roles names its holders and no market', async () => {
  const change = await proposeForProtocol(governor, 3n, { kind: 'setGovernor', holder: KEY });
  const head = [discriminator('propose'), Buffer.from([2, 0]), addressBytes(KEY)];
  assertData(change, ...head, NO_GUARDIANS, params(), NO_SOURCE);
  assertAccounts(change, [
    [governor.address, WRITABLE_SIGNER],
    [keys.protocol, WRITABLE],
    // The program stands for the market that is not concerned.
    [BULKHEAD_PROGRAM_ADDRESS, READONLY],
    [proposal, WRITABLE],
    [SYSTEM_PROGRAM_ADDRESS, READONLY],
  ]);
  const guardians = await proposeForProtocol(governor, 3n, { kind: 'setGuardians', guardians: [KEY] });
  const listed = [u32(1), addressBytes(KEY)];
  assertData(
    guardians,
    discriminator('propose'),
    Buffer.from([3, 0]),
    NOBODY,
    ...listed,
    params(),
    NO_SOURCE,
  );
});

test('a change of a market names the market and what changes', async () => {
  const source = { kind: SOURCE_KIND.chainlink, group: 7, key: KEY, feedId: new Uint8Array(32).fill(1) };
  const spec = Buffer.concat([Buffer.from([5, 7]), addressBytes(KEY), Buffer.alloc(32, 1)]);
  const tighter = { ...DEFAULT_PARAMS, quorum: 4n };
  const cases = [
    [{ kind: 'setParams', params: tighter }, [0, 0], NOBODY, params(tighter), NO_SOURCE],
    [{ kind: 'clearTrip', cause: 'OracleQuorum' }, [1, 1], NOBODY, params(), NO_SOURCE],
    [{ kind: 'windDown' }, [4, 0], NOBODY, params(), NO_SOURCE],
    [{ kind: 'addSource', source }, [5, 0], NOBODY, params(), spec],
    [{ kind: 'setSurfaceAuthority', holder: KEY }, [6, 0], addressBytes(KEY), params(), NO_SOURCE],
  ] as const;
  for (const [change, head, holder, values, spec] of cases) {
    const instruction = await proposeForMarket(keys, governor, 3n, change);
    assertData(instruction, discriminator('propose'), Buffer.from(head), holder, NO_GUARDIANS, values, spec);
    assertAccounts(instruction, [
      [governor.address, WRITABLE_SIGNER],
      [keys.protocol, WRITABLE],
      [keys.market, READONLY],
      [proposal, WRITABLE],
      [SYSTEM_PROGRAM_ADDRESS, READONLY],
    ]);
  }
});

test('a proposal is carried out on the market and oracle it concerns, or on neither', async () => {
  const ofMarket = await executeProposal(3n, KEY, keys);
  assertData(ofMarket, discriminator('execute_proposal'));
  assertAccounts(ofMarket, [
    [keys.protocol, WRITABLE],
    [keys.market, WRITABLE],
    [keys.oracle, WRITABLE],
    [proposal, WRITABLE],
    [KEY, WRITABLE],
  ]);
  assertAccounts(await executeProposal(3n, KEY), [
    [keys.protocol, WRITABLE],
    [BULKHEAD_PROGRAM_ADDRESS, READONLY],
    [BULKHEAD_PROGRAM_ADDRESS, READONLY],
    [proposal, WRITABLE],
    [KEY, WRITABLE],
  ]);
  const cancelling = await cancelProposal(3n, KEY, guardian);
  assertData(cancelling, discriminator('cancel_proposal'));
  assertAccounts(cancelling, [
    [guardian.address, READONLY_SIGNER],
    [keys.protocol, WRITABLE],
    [proposal, WRITABLE],
    [KEY, WRITABLE],
  ]);
});
