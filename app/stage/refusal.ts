/** Expectations of the program's refusals, by name. */

import { strict as assert } from 'node:assert';

import { TransactionRefused, type ProgramErrorName } from '../client/src/index.ts';

/** The transaction is refused by the program with exactly this error. */
export async function assertRefused(attempt: Promise<unknown>, name: ProgramErrorName): Promise<void> {
  await assert.rejects(attempt, (error: unknown) => {
    const refused = error instanceof Error && error.cause instanceof TransactionRefused ? error.cause : error;
    assert.ok(refused instanceof TransactionRefused, `expected ${name}, got ${String(error)}`);
    assert.equal(refused.program?.name, name, refused.message);
    return true;
  });
}
