// Conditions of IAM, and filters of GitHub's triggers, read as their documentations say and not as the project does.

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
 * `*` is any characters, also none; `?` is one; `${*}`, `${?}` and `${$}` are the signs themselves.
 */
export function stringLike(pattern: string, text: string): boolean {
  const pieces = pattern.match(/\$\{[*?$]\}|[\s\S]/gu) ?? []
  const signs = [...text]
  // From the left: which ends of the text so far are reached.
  let reached = new Set([0])
  for (const piece of pieces) {
    const next = new Set<number>()
    for (const at of reached) {
      if (piece === '*') for (let end = at; end <= signs.length; end++) next.add(end)
      else if (at < signs.length && (piece === '?' || signs[at] === plain(piece))) next.add(at + 1)
    }
    reached = next
  }
  return reached.has(signs.length)
}

const plain = (piece: string) => (piece.length > 1 ? piece.slice(2, 3) : piece)

interface Trust {
  readonly Statement: readonly {
    readonly Action: string | readonly string[]
    readonly Principal: object
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
  }[]
}

/** Whether a trust policy lets a token in. All of a condition's keys and operators have to hold, and one value of each. */
export function trustsToken(
  { Statement }: Trust,
  { provider, claims }: { readonly provider: string; readonly claims: Readonly<Record<string, string>> },
): boolean {
  const issuer = provider.replace(/^.*:oidc-provider\//, '')
  return Statement.some(
    ({ Action, Principal, Condition = {} }) =>
      [Action].flat().includes('sts:AssumeRoleWithWebIdentity') &&
      JSON.stringify(Principal) === JSON.stringify({ Federated: provider }) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, allowed]) => {
          const claim = key.startsWith(`${issuer}:`) ? claims[key.slice(issuer.length + 1)] : undefined
          const values = [allowed].flat()
          if (operator === 'StringNotLike')
            return claim === undefined || !values.some((one) => stringLike(one, claim))
          if (claim === undefined) return false
          if (operator === 'StringLike') return values.some((one) => stringLike(one, claim))
          if (operator === 'StringEquals')
            return values.some((one) =>
              stringLike(
                one.replace(/(?<!\$\{)[*?]/g, (sign) => `\${${sign}}`),
                claim,
              ),
            )
          throw new Error(`a trust compares with ${operator}`)
        }),
      ),
  )
}

/**
 * Whether filters let a branch or tag through.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 * The last pattern that fits decides.
 */
export function filtersLet(patterns: readonly string[], name: string): boolean {
  const deciding = patterns.filter((pattern) => filterFits(pattern.replace(/^!/, ''), name)).at(-1)
  return deciding !== undefined && !deciding.startsWith('!')
}

function filterFits(pattern: string, name: string): boolean {
  const [, one, times] = /^(\\.|\[[^\]]+\]|\*\*|[\s\S])([?+]?)/u.exec(pattern) ?? []
  if (one === undefined) return name === ''
  const rest = pattern.slice(one.length + (one.startsWith('*') ? 0 : (times ?? '').length))
  if (one === '*' || one === '**') {
    if (filterFits(rest, name)) return true
    return name !== '' && (one === '**' || name[0] !== '/') && filterFits(pattern, name.slice(1))
  }
  if (times === '?' && filterFits(rest, name)) return true
  if (name === '' || !isOneOf(one, name[0] as string)) return false
  if (filterFits(rest, name.slice(1))) return true
  return times === '+' && filterFits(pattern, name.slice(1))
}

function isOneOf(one: string, sign: string): boolean {
  if (!/^\[.+\]$/s.test(one)) return one.replace(/^\\/, '') === sign
  const inside = one.slice(1, -1)
  return [...inside.matchAll(/(.)-(.)|(.)/gs)].some(([, from, to, single]) =>
    single === undefined ? (from as string) <= sign && sign <= (to as string) : single === sign,
  )
}
