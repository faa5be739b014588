/** The error table against the IDL, and codes found in what clusters answer. */

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { IDL, readIdl, type IdlError } from '../scripts/render.ts';
import { instructionFailure, PROGRAM_ERRORS, programError } from '../src/index.ts';

test('knows every error of the program by code, name and message', async () => {
  const idl = JSON.parse(await readIdl(fileURLToPath(IDL))) as { errors: IdlError[] };
  const wanted = idl.errors.map(({ code, name, msg }) => ({ code, name, message: msg }));
  assert.ok(wanted.length > 0);
  assert.deepEqual(
    PROGRAM_ERRORS,
    wanted.sort((a, b) => a.code - b.code),
  );
});

test('names an error by its code and nothing else', () => {
  assert.equal(programError(6007)?.name, 'NotOwner');
  assert.equal(programError(6301)?.name, 'BelowInitialMargin');
  assert.equal(programError(1), undefined);
});

test('finds the failed instruction and its code', () => {
  assert.deepEqual(instructionFailure({ InstructionError: ['2', { Custom: '6005' }] }), {
    index: 2,
    code: 6005,
  });
  assert.deepEqual(instructionFailure({ InstructionError: [0n, { Custom: 6005n }] }), {
    index: 0,
    code: 6005,
  });
  assert.deepEqual(instructionFailure({ InstructionError: [1, 'MissingAccount'] }), { index: 1 });
  assert.equal(instructionFailure('BlockhashNotFound'), undefined);
  assert.equal(instructionFailure(null), undefined);
});
