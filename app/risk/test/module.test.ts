/** The module as a file, and its edge to JavaScript. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { loadRisk, refusalOf } from '../src/index.ts';
import { RiskModule } from '../src/module.ts';
import { readModule } from '../src/node.ts';

const wasm = await readModule();
/** Loaded by a web page before its first figure. */
const MAX_BYTES = 64 * 1024;

test('is small and imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasm)), []);
  assert.ok(wasm.length < MAX_BYTES, `${wasm.length} bytes`);
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
  module.write(Array.from({ length: words }, () => 1n));
  assert.throws(() => {
    module.write(Array.from({ length: words + 1 }, () => 1n));
  }, RangeError);
  assert.throws(() => module.unsigned(words), RangeError);
});
