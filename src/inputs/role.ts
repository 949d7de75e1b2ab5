import { type RoleInput, type SessionPolicy, sessionName } from '../aws/workflow.ts'
import type { InputName } from './names.ts'
import { checkSessionPolicy, readPolicy } from './policies.ts'
import type { Reader } from './reader.ts'

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (RoleSessionName, DurationSeconds, ExternalId)
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const SECONDS = { least: 900, most: 43_200, chained: 3600 }
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/

/** What says how `role-to-assume` is assumed, and has no effect without it. */
const OF_A_ROLE = [
  'role-session-name',
  'role-duration-seconds',
  'audience',
  'role-external-id',
  'role-session-policy',
] as const satisfies readonly InputName[]

/**
 * The input `role-to-assume`, and those that say how the role is assumed.
 * @returns null if no role is assumed: the SDK's own chain says who calls
 */
export function readRole(reader: Reader): RoleInput | null {
  const arns = reader.matchingList(
    'role-to-assume',
    'lines',
    ROLE,
    "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME, or several, one a line",
  )
  const named = reader.matching(
    'role-session-name',
    SESSION_NAME,
    'a session name is 2 to 64 letters, digits and _ + = , . @ -',
  )
  const seconds = reader.wholeNumber('role-duration-seconds', SECONDS.least, SECONDS.most)
  const audience = reader.matching('audience', /^\S+$/, 'must be without spaces')
  const externalId = readExternalId(reader)
  const sessionPolicy = readSessionPolicy(reader)
  const arn = arns.at(-1)
  if (arn === undefined) {
    for (const name of OF_A_ROLE) {
      const value = reader.text(name)
      if (value !== '') reader.problem(name, shownValue(name, value), 'needs role-to-assume')
    }
    return null
  }
  if (arns.length > 1 && seconds !== null && seconds > SECONDS.chained) {
    reader.problem(
      'role-duration-seconds',
      `${seconds}`,
      `must be at most ${SECONDS.chained}: AWS gives a role that is assumed with another role's credentials one hour, and role-to-assume names ${arns.length}`,
    )
  }
  return {
    ...roleFor(arn, reader.source.env),
    through: arns.slice(0, -1),
    ...(named === null ? {} : { sessionName: named }),
    ...(seconds === null ? {} : { seconds }),
    ...(audience === null ? {} : { audience }),
    externalId,
    sessionPolicy,
  }
}

/** A role with the defaults of everything that a session of it has. */
export function roleFor(arn: string, env: Readonly<Record<string, string | undefined>>): RoleInput {
  return {
    arn,
    through: [],
    sessionName: sessionName(env),
    seconds: null,
    audience: 'sts.amazonaws.com',
    externalId: null,
    sessionPolicy: null,
  }
}

export const isRoleArn = (text: string): boolean => ROLE.test(text)

/** @returns the account that a role is of; null if the text is no role's ARN */
export const accountOfRole = (arn: string): string | null => ROLE.exec(arn)?.[1] ?? null

/** An external id is no secret for AWS, but may be one for who gave it: a problem does not show it. */
const shownValue = (name: InputName, value: string) => (name === 'role-external-id' ? '' : value)

function readExternalId(reader: Reader): string | null {
  const value = reader.text('role-external-id')
  if (value === '') return null
  if (EXTERNAL_ID.test(value)) return value
  reader.problem('role-external-id', '', 'an external id is 2 to 1224 letters, digits and _ + = , . @ : / -')
  return null
}

function readSessionPolicy(reader: Reader): SessionPolicy | null {
  const value = reader.text('role-session-policy')
  const { env, cwd } = reader.source
  if (value === '') return null
  if (value === 'minimal') {
    return { kind: 'minimal', region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null }
  }
  const read = value.startsWith('{')
    ? readPolicy(value, cwd, checkSessionPolicy)
    : { problem: "must be minimal, or a policy's JSON" }
  if ('text' in read) return { kind: 'written', texts: [read.text], byStep: false }
  reader.problem('role-session-policy', value, read.problem)
  return null
}
