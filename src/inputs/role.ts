import type { RoleInput } from '../aws/workflow.ts'
import type { SettingsReader } from './repository-settings.ts'

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (RoleSessionName, DurationSeconds)
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const SECONDS = { least: 900, most: 43_200 }

/** @returns the role, or null where the SDK's own chain is to say who calls; what is wrong goes to the reader */
export function readRole(
  reader: Pick<SettingsReader, 'text' | 'problem'> & {
    readonly source: { readonly env: Readonly<Record<string, string | undefined>> }
  },
): RoleInput | null {
  const arn = reader.text('role-to-assume')
  const [sessionName, seconds, audience] = ['role-session-name', 'role-duration-seconds', 'audience'].map(
    (name) => {
      const value = reader.text(name)
      if (value !== '' && arn === '') reader.problem(name, value, 'needs role-to-assume')
      return value
    },
  ) as [string, string, string]
  if (arn !== '' && !isRoleArn(arn)) {
    reader.problem('role-to-assume', arn, "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME")
  }
  if (sessionName !== '' && !SESSION_NAME.test(sessionName)) {
    reader.problem(
      'role-session-name',
      sessionName,
      'a session name is 2 to 64 letters, digits and _ + = , . @ -',
    )
  }
  const { least, most } = SECONDS
  if (seconds !== '' && !(/^\d+$/.test(seconds) && Number(seconds) >= least && Number(seconds) <= most)) {
    reader.problem('role-duration-seconds', seconds, `must be a whole number from ${least} to ${most}`)
  }
  if (/\s/.test(audience)) reader.problem('audience', audience, 'must be without spaces')
  if (arn === '') return null
  return {
    ...roleFor(arn, reader.source.env),
    ...(sessionName === '' ? {} : { sessionName }),
    ...(seconds === '' ? {} : { seconds: Number(seconds) }),
    ...(audience === '' ? {} : { audience }),
  }
}

/** A role with the defaults for all that a session of it has. */
export function roleFor(arn: string, env: Readonly<Record<string, string | undefined>>): RoleInput {
  return {
    arn,
    sessionName: defaultSessionName(env['GITHUB_RUN_ID']),
    seconds: null,
    audience: 'sts.amazonaws.com',
  }
}

export const isRoleArn = (text: string): boolean => ROLE.test(text)

/** CloudTrail shows it with every call: with the run's id, a reader of it finds the run. */
function defaultSessionName(runId: string | undefined): string {
  return runId !== undefined && /^\d{1,20}$/.test(runId) ? `ecr-build-push-${runId}` : 'ecr-build-push'
}
