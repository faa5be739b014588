/** The oracle's bytes against the program's own tables. */

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import {
  getStoredMarkDecoder,
  getStoredMarkEncoder,
  GRADE,
  GRADE_REASON,
  hasQuorum,
  markQuality,
  PROPOSAL_KIND,
  SOURCE_KIND,
  SOURCE_STATE,
  sourceState,
  VERDICT,
  verdictOf,
  type Source,
  type StoredMark,
} from '../src/index.ts';

const RISK = '../../../crates/risk/src/oracle/';
const STATE = '../../../programs/bulkhead/src/state/';

/** What stands between `opening` and the next brace in one of the program's files. */
async function block(path: string, opening: string): Promise<string> {
  const source = await readFile(new URL(path, import.meta.url), 'utf8');
  const from = source.indexOf(opening);
  assert.ok(from >= 0, `${opening} in ${path}`);
  return source.slice(from, source.indexOf('}', from));
}

/** Names and bytes of an enumeration, its names as they are here. */
async function variants(path: string, name: string): Promise<[string, number][]> {
  const rows = (await block(path, `pub enum ${name} {`)).matchAll(/^\s+(\w+) = (\d+),$/gm);
  return [...rows].map(([, variant = '', byte]) => [
    variant.length === 1 ? variant : variant.charAt(0).toLowerCase() + variant.slice(1),
    Number(byte),
  ]);
}

/** Names and bytes of a module of constants. */
async function constants(path: string, module: string): Promise<[string, number][]> {
  const rows = (await block(path, `pub mod ${module} {`)).matchAll(/pub const (\w+): u8 = (\d+);/g);
  const camel = (name: string) =>
    name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return [...rows].map(([, name = '', byte]) => [camel(name), Number(byte)]);
}

test('numbers what the oracle stores as the program does', async () => {
  assert.deepEqual(Object.entries(SOURCE_STATE), await variants(`${RISK}health.rs`, 'State'));
  assert.deepEqual(Object.entries(VERDICT), await variants(`${RISK}observation.rs`, 'Verdict'));
  assert.deepEqual(Object.entries(GRADE), await variants(`${RISK}grade.rs`, 'Grade'));
  assert.deepEqual(Object.entries(GRADE_REASON), await variants(`${RISK}grade.rs`, 'Reason'));
  assert.deepEqual(Object.entries(SOURCE_KIND), await constants(`${STATE}registry.rs`, 'source_kind'));
  assert.deepEqual(Object.entries(PROPOSAL_KIND), await constants(`${STATE}proposal.rs`, 'kind'));
});

/** A mark of 7 formed at 100, with the bytes of its last round. */
function mark(grade: number, reason: number, price = 7n): StoredMark {
  const bytes = new Uint8Array(getStoredMarkEncoder().fixedSize);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, price, true);
  view.setBigInt64(24, 100n, true);
  bytes.set([grade, reason], 104);
  return getStoredMarkDecoder().decode(bytes);
}

test('grades a mark by its last round until it is too old', () => {
  const good = mark(GRADE.C, GRADE_REASON.bareQuorum);
  assert.deepEqual(markQuality(good, 160n, 60n), { grade: 'C', reason: 'bareQuorum' });
  assert.deepEqual(markQuality(good, 161n, 60n), { grade: 'D', reason: 'aged' });
  assert.deepEqual(markQuality(good, 400n, 60n), { grade: 'D', reason: 'aged' });
  assert.deepEqual(markQuality(good, 401n, 60n), { grade: 'E', reason: 'aged' });
  assert.ok(hasQuorum(markQuality(good, 160n, 60n)));
  const resuming = markQuality(mark(GRADE.D, GRADE_REASON.resuming), 100n, 60n);
  assert.deepEqual(resuming, { grade: 'D', reason: 'resuming' });
  assert.ok(!hasQuorum(resuming));
});

test('takes unknown bytes for the worst', () => {
  assert.deepEqual(markQuality(mark(9, 99), 100n, 60n), { grade: 'E', reason: 'noMark' });
  assert.deepEqual(markQuality(mark(0, 0, 0n), 100n, 60n), { grade: 'E', reason: 'noMark' });
  const source = (state: number, verdict: number) => ({ health: { state, verdict } }) as unknown as Source;
  assert.deepEqual([sourceState(source(4, 0)), verdictOf(source(0, 10))], ['observer', 'astray']);
  assert.deepEqual([sourceState(source(5, 0)), verdictOf(source(0, 11))], ['quarantined', 'absent']);
});
