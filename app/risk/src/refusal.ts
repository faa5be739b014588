/** Why the risk crate has no answer. The order is that of `crates/risk-wasm/src/status.rs`. */

/** The ways arithmetic can refuse; the names of `MathError`. */
export const MATH_ERRORS = ['Overflow', 'DivideByZero', 'Domain'] as const;
export type MathErrorName = (typeof MATH_ERRORS)[number];

/** Why a surface is refused; the names of `SurfaceFault`. */
export const SURFACE_FAULTS = [
  'OutOfDomain',
  'StepTooLarge',
  'NotMonotone',
  'NotConvex',
  'Calendar',
] as const;
export type SurfaceFaultName = (typeof SURFACE_FAULTS)[number];

const MATH_MESSAGES: Record<MathErrorName, string> = {
  Overflow: 'the exact result does not fit its type',
  DivideByZero: 'division by zero',
  Domain: 'an argument lies outside its documented domain',
};

const SURFACE_MESSAGES: Record<SurfaceFaultName, string> = {
  OutOfDomain: 'a volatility lies outside the bounds of surfaces',
  StepTooLarge: 'a volatility moved further than the market allows in one update',
  NotMonotone: "a higher strike's call costs more, or falls faster than the strike rises",
  NotConvex: 'a butterfly would cost less than nothing',
  Calendar: 'total variance falls from one expiry to a later one',
};

/** A function of the risk crate refused its arguments. */
export class MathError extends Error {
  override readonly name = 'MathError';

  constructor(
    readonly kind: MathErrorName,
    detail?: string,
  ) {
    super(detail === undefined ? MATH_MESSAGES[kind] : `${MATH_MESSAGES[kind]}: ${detail}`);
  }
}

/** A surface is not acceptable. */
export class SurfaceRefused extends Error {
  override readonly name = 'SurfaceRefused';

  constructor(readonly kind: SurfaceFaultName) {
    super(SURFACE_MESSAGES[kind]);
  }
}

/** The exception for a status other than zero. */
export function refusalOf(status: number): Error {
  const math = MATH_ERRORS[status - 1];
  if (math !== undefined) return new MathError(math);
  const fault = SURFACE_FAULTS[status - 1 - MATH_ERRORS.length];
  if (fault !== undefined) return new SurfaceRefused(fault);
  return new Error(`the WebAssembly module and this package are of different versions: status ${status}`);
}
