import * as ecr from '@aws-sdk/client-ecr'
import * as ecrPublic from '@aws-sdk/client-ecr-public'
import * as sts from '@aws-sdk/client-sts'
import { EcrError, invalidParameter } from '../store/errors.ts'

/*
 * The SDK contains the API models of ECR, ECR Public and STS as data. Every input and output is checked against them,
 * so that the local ECR can neither accept nor answer anything that the real API could not.
 * The form of the data: https://github.com/smithy-lang/smithy-typescript/blob/main/packages/types/src/schema/static-schemas.ts
 */

const models = { ecr, 'ecr-public': ecrPublic, sts }

/** A service by the name that requests to it are signed for. */
export type Model = keyof typeof models

type Ref = number | readonly unknown[] | (() => Ref)

/** `[3, namespace, name, traits, members, their schemas, how many of the first are required]` */
interface Structure {
  readonly name: string
  readonly members: readonly string[]
  readonly schemas: readonly Ref[]
  readonly required: number
}

const LIST = 64
const MAP = 128
const kinds: Record<number, string> = { 0: 'string', 1: 'number', 2: 'boolean', 4: 'timestamp', 21: 'blob' }

/** @throws EcrError if the SDK could not have sent this input */
export function checkInput(model: Model, operation: string, input: unknown): void {
  const fault = faultOf(operationOf(model, operation).input, input, '')
  if (fault === undefined) return
  if (fault.why === 'missing') throw invalidParameter(fault.at, 'must not be null')
  throw new EcrError('SerializationException', `${operation}: '${fault.at}' ${fault.why}`)
}

/** @throws Error if the real API could not give this output, which is a defect of the local ECR */
export function checkOutput(model: Model, operation: string, output: unknown): void {
  const fault = faultOf(operationOf(model, operation).output, output, '')
  if (fault !== undefined) throw new Error(`The local ECR's ${operation} answers: '${fault.at}' ${fault.why}`)
}

/** The required members of an operation's input. */
export function requiredOf(model: Model, operation: string): readonly string[] {
  const { members, required } = structure(operationOf(model, operation).input)
  return members.slice(0, required)
}

/** `[9, namespace, name, traits, input, output]` */
function operationOf(model: Model, name: string): { input: Ref; output: Ref } {
  const schema = (models[model] as unknown as Record<string, readonly Ref[] | undefined>)[`${name}$`]
  if (schema?.[0] !== 9)
    throw new EcrError('UnknownOperationException', `The model of ${model} has no operation ${name}`)
  return { input: schema[4] as Ref, output: schema[5] as Ref }
}

/** A schema may be a function that returns it, or a pair with the traits of one member. */
function resolved(ref: Ref): number | readonly unknown[] {
  if (typeof ref === 'function') return resolved(ref())
  return typeof ref !== 'number' && typeof ref[0] === 'function' ? resolved(ref[0] as Ref) : ref
}

function structure(ref: Ref): Structure {
  const [kind, , name, , members, schemas, required = 0] = resolved(ref) as readonly unknown[]
  if (kind !== 3) throw new Error(`${String(name)} is no structure`)
  return { name, members, schemas, required } as Structure
}

interface Fault {
  readonly at: string
  readonly why: string
}

function faultOf(ref: Ref, value: unknown, at: string): Fault | undefined {
  if (value === undefined || value === null) return undefined
  const schema = resolved(ref)
  if (typeof schema === 'number') {
    if (schema & LIST) return ofList(schema & ~LIST, value, at)
    if (schema & MAP) return ofMap(schema & ~MAP, value, at)
    return isKind(kinds[schema], value)
      ? undefined
      : { at, why: `is no ${kinds[schema] ?? `kind ${schema}`}` }
  }
  if (schema[0] === 1) return ofList(schema[4] as Ref, value, at)
  if (schema[0] === 2) return ofMap(schema[5] as Ref, value, at)
  if (schema[0] === 0) return faultOf(schema[4] as Ref, value, at)
  return ofStructure(structure(schema), value, at)
}

function ofStructure(
  { name, members, schemas, required }: Structure,
  value: unknown,
  at: string,
): Fault | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return { at, why: `is no ${name}` }
  const given = value as Record<string, unknown>
  const place = (member: string) => (at === '' ? member : `${at}.${member}`)
  const unknown = Object.keys(given).find((member) => !members.includes(member))
  if (unknown !== undefined) return { at: place(unknown), why: `is no member of ${name} in the SDK's model` }
  const missing = members.slice(0, required).find((member) => given[member] == null)
  if (missing !== undefined) return { at: place(missing), why: 'missing' }
  for (const [index, member] of members.entries()) {
    const fault = faultOf(schemas[index] as Ref, given[member], place(member))
    if (fault !== undefined) return fault
  }
  return undefined
}

function ofList(of: Ref, value: unknown, at: string): Fault | undefined {
  if (!Array.isArray(value)) return { at, why: 'is no list' }
  for (const [index, item] of value.entries()) {
    const fault = faultOf(of, item, `${at}[${index}]`)
    if (fault !== undefined) return fault
  }
  return undefined
}

function ofMap(of: Ref, value: unknown, at: string): Fault | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return { at, why: 'is no map' }
  for (const [key, item] of Object.entries(value as object)) {
    const fault = faultOf(of, item, `${at}.${key}`)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** A blob is bytes within this process, and base64 over HTTP. */
function isKind(kind: string | undefined, value: unknown): boolean {
  if (kind === 'timestamp') return Object.prototype.toString.call(value) === '[object Date]'
  if (kind === 'blob') return ArrayBuffer.isView(value) || typeof value === 'string'
  return typeof value === kind
}
