import { type RoleInput, sessionName } from '../aws/workflow.ts'
import type { Reader } from './reader.ts'

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (RoleSessionName, DurationSeconds)
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const SECONDS = { least: 900, most: 43_200 }

/**
 * The inputs `role-to-assume`, `role-session-name`, `role-duration-seconds` and `audience`.
 * @returns null if no role is assumed: the SDK's own chain says who calls
 */
export function readRole(reader: Reader): RoleInput | null {
  const arn = reader.text('role-to-assume')
  const named = reader.matching(
    'role-session-name',
    SESSION_NAME,
    'a session name is 2 to 64 letters, digits and _ + = , . @ -',
  )
  const seconds = reader.wholeNumber('role-duration-seconds', SECONDS.least, SECONDS.most)
  const audience = reader.matching('audience', /^\S+$/, 'must be without spaces')
  if (arn !== '' && !isRoleArn(arn)) {
    reader.problem('role-to-assume', arn, "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME")
  }
  if (arn === '') {
    for (const name of ['role-session-name', 'role-duration-seconds', 'audience'] as const) {
      const value = reader.text(name)
      if (value !== '') reader.problem(name, value, 'needs role-to-assume')
    }
    return null
  }
  return {
    ...roleFor(arn, reader.source.env),
    ...(named === null ? {} : { sessionName: named }),
    ...(seconds === null ? {} : { seconds }),
    ...(audience === null ? {} : { audience }),
  }
}

/** A role with the defaults of everything that a session of it has. */
export function roleFor(arn: string, env: Readonly<Record<string, string | undefined>>): RoleInput {
  return {
    arn,
    sessionName: sessionName(env),
    seconds: null,
    audience: 'sts.amazonaws.com',
  }
}

export const isRoleArn = (text: string): boolean => ROLE.test(text)
