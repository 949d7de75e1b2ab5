import { runMain, type Step } from '../../dev/runner.ts'
import type { Stage } from '../../dev/stage.ts'
import type { Store } from '../../local-ecr/index.ts'

/** Whether every step of the end-to-end tests may do no more than its own minimal session policy allows. */
export const MINIMAL_SESSIONS = process.env['SESSION_POLICY'] === 'minimal'

/** A folder of roles that no test names: by it, what was added here is told from what a test is about. */
const ROLES = 'added-for-its-session-policy'

/** Steps that run as the test has them, each with why. */
const EXEMPT: readonly ((step: Pick<Step, 'with' | 'env'>, store: Store) => boolean)[] = [
  // A session policy that the test gives is what it is about.
  (step) => given(step, 'role-session-policy'),
  // Without credentials that the local ECR has issued, or with expired ones, no role can be assumed.
  (step, store) => !given(step, 'role-to-assume') && credentialsOf(step, store) === undefined,
  // Credentials with policies of their own: which calls these refuse is what the test is about.
  (step, store) => credentialsOf(step, store)?.policies !== undefined,
  // Of an account that is not allowed, as is then the role that would be added here: an error of the inputs, before any call.
  (step, store) => {
    const allowed = step.with['allowed-account-ids'] ?? ''
    const { account } = credentialsOf(step, store) ?? {}
    return (
      allowed !== '' && !given(step, 'role-to-assume') && account !== undefined && !allowed.includes(account)
    )
  },
  // What goes through a proxy is compared, and the hosts would be one more: that of STS.
  ({ env }) => Object.keys(env).some((name) => /^https?_proxy$/i.test(name)),
]

const given = ({ with: inputs }: Pick<Step, 'with'>, name: string) => (inputs[name] ?? '').trim() !== ''

/** The step's own credentials, as far as they are valid. */
function credentialsOf({ env }: Pick<Step, 'env'>, store: Store) {
  const found = store.credentials(env['AWS_ACCESS_KEY_ID'] ?? '')
  if (found === undefined || found.secretAccessKey !== env['AWS_SECRET_ACCESS_KEY']) return undefined
  return (found.sessionToken ?? '') === (env['AWS_SESSION_TOKEN'] ?? '') ? found : undefined
}

/**
 * The inputs with `role-session-policy: minimal`. A step that names no role gets one of the account of its credentials,
 * which may do everything, so that the session's policy is all that limits it; its caller is called as before.
 */
export function withMinimalSession(
  step: Pick<Step, 'with' | 'env'>,
  store: Store,
): Readonly<Record<string, string>> {
  if (EXEMPT.some((applies) => applies(step, store))) return step.with
  const minimal = { ...step.with, 'role-session-policy': 'minimal' }
  if (given(step, 'role-to-assume')) return minimal
  const { account, arn } = credentialsOf(step, store) ?? { account: '', arn: '' }
  const [name = '', session = ''] = arn.split('/').slice(-2)
  const role = `arn:aws:iam::${account}:role/${ROLES}/${name}`
  if (!store.roles.has(role)) store.addRole(role, { principals: [`arn:aws:sts::${account}:`] })
  return { ...minimal, 'role-to-assume': role, 'role-session-name': session }
}

/** The stage, each of whose steps has a minimal session policy; the requests for these sessions are not among its own. */
export function withMinimalSessions(stage: Stage): Stage {
  const { ecr } = stage
  const step: Stage['step'] = (inputs, more) => {
    const asked = stage.step(inputs, more)
    return { ...asked, with: withMinimalSession(asked, ecr.store) }
  }
  return {
    ...stage,
    ecr: {
      ...ecr,
      get requests() {
        return ecr.requests.filter(({ input }) => {
          const { RoleArn = '' } = (input ?? {}) as { RoleArn?: string }
          return !RoleArn.includes(`:role/${ROLES}/`)
        })
      },
    },
    step,
    main: (inputs, more) => runMain(step(inputs, more)),
  }
}
