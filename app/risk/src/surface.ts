/** Volatility surfaces: the checks that the program makes before it accepts one. */

import type { RiskModule } from './module.ts';
import { u32, u64 } from './words.ts';

/** A listed strike and its volatility. */
export interface Node {
  /** Price units. */
  strike: bigint;
  /** Parts per million per root of a year. */
  volPpm: number;
}

export interface SurfaceBounds {
  minVolPpm: number;
  maxVolPpm: number;
  maxStrikes: number;
}

/** A volatility before and after an update. */
export interface Step {
  /** The last accepted one; zero when there is none. */
  fromPpm: number;
  toPpm: number;
}

export class Surface {
  readonly bounds: SurfaceBounds;
  readonly #module: RiskModule;

  constructor(module: RiskModule) {
    this.#module = module;
    const answer = module.call('surface_bounds');
    this.bounds = {
      minVolPpm: answer.number(),
      maxVolPpm: answer.number(),
      maxStrikes: answer.number(),
    };
  }

  /**
   * Checks that calls at the listed strikes, ascending, fall and are convex in the strike.
   *
   * @throws {SurfaceRefused} `NotMonotone` or `NotConvex`.
   * @throws {MathError} `Domain` outside the bounds.
   */
  checkArbitrage(forward: bigint, tenorSeconds: bigint, nodes: readonly Node[]): void {
    this.#module.write(nodes.flatMap(nodeWords));
    this.#module.call(
      'check_arbitrage',
      u64(forward, 'forward'),
      u64(tenorSeconds, 'tenorSeconds'),
      nodes.length,
    );
  }

  /**
   * Checks the bounds of each volatility and how far it moved.
   *
   * @throws {SurfaceRefused} `OutOfDomain` or `StepTooLarge`.
   */
  checkSteps(maxStepPpm: bigint, steps: readonly Step[]): void {
    this.#module.write(
      steps.flatMap(({ fromPpm, toPpm }) => [BigInt(u32(fromPpm, 'fromPpm')), BigInt(u32(toPpm, 'toPpm'))]),
    );
    this.#module.call('check_steps', u64(maxStepPpm, 'maxStepPpm'), steps.length);
  }
}

/** A strike and its volatility as words. */
export function nodeWords({ strike, volPpm }: Node): bigint[] {
  return [u64(strike, 'strike'), BigInt(u32(volPpm, 'volPpm'))];
}
