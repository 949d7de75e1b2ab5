import * as sts from '@aws-sdk/client-sts'
import { NormalizedSchema } from '@smithy/core/schema'

/**
 * The input that a form of AWS's query protocol (`Tags.member.1.Key=…`) stands for. The SDK's model of STS says which
 * members are numbers, booleans and lists.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function structureOf(operation: string, form: URLSearchParams): object {
  const tree: Record<string, unknown> = {}
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue
    const steps = name.split('.').filter((step) => step !== 'member')
    let node: Record<string, unknown> = tree
    for (const step of steps.slice(0, -1)) {
      node[step] ??= {}
      node = node[step] as Record<string, unknown>
    }
    node[steps.at(-1) ?? ''] = value
  }
  const known = (sts as unknown as Record<string, readonly unknown[] | undefined>)[`${operation}$`]
  return known === undefined ? tree : (typed(NormalizedSchema.of(known[4] as never), tree) as object)
}

function typed(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isNumericSchema()) return Number(value)
  if (schema.isBooleanSchema()) return value === 'true'
  if (typeof value !== 'object' || value === null) return value
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
