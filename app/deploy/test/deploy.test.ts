/** The parts of a deployment that need no cluster. */

import { strict as assert } from 'node:assert';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { generateKeyPairSigner } from '@solana/kit';

import { DEMO_EXPIRIES, DEMO_MARKET } from '../demo-market.ts';
import { Deployer } from '../deployer.ts';
import { atExpiryHour } from '../expiries.ts';
import { KeyFolder } from '../keys.ts';
import { holds } from '../loader-state.ts';
import { readOptions } from '../options.ts';

const DAY = 86_400n;
const HOUR = 3_600n;

test('expiries fall on 08:00 UTC, never sooner than asked', () => {
  assert.equal(atExpiryHour(10n * DAY + 8n * HOUR, 7), 17n * DAY + 8n * HOUR);
  assert.equal(atExpiryHour(10n * DAY + 8n * HOUR + 1n, 7), 18n * DAY + 8n * HOUR);
  assert.equal(atExpiryHour(10n * DAY, 7), 17n * DAY + 8n * HOUR);
});

test('the demo market lists what the program accepts', () => {
  const { strikes, volsPpm } = DEMO_EXPIRIES;
  assert.equal(strikes.length, 9);
  assert.equal(volsPpm.length, strikes.length);
  for (const strike of strikes) assert.equal(strike % DEMO_MARKET.lotsPerUnit, 0n);
});

test('a program is the deployed one only with the same bytes and zeros behind', () => {
  const program = Uint8Array.of(1, 2, 3);
  assert.ok(holds(Uint8Array.of(1, 2, 3), program));
  assert.ok(holds(Uint8Array.of(1, 2, 3, 0, 0), program));
  assert.ok(!holds(Uint8Array.of(1, 2, 3, 0, 4), program));
  assert.ok(!holds(Uint8Array.of(1, 2), program));
  assert.ok(!holds(Uint8Array.of(1, 2, 4), program));
});

test('generated keys are their owner’s alone and stay the same', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'bulkhead-keys-'));
  try {
    const folder = new KeyFolder(join(scratch, 'out', 'keys'));
    assert.equal(await folder.find('mint'), undefined);
    const made = await folder.get('mint');
    assert.equal((await folder.get('mint')).address, made.address);
    assert.equal((await stat(folder.path)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder.path, 'mint.json'))).mode & 0o777, 0o600);
    await folder.forget('mint');
    assert.deepEqual(await readdir(folder.path), []);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('options have defaults, unknown ones are refused', () => {
  const options = readOptions(['--rpc', 'http://127.0.0.1:1', '--out', '/x/y.json', '--yes-mainnet']);
  assert.ok(typeof options !== 'string');
  assert.equal(options.rpc, 'http://127.0.0.1:1');
  assert.equal(options.out, '/x/y.json');
  assert.ok(options.yesMainnet);
  assert.match(options.so, /target\/deploy\/bulkhead\.so$/);
  const help = readOptions(['--help']);
  assert.ok(typeof help === 'string' && help.includes('--yes-mainnet'));
  assert.throws(() => readOptions(['--rcp', 'x']));
});

test('mainnet is refused unless it is asked for', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id: '0', result: '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const payer = await generateKeyPairSigner();
    const keys = new KeyFolder('unused');
    await assert.rejects(Deployer.connect(url, payer, keys), /--yes-mainnet/);
    const deployer = await Deployer.connect(url, payer, keys, { allowMainnet: true });
    assert.equal(deployer.changes.length, 0);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
