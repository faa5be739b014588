/** What the end-to-end tests need to know, from the environment. */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Deployer } from '../deploy/deployer.ts';
import type { ProgramFiles } from '../deploy/deploy.ts';
import { KeyFolder, readKeypair } from '../deploy/keys.ts';

const built = (name: string) => fileURLToPath(new URL(`../../target/deploy/${name}`, import.meta.url));

/** @throws when no validator or payer is named. */
function required(names: string[], meaning: string): string {
  const value = names.map((name) => process.env[name]).find((text) => text !== undefined && text !== '');
  if (value === undefined) {
    throw new Error(`set ${names[0]} to ${meaning}; \`cargo xtask test\` starts a validator and sets it`);
  }
  return value;
}

export function programFiles(): ProgramFiles {
  return {
    so: process.env.BULKHEAD_PROGRAM_SO ?? built('bulkhead.so'),
    keypair: process.env.BULKHEAD_PROGRAM_KEYPAIR ?? built('bulkhead-keypair.json'),
  };
}

/** Connects as the payer: upgrade authority, governor and issuer of the quote mint. Keys lie beside the payer's. */
export async function connect(log?: (line: string) => void): Promise<Deployer> {
  const url = required(['BULKHEAD_RPC_URL'], 'the URL of a running validator');
  const payer = required(['BULKHEAD_PAYER_KEYPAIR', 'BULKHEAD_PAYER'], "the payer's key file");
  const keys = new KeyFolder(join(dirname(payer), 'keys'));
  return Deployer.connect(url, await readKeypair(payer), keys, log ? { log } : {});
}
