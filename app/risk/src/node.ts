/** Loads the built module under Node. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { loadRisk, type Risk } from './risk.ts';

/** What `cargo xtask build --wasm` writes. */
const BUILT = new URL('../dist/risk.wasm', import.meta.url);

/** @throws when the module was not built. */
export async function readModule(): Promise<Uint8Array> {
  return readFile(BUILT).catch(() => {
    throw new Error(`${fileURLToPath(BUILT)} is missing: run \`cargo xtask build --wasm\` first`);
  });
}

/** @throws when the module was not built. */
export async function loadRiskFromDisk(): Promise<Risk> {
  return loadRisk(await readModule());
}
