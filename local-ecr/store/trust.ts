import { GITHUB_ISSUER } from './id-tokens.ts'
import { list } from './policy.ts'

/** The operators of conditions that are read here, each with whether one of its texts is to fit, or none. */
const OPERATORS: Readonly<Record<string, { fits: (text: string, given: string) => boolean; none: boolean }>> =
  {
    StringEquals: { fits: isText, none: false },
    StringNotEquals: { fits: isText, none: true },
    StringLike: { fits: isLike, none: false },
    StringNotLike: { fits: isLike, none: true },
  }

interface Statement {
  Effect?: string
  Principal?: '*' | Readonly<Record<string, string | string[]>>
  Action?: string | string[]
  Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>
}

/** Who asks for a session, and how. */
export interface Asking {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity' | 'sts:TagSession'
  /** The ARN of a session, or the address of an identity provider without https://. */
  readonly by: { readonly session: string } | { readonly provider: string }
  /** What conditions may ask for, by the name of the key. */
  readonly keys: Readonly<Record<string, string | undefined>>
}

/** How conditions name GitHub's identity provider. */
export const GITHUB_PROVIDER = GITHUB_ISSUER.replace(/^https:\/\//, '')

/**
 * Whether a role's trust policy lets somebody in.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @param role its ARN: an identity provider is one of its account
 * @param policy as {@link checkTrust} lets it through
 */
export function trusts(role: string, policy: string, asking: Asking): boolean {
  const matching = statementsOf(policy).filter(
    ({ Principal, Action, Condition = {} }) =>
      list(Action).some((one) => isLike(one.toLowerCase(), asking.action.toLowerCase())) &&
      isPrincipal(role, Principal, asking.by) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, texts]) => holds(operator, key, list(texts), asking.keys)),
      ),
  )
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  )
}

function statementsOf(policy: string): Statement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
  return Array.isArray(Statement) ? Statement : [Statement]
}

/** A session counts as its role and as its account. */
function isPrincipal(role: string, principal: Statement['Principal'], by: Asking['by']): boolean {
  if (principal === undefined) return false
  if ('provider' in by) {
    const [, partition = '', account = ''] = /^arn:([^:]+):iam::(\d+):/.exec(role) ?? []
    const provider = `arn:${partition}:iam::${account}:oidc-provider/${by.provider}`
    return principal !== '*' && list(principal['Federated']).includes(provider)
  }
  if (principal === '*') return true
  const [, partition = '', account = '', name] =
    /^arn:([^:]+):sts::(\d+):(?:assumed-role\/([^/]+)\/)?/.exec(by.session) ?? []
  const root = `arn:${partition}:iam::${account}:root`
  return list(principal['AWS']).some((one) => {
    if (['*', account, root, by.session].includes(one)) return true
    // The ARN of a session does not have the path of its role.
    return (
      name !== undefined && one.replace(/:role\/.*\//, ':role/') === root.replace(/root$/, `role/${name}`)
    )
  })
}

/** A key that a request has not fits no text. */
function holds(operator: string, key: string, texts: readonly string[], keys: Asking['keys']): boolean {
  const { fits, none } = OPERATORS[operator] as (typeof OPERATORS)[string]
  const [, given] = Object.entries(keys).find(([name]) => name.toLowerCase() === key.toLowerCase()) ?? []
  const isAny = given !== undefined && texts.some((text) => fits(text, given))
  return none ? !isAny : isAny
}

/** `${*}`, `${?}` and `${$}` stand for the signs themselves, also where nothing is a pattern. */
function isText(text: string, given: string): boolean {
  return text.replace(/\$\{([*?$])\}/g, '$1') === given
}

function isLike(text: string, given: string): boolean {
  const pieces = text.match(/\$\{[*?$]\}|[\s\S]/gu) ?? []
  const source = pieces.map((piece) => {
    if (piece === '*') return '.*'
    return piece === '?' ? '.' : piece.replace(/^\$\{(.)\}$/, '$1').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 'su').test(given)
}

/** The keys of conditions that a request to STS has here, but for GitHub's claims and the tags of a session. */
const KEYS = ['sts:ExternalId', 'sts:RoleSessionName']

/**
 * Checks a trust policy as IAM does before it keeps one, and for what is not read here.
 * @throws Error if it is none, or asks for what the local ECR cannot say
 */
export function checkTrust(policy: string): void {
  const statements = statementsOf(policy)
  if (statements.length === 0) throw new Error('A trust policy has statements.')
  for (const { Effect, Principal, Action, Condition = {}, ...others } of statements) {
    if (!/^(?:Allow|Deny)$/.test(Effect ?? '') || Principal === undefined || list(Action).length === 0)
      throw new Error('A statement of a trust policy has Effect, Principal and Action.')
    const unknown = Object.keys(others).find((name) => name !== 'Sid')
    if (unknown !== undefined) throw new Error(`'${unknown}' in a trust policy is not known here.`)
    for (const [operator, keys] of Object.entries(Condition)) {
      if (!Object.hasOwn(OPERATORS, operator))
        throw new Error(`The operator '${operator}' in a trust policy is not known here.`)
      for (const [key, texts] of Object.entries(keys)) {
        if (!KEYS.includes(key) && !key.startsWith(`${GITHUB_PROVIDER}:`) && !/^aws:RequestTag\/./.test(key))
          throw new Error(`The key '${key}' in a trust policy is not known here.`)
        const variable = list(texts).find((text) => /\$\{(?![*?$]\})/.test(text))
        if (variable !== undefined)
          throw new Error(`The variable in '${variable}' of a trust policy is not known here.`)
      }
    }
  }
}
