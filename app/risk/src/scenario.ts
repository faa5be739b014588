/** The scenario grid: which moves of the forward and of volatility every portfolio must survive. */

import type { RiskModule } from './module.ts';
import { u64 } from './words.ts';

/** How far a market's grid reaches: three of its parameters, parts per million. */
export interface Shocks {
  /** Largest core move of the forward. */
  rangePpm: bigint;
  /** Relative rise of volatility. */
  volUpPpm: bigint;
  /** Relative fall of volatility. */
  volDownPpm: bigint;
}

const VOL_MOVES = ['unchanged', 'up', 'down'] as const;
export type VolMove = (typeof VOL_MOVES)[number];

/** One scenario. Rows and profits list them in this order; the first is "nothing moves". */
export interface Scenario {
  /** Move of the forward, parts per million of it: -180,000 is a fall by 18 %. */
  movePpm: bigint;
  vol: VolMove;
  /** Share of the profit or loss that counts, parts per million. */
  weightPpm: bigint;
}

/** The forward that the module moves to describe the grid. */
const UNMOVED_PPM = 1_000_000n;
const WORDS_PER_SCENARIO = 3;

export class Grid {
  /** Number of scenarios: the length of every row. */
  readonly count: number;
  readonly #module: RiskModule;

  constructor(module: RiskModule) {
    this.#module = module;
    this.count = module.count('scenario_count');
  }

  /** @throws {MathError} `Overflow` when a move leaves 64 bits. */
  scenarios(shocks: Shocks): Scenario[] {
    this.#module.call('scenarios', ...shockArguments(shocks));
    return Array.from({ length: this.count }, (_, index) => {
      const at = index * WORDS_PER_SCENARIO;
      return {
        movePpm: this.#module.unsigned(at) - UNMOVED_PPM,
        vol: volMove(this.#module.unsigned(at + 1)),
        weightPpm: this.#module.unsigned(at + 2),
      };
    });
  }
}

/** In the order in which every export takes them. */
export function shockArguments({ rangePpm, volUpPpm, volDownPpm }: Shocks): [bigint, bigint, bigint] {
  return [u64(rangePpm, 'rangePpm'), u64(volUpPpm, 'volUpPpm'), u64(volDownPpm, 'volDownPpm')];
}

function volMove(word: bigint): VolMove {
  const move = VOL_MOVES[Number(word)];
  if (move === undefined)
    throw new Error(`the module names an unknown move of volatility: ${word.toString()}`);
  return move;
}
