/** Key pairs in the format of the Solana tools: a JSON array of 64 bytes. */

import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createKeyPairSignerFromBytes, type KeyPairSigner } from '@solana/kit';

const KEY_BYTES = 64;
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** @throws when the file is missing or holds no key pair. */
export async function readKeypair(path: string): Promise<KeyPairSigner> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`cannot read the key pair ${path}`);
  });
  const bytes: unknown = JSON.parse(text);
  if (!Array.isArray(bytes) || bytes.length !== KEY_BYTES) throw new Error(`${path} is no key pair`);
  return createKeyPairSignerFromBytes(Uint8Array.from(bytes as number[]));
}

/** A folder of generated keys that only its owner can read. */
export class KeyFolder {
  constructor(readonly path: string) {}

  /** The named key pair, or `undefined` when there is none. */
  async find(name: string): Promise<KeyPairSigner | undefined> {
    const path = join(this.path, `${name}.json`);
    const exists = await readFile(path).then(
      () => true,
      () => false,
    );
    return exists ? readKeypair(path) : undefined;
  }

  /** The named key pair, generated on first use. */
  async get(name: string): Promise<KeyPairSigner> {
    const found = await this.find(name);
    if (found) return found;
    const path = join(this.path, `${name}.json`);
    await mkdir(dirname(this.path), { recursive: true });
    await mkdir(this.path, { recursive: true, mode: OWNER_ONLY_FOLDER });
    await writeFile(path, JSON.stringify([...generate()]), { mode: OWNER_ONLY });
    // The mode above is cut by the umask, never widened; this states it whatever that is.
    await chmod(path, OWNER_ONLY);
    return readKeypair(path);
  }

  /** Removes the named key pair, whose account is no more. */
  async forget(name: string): Promise<void> {
    await rm(join(this.path, `${name}.json`), { force: true });
  }
}

function generate(): Uint8Array {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new Error('the platform made no Ed25519 key');
  return Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]);
}
