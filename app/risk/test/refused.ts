/** What a call throws. */

import { strict as assert } from 'node:assert';

import { MathError, SurfaceRefused, type MathErrorName, type SurfaceFaultName } from '../src/index.ts';

export function refusesMath(call: () => unknown, kind: MathErrorName): void {
  assert.throws(call, (error) => error instanceof MathError && error.kind === kind);
}

export function refusesSurface(call: () => unknown, kind: SurfaceFaultName): void {
  assert.throws(call, (error) => error instanceof SurfaceRefused && error.kind === kind);
}
