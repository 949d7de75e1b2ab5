import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse as parseHcl } from '@cdktn/hcl2json'
import { type CollectionTag, parse, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml'
import { root } from '../../dev/runner.ts'

const FOLDER = path.join(root, 'examples', 'oidc')

/** A statement of a role's policies or of its trust, with everything filled in. */
export interface Statement {
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  /** Operator, key and values. */
  readonly Condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** The ARN of the identity provider, in a trust. */
  readonly Federated: string | null
}

/** A role as a template makes it. */
export interface Role {
  readonly name: string
  readonly trust: readonly Statement[]
  readonly policies: readonly Statement[]
}

/** What a person fills in: the names of the parameters of CloudFormation. */
export type Parameters = Readonly<Record<string, string>>

interface Pseudo {
  readonly account: string
  readonly partition?: string
}

const list = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String))

/** The names of the roles that there are templates for, in CloudFormation. */
export function templateNames(): string[] {
  return readdirSync(path.join(FOLDER, 'cloudformation'))
    .map((file) => path.basename(file, '.yml'))
    .filter((name) => name !== 'provider')
}

/** The functions of CloudFormation that the templates use, as the long form that YAML has them stand for. */
const TAGS = [
  ...['Ref', 'Sub', 'GetAtt'].map(
    (name): ScalarTag => ({ tag: `!${name}`, resolve: (text) => ({ [name]: text }) }),
  ),
  ...['If', 'Equals', 'Not'].map(
    (name): CollectionTag => ({
      tag: `!${name}`,
      collection: 'seq',
      resolve: (node: YAMLMap | YAMLSeq) => ({ [name]: (node as YAMLSeq).toJSON() }),
    }),
  ),
]

interface Template {
  readonly Parameters?: Readonly<Record<string, { Default?: string; AllowedPattern?: string }>>
  readonly Conditions?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, { Type: string; Properties: Record<string, unknown> }>>
}

/**
 * The role that a template of CloudFormation makes.
 * @throws Error for a parameter that is not there, has no value, or has one that its pattern refuses
 */
export function cloudFormationRole(
  name: string,
  given: Parameters,
  { account, partition = 'aws' }: Pseudo,
): Role {
  const text = readFileSync(path.join(FOLDER, 'cloudformation', `${name}.yml`), 'utf8')
  const template = parse(text, { customTags: TAGS }) as Template
  const values: Record<string, string> = { 'AWS::AccountId': account, 'AWS::Partition': partition }
  const { Parameters: declared = {}, Conditions = {}, Resources } = template
  for (const parameter of Object.keys(given)) {
    if (!(parameter in declared)) throw new Error(`${name}.yml has no parameter ${parameter}`)
  }
  for (const [parameter, { Default, AllowedPattern }] of Object.entries(declared)) {
    const value = given[parameter] ?? Default
    if (value === undefined) throw new Error(`${name}.yml needs ${parameter}`)
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
      throw new Error(`${name}.yml refuses ${parameter}: ${value}`)
    }
    values[parameter] = value
  }
  const named = (key: string): string => {
    const value = values[key]
    if (value === undefined) throw new Error(`${name}.yml speaks of ${key}, which nothing defines`)
    return value
  }
  const NOTHING = Symbol('AWS::NoValue')
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NOTHING)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [key, inner] = entries[0] ?? []
    if (entries.length === 1) {
      if (key === 'Ref') return inner === 'AWS::NoValue' ? NOTHING : named(String(inner))
      if (key === 'Sub')
        return String(inner).replace(/\$\{([^}]+)\}/g, (_, variable: string) => named(variable))
      if (key === 'Equals') {
        const [one, other] = (inner as unknown[]).map(resolve)
        return one === other
      }
      if (key === 'Not') return !resolve((inner as unknown[])[0])
      if (key === 'If') {
        const [condition, then, otherwise] = inner as [string, unknown, unknown]
        if (!(condition in Conditions)) throw new Error(`${name}.yml has no condition ${condition}`)
        return resolve(resolve(Conditions[condition]) ? then : otherwise)
      }
    }
    return Object.fromEntries(entries.map(([member, held]) => [member, resolve(held)]))
  }
  const [made, ...more] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role')
  if (made === undefined || more.length > 0) throw new Error(`${name}.yml makes more than one role, or none`)
  const { RoleName, AssumeRolePolicyDocument, Policies } = resolve(made.Properties) as {
    RoleName: string
    AssumeRolePolicyDocument: { Statement: Record<string, unknown>[] }
    Policies: { PolicyDocument: { Statement: Record<string, unknown>[] } }[]
  }
  const statement = (one: Record<string, unknown>): Statement => {
    if (one['Effect'] !== 'Allow') throw new Error(`${name}.yml has a statement without Effect: Allow`)
    const conditions = (one['Condition'] ?? {}) as Record<string, Record<string, unknown>>
    return {
      Action: list(one['Action']),
      Resource: list(one['Resource']),
      Condition: Object.fromEntries(
        Object.entries(conditions).map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, list(value)])),
        ]),
      ),
      Federated: (one['Principal'] as { Federated?: string } | undefined)?.Federated ?? null,
    }
  }
  return {
    name: RoleName,
    trust: AssumeRolePolicyDocument.Statement.map(statement),
    policies: Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(statement)),
  }
}

interface HclStatement {
  readonly actions?: string[]
  readonly resources?: string[]
  readonly principals?: { type: string; identifiers: string[] }[]
  readonly condition?: { test: string; variable: string; values: string[] }[]
}

interface HclDocument {
  readonly statement?: HclStatement[]
  readonly dynamic?: { statement?: { for_each: string; content: HclStatement[] }[] }
}

interface Hcl {
  readonly variable?: Record<string, { default?: string }[]>
  readonly locals?: Record<string, string>[]
  readonly data?: { aws_iam_policy_document?: Record<string, HclDocument[]> }
  readonly resource?: {
    aws_iam_role?: Record<string, { name: string; assume_role_policy: string }[]>
    aws_iam_role_policy?: Record<string, { role: string; policy: string }[]>
  }
}

/**
 * The role that the Terraform files make, all of them together.
 * @param given variables that a person sets
 * @throws Error for what is not HCL, and for a name that nothing defines
 */
export async function terraformRole(
  name: string,
  given: Readonly<Record<string, string>>,
  { account, partition = 'aws' }: Pseudo,
): Promise<Role> {
  const folder = path.join(FOLDER, 'terraform')
  const files: Hcl[] = await Promise.all(
    readdirSync(folder).map(async (file) => parseHcl(file, readFileSync(path.join(folder, file), 'utf8'))),
  )
  const declared = Object.assign({}, ...files.map(({ variable }) => variable)) as NonNullable<Hcl['variable']>
  for (const variable of Object.keys(given)) {
    if (!(variable in declared)) throw new Error(`no variable ${variable} in Terraform`)
  }
  const values: Record<string, string> = {
    'data.aws_caller_identity.current.account_id': account,
    'data.aws_partition.current.partition': partition,
    'aws_iam_openid_connect_provider.github.arn': `arn:${partition}:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  }
  for (const [variable, [{ default: fallback } = {}]] of Object.entries(declared)) {
    const value = given[variable] ?? fallback
    if (value !== undefined) values[`var.${variable}`] = value
  }
  const named = (key: string): string => {
    const value = values[key]
    if (value === undefined) throw new Error(`Terraform speaks of ${key}, which nothing defines`)
    return value
  }
  const resolve = (text: string) => text.replace(/\$\{([^}]+)\}/g, (_, key: string) => named(key))
  for (const locals of files.flatMap(({ locals = [] }) => locals)) {
    for (const [key, value] of Object.entries(locals)) values[`local.${key}`] = resolve(value)
  }
  /** The one test that the files have: a variable that is empty leaves a statement out. */
  const isThere = (forEach: string) => {
    const [, variable] = /^\$\{(var\.\w+) == "" \? \[\] : \[\1\]\}$/.exec(forEach) ?? []
    if (variable === undefined) throw new Error(`not understood: ${forEach}`)
    return named(variable) !== ''
  }
  const documentOf = (reference: string): Statement[] => {
    const [, key = ''] = /^\$\{data\.aws_iam_policy_document\.(\w+)\.json\}$/.exec(reference) ?? []
    const document = files.flatMap(({ data }) => data?.aws_iam_policy_document?.[key] ?? [])[0]
    if (document === undefined) throw new Error(`Terraform has no policy document ${reference}`)
    const dynamic = (document.dynamic?.statement ?? [])
      .filter(({ for_each }) => isThere(for_each))
      .flatMap(({ content }) => content)
    return [...(document.statement ?? []), ...dynamic].map((one) => {
      const conditions: Record<string, Record<string, string[]>> = {}
      for (const { test, variable, values: allowed } of one.condition ?? []) {
        conditions[test] = { ...conditions[test], [variable]: allowed.map(resolve) }
      }
      const [federated] = one.principals?.flatMap(({ identifiers }) => identifiers) ?? []
      return {
        Action: one.actions ?? [],
        Resource: (one.resources ?? []).map(resolve),
        Condition: conditions,
        Federated: federated === undefined ? null : resolve(federated),
      }
    })
  }
  const [role] = files.flatMap(({ resource }) => resource?.aws_iam_role?.[name] ?? [])
  const policies = files
    .flatMap(({ resource }) => Object.values(resource?.aws_iam_role_policy ?? {}).flat())
    .filter(({ role: of }) => of === `\${aws_iam_role.${name}.id}`)
  if (role === undefined) throw new Error(`Terraform makes no role ${name}`)
  return {
    name: role.name,
    trust: documentOf(role.assume_role_policy),
    policies: policies.flatMap(({ policy }) => documentOf(policy)),
  }
}

/** The claims of GitHub's OIDC token that a trust can ask for. */
export interface Claims {
  readonly sub: string
  readonly aud: string
}

const ISSUER = 'token.actions.githubusercontent.com'

/** Whether a role lets itself be assumed with a token of GitHub's that has these claims. */
export function trusts({ trust }: Pick<Role, 'trust'>, account: string, claims: Claims): boolean {
  return trust.some(
    ({ Action, Condition, Federated }) =>
      Action.includes('sts:AssumeRoleWithWebIdentity') &&
      Federated === `arn:aws:iam::${account}:oidc-provider/${ISSUER}` &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, allowed]) => {
          const claim = { [`${ISSUER}:sub`]: claims.sub, [`${ISSUER}:aud`]: claims.aud }[key]
          if (claim === undefined) throw new Error(`a trust asks for ${key}`)
          if (operator === 'StringEquals') return allowed.includes(claim)
          throw new Error(`a trust compares with ${operator}`)
        }),
      ) &&
      // Without both, anybody on GitHub could assume it.
      Object.values(Condition).filter((keys) => `${ISSUER}:sub` in keys).length > 0 &&
      Object.values(Condition).filter((keys) => `${ISSUER}:aud` in keys).length > 0,
  )
}
