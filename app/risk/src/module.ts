/** The instantiated module: calls by name, and the words that lists and answers pass through. */

import { refusalOf } from './refusal.ts';
import { i64, u32, u64 } from './words.ts';

type Argument = bigint | number;

/** One instance of the module. Calls are synchronous and share nothing with other instances. */
export class RiskModule {
  readonly #exports: Record<string, unknown>;
  readonly #unsigned: BigUint64Array;
  readonly #signed: BigInt64Array;

  private constructor(exports: Record<string, unknown>) {
    this.#exports = exports;
    const { buffer } = exports.memory as WebAssembly.Memory;
    // Both stay valid: the module never allocates, so its memory never grows.
    const [at, length] = [this.#invoke('exchange', []), this.#invoke('exchange_words', [])];
    this.#unsigned = new BigUint64Array(buffer, at, length);
    this.#signed = new BigInt64Array(buffer, at, length);
  }

  static async load(wasm: ArrayBufferView | ArrayBuffer | WebAssembly.Module): Promise<RiskModule> {
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    return new RiskModule((await WebAssembly.instantiate(module)).exports);
  }

  /** Calls an export and begins to read its answer. @throws what the risk crate refuses. */
  call(name: string, ...args: Argument[]): Answer {
    const status = this.#invoke(name, args);
    if (status !== 0) throw refusalOf(status);
    return new Answer(this.#unsigned, this.#signed);
  }

  /** Calls an export that returns a number and cannot fail. */
  count(name: string): number {
    return this.#invoke(name, []);
  }

  /** Begins to write what the next call takes from the exchange. */
  ask(): Question {
    return new Question(this.#unsigned, this.#signed);
  }

  #invoke(name: string, args: Argument[]): number {
    const found = this.#exports[name];
    if (typeof found !== 'function') throw new Error(`the WebAssembly module has no export ${name}`);
    return (found as (...args: Argument[]) => number)(...args);
  }
}

/** The words that a call takes, one after the other. One by one, because that is much the fastest for `bigint`. */
export class Question {
  #at = 0;

  constructor(
    readonly words: BigUint64Array,
    readonly signedWords: BigInt64Array,
  ) {}

  /** @throws {MathError} `Domain` when the value does not fit. */
  unsigned(value: bigint, name: string): this {
    this.words[this.#next()] = u64(value, name);
    return this;
  }

  /** @throws {MathError} `Domain` when the value does not fit. */
  signed(value: bigint, name: string): this {
    this.signedWords[this.#next()] = i64(value, name);
    return this;
  }

  /** @throws {MathError} `Domain` when the value does not fit 32 bits. */
  number(value: number, name: string): this {
    this.words[this.#next()] = BigInt(u32(value, name));
    return this;
  }

  #next(): number {
    return this.#at < this.words.length ? this.#at++ : outside(this.#at);
  }
}

/** The words of an answer, one after the other. The next call overwrites them. */
export class Answer {
  #at = 0;

  constructor(
    readonly words: BigUint64Array,
    readonly signedWords: BigInt64Array,
  ) {}

  unsigned(): bigint {
    return this.words[this.#at++] ?? outside(this.#at);
  }

  signed(): bigint {
    return this.signedWords[this.#at++] ?? outside(this.#at);
  }

  /** A word that fits a number exactly: a count or parts per million. */
  number(): number {
    return Number(this.unsigned());
  }

  /** A word that says whether there is a value, and the value. */
  optional(): bigint | undefined {
    const [present, value] = [this.unsigned(), this.signed()];
    return present === 0n ? undefined : value;
  }

  row(length: number): bigint[] {
    const row: bigint[] = [];
    while (row.length < length) row.push(this.signed());
    return row;
  }
}

function outside(word: number): never {
  throw new RangeError(`word ${word} lies outside what is exchanged with the module`);
}
