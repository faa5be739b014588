/** WebAssembly and native code agree on every bit of every kernel: a million calls, digested by the same Rust. */

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

interface Locked {
  kernel: number;
  calls_per_seed: number;
  digests: string[];
}

/** What native code answers; a Rust test compares it with the same file. */
const LOCK = new URL('../../../tests/kernels-wasm/digests.json', import.meta.url);
/** The kernels alone, built for this test. */
const KERNELS = new URL('../../../target/wasm/kernels.wasm', import.meta.url);

const locked = JSON.parse(await readFile(LOCK, 'utf8')) as Record<string, Locked>;
const wasm = await readFile(KERNELS).catch(() => {
  throw new Error(`${fileURLToPath(KERNELS)} is missing: run \`cargo xtask test --only wasm\` first`);
});
const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(wasm));
const digest = exports.digest as (kernel: number, seed: bigint, count: number) => bigint;

suite('WebAssembly answers as native code does', () => {
  for (const [name, { kernel, calls_per_seed, digests }] of Object.entries(locked))
    test(name, () => {
      assert.ok(digests.length > 0);
      const found = digests.map((_, seed) => digest(kernel, BigInt(seed), calls_per_seed));
      assert.deepEqual(
        found.map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')),
        digests,
      );
    });
});

test('a million calls are compared', () => {
  const calls = Object.values(locked).map(({ calls_per_seed, digests }) => calls_per_seed * digests.length);
  assert.ok(calls.reduce((sum, count) => sum + count) >= 1_000_000);
});
