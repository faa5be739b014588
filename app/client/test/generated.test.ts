/** The committed client is what the IDL makes. */

import { strict as assert } from 'node:assert';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { GENERATED, IDL, render } from '../scripts/render.ts';

/** Every file below a folder with its text, in a fixed order. */
async function tree(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as [string, string]),
  );
}

test('the generated client is up to date; `npm run generate` makes it so', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'bulkhead-client-'));
  try {
    const fresh = join(scratch, 'generated');
    await render(fileURLToPath(IDL), fresh);
    const [wanted, committed] = await Promise.all([tree(fresh), tree(fileURLToPath(GENERATED))]);
    assert.deepEqual(
      committed.map(([name]) => name),
      wanted.map(([name]) => name),
    );
    const stale = wanted.filter(([, text], index) => committed[index]?.[1] !== text).map(([name]) => name);
    assert.deepEqual(stale, []);
  } finally {
    await rm(scratch, { recursive: true });
  }
});
