/** Volatility surfaces: the checks that the program makes before it accepts one. */

import type { Question, RiskModule } from './module.ts';
import { u64 } from './words.ts';

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

/** The surface of one expiry. */
export interface Slice {
  /** Price units. */
  forward: bigint;
  tenorSeconds: bigint;
  /** Lowest strike first. */
  nodes: readonly Node[];
}

/** How fast volatilities may move: by `maxStepPpm` of themselves within `intervalSeconds`. */
export interface StepLimit {
  maxStepPpm: bigint;
  /** Zero: the whole step at any time. */
  intervalSeconds: bigint;
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
   * Checks that calls at the listed strikes fall and are convex in the strike.
   *
   * @throws {SurfaceRefused} `NotMonotone` or `NotConvex`.
   * @throws {MathError} `Domain` outside the bounds.
   */
  checkArbitrage(slice: Slice): void {
    writeSlice(this.#module.ask(), slice);
    this.#module.call('check_arbitrage', slice.nodes.length);
  }

  /**
   * Checks that total variance does not fall from one expiry to a later one; either may be the later.
   *
   * @throws {SurfaceRefused} `Calendar`.
   * @throws {MathError} `Domain` outside the bounds, and when both expire at once.
   */
  checkCalendar(slice: Slice, other: Slice): void {
    const question = this.#module.ask();
    writeSlice(question, slice);
    writeSlice(question, other);
    this.#module.call('check_calendar', slice.nodes.length, other.nodes.length);
  }

  /**
   * Checks the bounds of each volatility and how far it moved.
   *
   * @throws {SurfaceRefused} `OutOfDomain` or `StepTooLarge`.
   */
  checkSteps(limit: StepLimit, elapsedSeconds: bigint, steps: readonly Step[]): void {
    const question = this.#module.ask();
    for (const { fromPpm, toPpm } of steps) question.number(fromPpm, 'fromPpm').number(toPpm, 'toPpm');
    this.#module.call(
      'check_steps',
      u64(limit.maxStepPpm, 'maxStepPpm'),
      u64(limit.intervalSeconds, 'intervalSeconds'),
      u64(elapsedSeconds, 'elapsedSeconds'),
      steps.length,
    );
  }
}

function writeSlice(question: Question, { forward, tenorSeconds, nodes }: Slice): void {
  question.unsigned(forward, 'forward').unsigned(tenorSeconds, 'tenorSeconds');
  writeNodes(question, nodes);
}

/** Strikes, each with its volatility. */
export function writeNodes(question: Question, nodes: readonly Node[]): void {
  for (const { strike, volPpm } of nodes) question.unsigned(strike, 'strike').number(volPpm, 'volPpm');
}
