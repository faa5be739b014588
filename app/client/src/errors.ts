/** The program's refusals by code, name and message, and where to find a code in what a cluster answers. */

import { ERROR_TABLE } from './generated/errors/table.ts';

export type ProgramErrorName = (typeof ERROR_TABLE)[keyof typeof ERROR_TABLE]['name'];

export interface ProgramError {
  code: number;
  name: ProgramErrorName;
  /** The rule that was broken and what would satisfy it. */
  message: string;
}

/** Every error of the program, in order of code. */
export const PROGRAM_ERRORS: readonly ProgramError[] = Object.entries(ERROR_TABLE).map(([code, entry]) => ({
  code: Number(code),
  ...entry,
}));

const BY_CODE = new Map(PROGRAM_ERRORS.map((error) => [error.code, error]));

export function programError(code: number): ProgramError | undefined {
  return BY_CODE.get(code);
}

export interface InstructionFailure {
  /** Which instruction of the transaction failed. */
  index: number;
  /** The custom code, when the program gave one. */
  code?: number;
}

/** Reads `{ InstructionError: [index, { Custom: code }] }`; `undefined` for any other failure. */
export function instructionFailure(error: unknown): InstructionFailure | undefined {
  if (!isRecord(error) || !Array.isArray(error.InstructionError)) return undefined;
  const [index, reason] = error.InstructionError as unknown[];
  const failure: InstructionFailure = { index: Number(index) };
  if (isRecord(reason) && reason.Custom !== undefined) failure.code = Number(reason.Custom);
  return failure;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
