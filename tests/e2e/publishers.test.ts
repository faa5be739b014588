/**
 * Publishers and the sources of a market on a running validator: signed prices through the Ed25519 precompile, new sources by
 * proposal, and what becomes of bonds.
 */

import { strict as assert } from 'node:assert';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import {
  addBond,
  cancelProposal,
  closePublisher,
  DEFAULT_PARAMS,
  executeProposal,
  feedAddress,
  fetchProtocol,
  fetchPublisherFeed,
  getQuarantineSourceInstruction,
  getRegisterSourceInstruction,
  listExpiry,
  MIN_BOND_UNITS,
  proposeForMarket,
  publishPrice,
  publishSigned,
  reportEquivocation,
  resignPublisher,
  slashPublisher,
  SOURCE_KIND,
  type PriceSignature,
  withdrawBond,
} from '../../app/client/src/index.ts';
import { deployProtocol } from '../../app/deploy/deploy.ts';
import { ensureTokens } from '../../app/deploy/mint.ts';
import { openTrader } from '../../app/stage/actor.ts';
import { connect, programFiles } from '../../app/stage/environment.ts';
import { assertRefused } from '../../app/stage/refusal.ts';
import { Stage } from '../../app/stage/stage.ts';
import { story } from '../../app/stage/story.ts';

const USDC = 1_000_000n;
const PRICE = 60_000n * USDC;
const BOND = MIN_BOND_UNITS * USDC;
const CASH = 100n * USDC;
const DAY_SECONDS = 86_400n;

test('publishers answer for what they say with their bonds', async (t) => {
  const deployer = await connect();
  const { payer, rpc } = deployer;
  await deployProtocol(deployer, programFiles());
  const guardian = await deployer.keys.get('guardian');

  const marketId = randomInt(100, 65_536);
  t.diagnostic(`market ${marketId}`);
  const stage = await Stage.open(deployer, marketId, DEFAULT_PARAMS);
  const { keys } = stage;
  const reporter = await openTrader(deployer, keys, 'the reporter', CASH);
  const [liar, leaver, stayer] = stage.publishers;
  assert.ok(liar && leaver && stayer);
  const step = story(t, () => stage.books());

  await step('takes prices that their publishers signed, whoever brings them', async () => {
    await stage.signedRound(PRICE);
    assert.deepEqual(await stage.quality(), { grade: 'A', reason: 'none' });
    const { data: feed } = await fetchPublisherFeed(rpc, await feedAddress(keys.market, stayer.address));
    assert.deepEqual([feed.price, feed.confidence], [PRICE, PRICE / 2_000n]);
    const again = await publishSigned(keys, [await stage.sign(stayer, PRICE, feed.publishTime)]);
    await assertRefused(stage.send('', ...again), 'InvalidPublication');
    await assertRefused(stage.send('', ...again.slice(1)), 'InvalidSignatures');
  });

  await step('adds a source to a live market by proposal alone', async () => {
    const expiresAt = (await stage.now()) + DAY_SECONDS;
    await stage.send('listed', await listExpiry(keys, payer, 1, { expiresAt, strikes: [PRICE] }));
    const source = {
      kind: SOURCE_KIND.publisher,
      group: 3,
      key: reporter.tokens,
      feedId: new Uint8Array(32),
    };
    await assertRefused(
      stage.send('', getRegisterSourceInstruction({ ...keys, source, governor: payer })),
      'SourceNeedsTimelock',
    );
    const { proposals: index } = (await fetchProtocol(rpc, keys.protocol)).data;
    await stage.send(
      'proposed a source',
      await proposeForMarket(keys, payer, index, { kind: 'addSource', source }),
    );
    await assertRefused(stage.send('', await executeProposal(index, payer.address, keys)), 'TimelockRunning');
    await stage.send('cancelled it', await cancelProposal(index, payer.address, guardian));
  });

  await step('keeps a quorum of voters, whatever a guardian wants', async () => {
    const source = await feedAddress(keys.market, liar.address);
    await assertRefused(
      stage.send(
        '',
        getQuarantineSourceInstruction({
          ...keys,
          source,
          signer: reporter.signer,
        }),
      ),
      'NotGuardian',
    );
    await assertRefused(
      stage.send('', getQuarantineSourceInstruction({ ...keys, source, signer: guardian })),
      'TooFewVoters',
    );
  });

  await step('takes the bond of a publisher who signed two prices for one slot', async () => {
    const [now, slot] = await Promise.all([stage.now(), rpc.getSlot().send()]);
    const one = await stage.sign(liar, PRICE, now, slot);
    const other = await stage.sign(liar, PRICE + 1n, now, slot);
    const report = async (second: PriceSignature) => {
      const proof = await reportEquivocation(keys, [one, second], reporter.account);
      return stage.send('reported a publisher', ...proof);
    };
    await assertRefused(
      stage.send('', await slashPublisher(keys, liar.address, reporter.account)),
      'NothingToSlash',
    );
    await assertRefused(report(one), 'NotEquivocation');
    await report(other);
    assert.equal((await stage.account(reporter)).cash, CASH + BOND / 2n);
    await assertRefused(report(other), 'PublisherClosed');
    await assertRefused(stage.repeat(), 'PublisherClosed');
  });

  await step('keeps a bond until its publisher has resigned and cooled down', async () => {
    const close = await withdrawBond(keys, leaver, reporter.tokens, 1n);
    await assertRefused(stage.send('', close), 'BondLocked');
    await assertRefused(stage.send('', await closePublisher(keys, leaver)), 'BondLocked');
    await stage.send('resigned', await resignPublisher(keys, leaver));
    await assertRefused(stage.send('', close), 'BondLocked');
    await assertRefused(stage.send('', await resignPublisher(keys, leaver)), 'PublisherClosed');
    const word = {
      price: PRICE,
      confidence: 0n,
      publishTime: await stage.now(),
    };
    await assertRefused(stage.send('', await publishPrice(keys, leaver, word)), 'PublisherClosed');
  });

  await step('lets anybody add to a bond, and counts it all in the vault', async () => {
    const { tokens, instructions } = await ensureTokens(deployer, keys, payer.address, CASH);
    const payment = { source: tokens, amount: CASH };
    const adding = await addBond(keys, payer, stayer.address, payment);
    await stage.send('added to a bond', ...instructions, adding);
    const { vault, bonds, pool } = await stage.books();
    assert.equal(bonds, 2n * BOND + CASH);
    assert.equal(pool, BOND / 2n);
    assert.equal(vault, 3n * BOND + 2n * CASH);
  });
});
