/** The module as a file, and its edge to JavaScript. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { loadRisk, refusalOf } from '../src/index.ts';
import { RiskModule } from '../src/module.ts';
import { readModule } from '../src/node.ts';

const wasm = await readModule();
/** What a web page loads before its first figure. */
const MAX_BYTES = 96 * 1024;
const MAX_COMPRESSED_BYTES = 40 * 1024;

test('is small and imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasm)), []);
  const compressed = gzipSync(wasm).length;
  assert.ok(wasm.length < MAX_BYTES, `${wasm.length} bytes`);
  assert.ok(compressed < MAX_COMPRESSED_BYTES, `${compressed} bytes compressed`);
});

test('takes bytes or a compiled module, and keeps instances apart', async () => {
  const [one, other] = [await loadRisk(wasm), await loadRisk(new WebAssembly.Module(wasm))];
  const terms = { forward: 100n, strike: 90n, volPpm: 500_000, tenorSeconds: 86_400n };
  assert.deepEqual(one.black76.price(terms), other.black76.price(terms));
  assert.notEqual(one.grid, other.grid);
});

test('is found by its name', async () => {
  const byName = await import('@bulkhead/risk');
  const { loadRiskFromDisk } = await import('@bulkhead/risk/node');
  assert.equal(byName.loadRisk, loadRisk);
  assert.ok((await loadRiskFromDisk()).grid.count > 0);
  assert.ok(import.meta.resolve('@bulkhead/risk/risk.wasm').endsWith('/app/risk/dist/risk.wasm'));
});

test('names what is not a risk module', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await assert.rejects(loadRisk(empty), /no export|memory/);
  assert.match(refusalOf(99).message, /different versions/);
});

test('refuses lists that do not fit the exchange', async () => {
  const module = await RiskModule.load(wasm);
  const words = module.count('exchange_words');
  const question = module.ask();
  for (let word = 0; word < words; word += 1) question.unsigned(1n, 'word');
  assert.throws(() => question.unsigned(1n, 'word'), RangeError);
  const answer = module.call('black76_bounds');
  assert.equal(answer.row(words).length, words);
  assert.throws(() => answer.unsigned(), RangeError);
});
