/** The defaults against the program's own table. */

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { DEFAULT_PARAMS, getMarketParamsEncoder } from '../src/index.ts';

const SPECS = new URL('../../../crates/risk/src/params.rs', import.meta.url);
const ROW = /^ {4}spec\("(\w+)", (?:Higher|Lower), \w+, \w+, ([\d_]+)\),$/gm;

test('starts a market from the defaults of the program, in its order', async () => {
  const source = await readFile(SPECS, 'utf8');
  const rows = [...source.matchAll(ROW)].map(([, name = '', value = '']) => [
    name,
    BigInt(value.replaceAll('_', '')),
  ]);
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  assert.deepEqual(
    Object.entries(DEFAULT_PARAMS).map(([name, value]) => [snake(name), value]),
    rows,
  );
  assert.equal(getMarketParamsEncoder().encode(DEFAULT_PARAMS).length, rows.length * 8);
});
