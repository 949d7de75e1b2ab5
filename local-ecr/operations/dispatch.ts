import { EcrError } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { checkInput, checkOutput } from './conformance.ts'
import { check } from './constraints.ts'
import { operations } from './index.ts'
import { publicOperations } from './public.ts'

export type OperationName = keyof typeof operations
export type InputOf<N extends OperationName> = Parameters<(typeof operations)[N]['run']>[2]
export type OutputOf<N extends OperationName> = Awaited<ReturnType<(typeof operations)[N]['run']>>

/**
 * Runs one operation, with its input and output typed by its name. Rates, faults and the record are not involved.
 * @throws EcrError as ECR would answer
 */
export async function invoke<N extends OperationName>(
  store: Store,
  caller: Caller,
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  return (await invokeByName(store, caller, name, input as Record<string, unknown>)) as OutputOf<N>
}

/**
 * The same for a name that is known only at run time.
 * @throws EcrError as ECR would answer; Error if the output is not one that ECR could give
 */
export async function invokeByName(
  store: Store,
  caller: Caller,
  name: string,
  input: Record<string, unknown>,
): Promise<object> {
  const known = caller.region === PUBLIC ? publicOperations : operations
  if (!Object.hasOwn(known, name))
    throw new EcrError('UnknownOperationException', `The local ECR has no operation ${name}`)
  const { required, run } = (known as typeof operations)[name as OperationName]
  const model = caller.region === PUBLIC ? 'ecr-public' : 'ecr'
  checkInput(model, name, input)
  check(input, required)
  const operation = run as (store: Store, caller: Caller, input: object) => object | Promise<object>
  const output = await operation(store, caller, input)
  checkOutput(model, name, output)
  return output
}
