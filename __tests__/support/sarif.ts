import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ErrorObject } from 'ajv'

const require = createRequire(import.meta.url)

/** Packages for the schema, which is in the version of JSON Schema that OASIS wrote it in. */
const Ajv = require('ajv-draft-04') as new (
  options: object,
) => {
  compile(schema: object): ((data: unknown) => boolean) & { readonly errors?: readonly ErrorObject[] | null }
}

const validate = new Ajv({
  strict: false,
  allErrors: true,
  validateFormats: false,
  unicodeRegExp: false,
}).compile(
  JSON.parse(
    readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  ) as object,
)

/** What is wrong with a SARIF log by the schema of OASIS; empty if nothing is. */
export function sarifProblems(log: unknown): string[] {
  if (validate(log)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}
