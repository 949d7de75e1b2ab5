import * as ecr from '@aws-sdk/client-ecr'
import * as ecrPublic from '@aws-sdk/client-ecr-public'
import * as sts from '@aws-sdk/client-sts'
import { NormalizedSchema } from '@smithy/core/schema'
import { EcrError } from './errors.ts'

/** The services whose requests are checked, each by the model that its SDK client carries. */
const models = { ecr, 'ecr-public': ecrPublic, sts } as const

export type ModelledService = keyof typeof models

/** An operation in the SDK's own model: `[9, namespace, name, traits, input, output]`. */
type OperationSchema = readonly [9, string, string, unknown, () => unknown, () => unknown]

function inputOf(service: ModelledService, operation: string): NormalizedSchema | undefined {
  const found = (models[service] as unknown as Record<string, OperationSchema | undefined>)[`${operation}$`]
  return found?.[0] === 9 ? NormalizedSchema.of(found[4] as never) : undefined
}

/** Whether AWS has such an operation, by the SDK. */
export const isModelled = (service: ModelledService, operation: string): boolean =>
  inputOf(service, operation) !== undefined

/**
 * Refuses a request that the SDK's own model does not know: an operation, a member, or a type of value. ECR would
 * ignore an unknown member; here it is an error, so that neither the action nor this emulator drifts into fiction.
 * @param input as it travels: dates are numbers, bytes are base64
 */
export function checkAgainstModel(service: ModelledService, operation: string, input: object): void {
  const schema = inputOf(service, operation)
  const fault =
    schema === undefined ? `the SDK has no operation ${operation}` : faultIn(schema, input, operation)
  if (fault !== undefined) throw new EcrError('SerializationException', `Not in the model: ${fault}`)
}

function faultIn(schema: NormalizedSchema, value: unknown, at: string): string | undefined {
  if (value === null || value === undefined) return undefined
  if (schema.isStructSchema()) {
    if (!isPlain(value)) return `${at} is not a structure`
    const members = schema.getMemberSchemas()
    for (const [name, held] of Object.entries(value)) {
      const member = members[name]
      if (member === undefined) return `${at} has no member ${name}`
      const fault = faultIn(member, held, `${at}.${name}`)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return `${at} is not a list`
    return first(value.map((item, index) => faultIn(schema.getValueSchema(), item, `${at}[${index}]`)))
  }
  if (schema.isMapSchema()) {
    if (!isPlain(value)) return `${at} is not a map`
    return first(
      Object.entries(value).map(([key, item]) => faultIn(schema.getValueSchema(), item, `${at}.${key}`)),
    )
  }
  const kind = schema.isBooleanSchema()
    ? 'boolean'
    : schema.isNumericSchema() || schema.isTimestampSchema()
      ? 'number'
      : 'string'
  return typeof value === kind ? undefined : `${at} is not a ${kind}`
}

const first = (faults: (string | undefined)[]) => faults.find((fault) => fault !== undefined)

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A form of AWS's query protocol as the structure that it stands for: `Tags.member.1.Key=…`.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function structureOf(service: ModelledService, operation: string, form: URLSearchParams): object {
  const tree: Record<string, unknown> = {}
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue
    const steps = name.split('.').filter((step) => step !== 'member')
    let place: Record<string, unknown> = tree
    for (const step of steps.slice(0, -1)) {
      place[step] ??= {}
      place = place[step] as Record<string, unknown>
    }
    place[steps.at(-1) ?? ''] = value
  }
  const schema = inputOf(service, operation)
  return schema === undefined ? tree : (typed(schema, tree) as object)
}

function typed(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isNumericSchema()) return Number(value)
  if (schema.isBooleanSchema()) return value === 'true'
  if (!isPlain(value)) return value
  if (schema.isListSchema()) return Object.values(value).map((item) => typed(schema.getValueSchema(), item))
  if (!schema.isStructSchema()) return value
  const members = schema.getMemberSchemas()
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      const member = members[name]
      return [name, member === undefined ? held : typed(member, held)]
    }),
  )
}
